"""The certificate of a node that serves https is renewed by sync, over real servers, without a restart or a stick."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from testimony.certificates.identity import Identity
from testimony.certificates.request import Request
from testimony.certificates.scope import Scope
from testimony.services.certificates import requests as certificate_requests
from testimony.services.certificates import store as certificate_store
from testimony.services.startup import open_station
from tests.support.cli.https import shown
from tests.support.cli.program import refused, run, serving
from tests.support.journeys.stations import wait_until
from tests.support.settings import FAST

FreePort = Callable[[], int]
Authority = tuple[Path, str]


@pytest.fixture
def ca(tmp_path: Path) -> Authority:
    """The folder of an authority that is some months old, and its passphrase."""
    made = certificate_store.make_authority(tmp_path / "ca", Scope.parse(), now=days_ago(100), work=FAST)
    return tmp_path / "ca", made.passphrase


@pytest.fixture
def first(homes: Path, ca: Authority) -> Identity:
    """What the node shows: twenty of ninety days are left."""
    field, then = homes / "field", days_ago(70)
    return certificate_store.install(
        field,
        certificate_store.sign(
            certificate_store.open_authority(*ca), Request.parse(certificate_store.ask(field)), now=then
        ),
        now=then,
    )


def days_ago(days: int) -> datetime:
    return datetime.now(UTC) - timedelta(days=days)


def waits_at(homes: Path) -> list[str]:
    with open_station(homes / "central") as central:
        return [asked.node for asked in certificate_requests.waiting(central)]


def test_a_node_gets_its_next_certificate_by_two_exchanges_and_one_command_while_it_serves(
    homes: Path, first: Identity, ca: Authority, free_port: FreePort
) -> None:
    folder, passphrase = ca
    central, https = free_port(), free_port()
    sync = ["sync", "--home", homes / "field", "--to", f"http://127.0.0.1:{central}"]
    doors = ["--https-port", str(https), "--help-port", "0"]
    with (
        serving("central", homes / "central", central),
        serving("field", homes / "field", free_port(), *doors) as node,
    ):
        assert shown(first, https) == first.leaf.serial_number
        asked = run(*sync)
        assert asked.returncode == 0, asked.stderr
        assert "waits at central for headquarters" in asked.stdout
        signed = run("tls", "answer", "--home", homes / "central", "--ca", folder, typed=passphrase)
        assert signed.returncode == 0, signed.stderr
        assert passphrase not in signed.stdout + signed.stderr
        fetched = run(*sync)
        assert fetched.returncode == 0, fetched.stderr
        assert "renewed, good until" in fetched.stdout
        new = certificate_store.required(homes / "field")
        assert new.ends > first.ends
        wait_until(lambda: shown(first, https) == new.leaf.serial_number, "the renewed certificate")
        assert node.poll() is None, "the same process"
    again = run("tls", "answer", "--home", homes / "central", "--ca", folder)
    assert again.returncode == 0, again.stderr
    assert "no node's request waits" in again.stdout


def test_the_key_of_the_authority_need_never_be_where_central_is(
    homes: Path, first: Identity, ca: Authority, tmp_path: Path, free_port: FreePort
) -> None:
    folder, passphrase = ca
    central, requests, answers = free_port(), tmp_path / "requests", tmp_path / "answers"
    sync = ["sync", "--home", homes / "field", "--to", f"http://127.0.0.1:{central}"]
    with serving("central", homes / "central", central):
        assert run(*sync).returncode == 0
        collected = run("tls", "collect", requests, "--home", homes / "central")
        assert collected.returncode == 0, collected.stderr
        files = ["--org", homes, "--ca", folder, "--requests", requests, "--answers", answers]
        wrong = run("tls", "answer", *files, typed="six other words that are wrong")
        assert refused(wrong, "passphrase does not open")
        assert not answers.exists()
        signed = run("tls", "answer", *files, typed=passphrase)
        assert signed.returncode == 0, signed.stderr
        given = run("tls", "give", answers, "--home", homes / "central")
        assert given.returncode == 0, given.stderr
        assert "node-1" in given.stdout
        assert "renewed, good until" in run(*sync).stdout
    assert b"PRIVATE" not in requests.read_bytes() + answers.read_bytes()


def test_a_certificate_that_the_node_refuses_is_said_and_ends_with_1(
    homes: Path, first: Identity, tmp_path: Path, free_port: FreePort
) -> None:
    """Headquarters took the wrong stick: another authority of the same name."""
    central = free_port()
    sync = ["sync", "--home", homes / "field", "--to", f"http://127.0.0.1:{central}"]
    other = certificate_store.make_authority(tmp_path / "other", Scope.parse(), now=days_ago(1), work=FAST)
    with serving("central", homes / "central", central):
        run(*sync)
        run("tls", "answer", "--home", homes / "central", "--ca", tmp_path / "other", typed=other.passphrase)
        done = run(*sync)
    assert done.returncode == 1
    assert "not renewed: This certificate comes from another authority" in done.stdout
    assert certificate_store.required(homes / "field").leaf == first.leaf
    assert waits_at(homes) == []


def test_what_cannot_be_is_one_sentence(homes: Path, ca: Authority, tmp_path: Path) -> None:
    folder, passphrase = ca
    noise, out = tmp_path / "noise", tmp_path / "out"
    noise.write_bytes(bytes(range(256)))
    by_file = ["--org", homes, "--ca", folder, "--requests", noise]
    assert refused(run("tls", "answer", "--home", homes / "field", "--ca", folder), "not a central server")
    assert refused(run("tls", "collect", out, "--home", homes / "field"), "not a central server")
    assert refused(run("tls", "give", noise, "--home", homes / "field"), "not a central server")
    assert refused(run("tls", "give", noise, "--home", homes / "central"), "not a file of certificates")
    assert refused(run("tls", "answer", *by_file, "--answers", out, typed=passphrase), "not a file of requests")
    assert refused(run("tls", "answer", *by_file, "--answers", noise), "exists already")
    assert not out.exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ["--home", "h", "--ca", "c", "--requests", "r"],
        ["--org", "o", "--ca", "c", "--requests", "r"],
        ["--org", "o", "--ca", "c", "--requests", "r", "--answers", "a", "--again"],
        ["--ca", "c"],
    ],
)
def test_options_that_do_not_go_together_are_a_usage_error(arguments: list[str]) -> None:
    assert run("tls", "answer", *arguments).returncode == 2
