"""From the authority at headquarters to a certificate at a node, by files; and one sentence for what cannot be."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from testimony.certificates.request import Request
from testimony.certificates.scope import Scope
from testimony.services.certificates import store as certificate_store
from tests.support.certificates.authorities import NOW
from tests.support.cli.program import refused, run
from tests.support.settings import FAST


@pytest.fixture
def ca(tmp_path: Path) -> tuple[Path, str]:
    """The folder of an authority and its passphrase."""
    made = certificate_store.make_authority(tmp_path / "ca", Scope.parse(), now=NOW, work=FAST)
    return tmp_path / "ca", made.passphrase


def fact(said: str, subject: str) -> str:
    """What the program says of `subject`."""
    return next(line for line in said.splitlines() if line.strip().startswith(subject)).split(subject)[1].strip()


def test_headquarters_and_a_node_exchange_two_files_and_compare_words(homes: Path, tmp_path: Path) -> None:
    home, request, certificate = homes / "field", tmp_path / "node.req", tmp_path / "node.crt"
    made = run("tls", "ca", tmp_path / "hq")
    assert made.returncode == 0, made.stderr
    asked = run("tls", "node", "--home", home, request)
    assert asked.returncode == 0, asked.stderr
    signed = run("tls", "sign", "--ca", tmp_path / "hq", request, certificate, typed=fact(made.stdout, "passphrase"))
    assert signed.returncode == 0, signed.stderr
    assert fact(signed.stdout, "its words") == fact(asked.stdout, "its words")
    installed = run("tls", "install", "--home", home, certificate)
    assert installed.returncode == 0, installed.stderr
    assert fact(installed.stdout, "its words") == fact(made.stdout, "its words")
    shown = run("tls", "show", "--home", home)
    assert shown.returncode == 0
    assert fact(shown.stdout, "good until").endswith("89 more days")
    assert run("tls", "show", "--ca", tmp_path / "hq").stdout.splitlines()[:3] == made.stdout.splitlines()[:3]
    again = run("tls", "renew", "--home", home, tmp_path / "next.req")
    assert again.returncode == 0, again.stderr
    assert "under way" in run("tls", "show", "--home", home).stdout


def test_the_passphrase_of_the_authority_is_asked_for_and_never_written(
    homes: Path, tmp_path: Path, ca: tuple[Path, str]
) -> None:
    folder, passphrase = ca
    run("tls", "node", "--home", homes / "field", tmp_path / "node.req")
    files = [folder, tmp_path / "node.req", tmp_path / "node.crt"]
    wrong = run("tls", "sign", "--ca", *files, typed="six other words that are wrong\n")
    assert refused(wrong, "passphrase does not open")
    assert not files[-1].exists()
    right = run("tls", "sign", "--ca", *files, typed=passphrase)
    assert right.returncode == 0
    assert passphrase not in right.stdout + right.stderr


def test_every_file_that_does_not_fit_gets_one_sentence(homes: Path, tmp_path: Path, ca: tuple[Path, str]) -> None:
    folder, passphrase = ca
    home, out = homes / "field", tmp_path / "out"
    (tmp_path / "noise").write_bytes(bytes(range(256)))
    assert refused(run("tls", "sign", "--ca", folder, tmp_path / "noise", out, typed=passphrase), "not a request")
    assert refused(run("tls", "sign", "--ca", folder, tmp_path / "none", out, typed=passphrase), "cannot be read")
    assert refused(run("tls", "install", "--home", home, tmp_path / "noise"), "No request of this node is waiting")
    assert refused(run("tls", "renew", "--home", home, out), "no certificate", "tls node")
    assert refused(run("tls", "show", "--home", home), "no certificate")
    assert refused(run("tls", "ca", folder), "exists already")
    assert refused(run("tls", "node", "--home", homes / "central", out), "is a central, not a field node")
    assert refused(run("tls", "node", "--home", tmp_path / "nowhere", out), "There is no station")
    assert refused(run("tls", "node", "--home", home, "--ip", "10.42.0", out), "10.42.0 cannot stand")
    assert refused(run("tls", "node", "--home", home, tmp_path / "noise"), "exists already")
    assert refused(run("tls", "ca", tmp_path / "new", "--range", "everything"), "everything cannot stand")
    assert not out.exists()
    assert not (tmp_path / "new").exists()
    assert not (home / "tls").exists()


def test_a_request_beyond_the_scope_is_refused_by_its_name(homes: Path, tmp_path: Path, ca: tuple[Path, str]) -> None:
    folder, passphrase = ca
    request, out = tmp_path / "req", tmp_path / "out"
    run("tls", "node", "--home", homes / "field", "--name", "mail.example.org", request)
    done = run("tls", "sign", "--ca", folder, request, out, typed=passphrase)
    assert refused(done, "mail.example.org", "testimony.internal", "Nothing was signed")
    assert not out.exists()


@pytest.mark.parametrize("days", ["0", "398", "-1", "many"])
def test_a_life_that_no_phone_would_accept_is_a_usage_error(days: str) -> None:
    done = run("tls", "sign", "--ca", "nowhere", "a", "b", f"--days={days}")
    assert done.returncode == 2
    assert "from 1 to 397" in done.stderr


def test_a_certificate_that_ended_makes_show_fail(homes: Path, tmp_path: Path, ca: tuple[Path, str]) -> None:
    """So that a watch on the node need not read."""
    home = homes / "field"
    before = datetime.now(UTC) - timedelta(days=10)
    signed = certificate_store.sign(
        certificate_store.open_authority(*ca), Request.parse(certificate_store.ask(home)), now=before, days=1
    )
    certificate_store.install(home, signed, now=before)
    done = run("tls", "show", "--home", home)
    assert done.returncode == 1
    assert "it has ended" in done.stdout
