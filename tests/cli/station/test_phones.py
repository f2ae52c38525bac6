"""With --phones the demonstration's first node answers a private network by https; all else stays on this machine."""

from __future__ import annotations

import argparse
import ssl
import subprocess
import urllib.request
from datetime import UTC, datetime
from pathlib import Path

import pytest

from testimony.cli.serve import https, port_note
from testimony.cli.serve.listener import listen
from testimony.cli.station.demo import PLACES
from testimony.cli.station.phones import FIND, SHUT, Doors, private_address
from testimony.platform import networks
from testimony.services.certificates import store as certificate_store
from testimony.services.demo import phones
from testimony.services.demo.errors import NoPrivateNetwork
from testimony.web.errors import PortTaken
from tests.support.cli.program import ROOT, free_ports, refused, run, serving


def test_the_node_answers_at_the_address_that_the_start_page_shows(homes: Path) -> None:
    home, port = homes / "field", free_ports(3)
    doors = Doors.choose("127.0.0.1", port + 1)
    shown = doors.open(home)
    with serving("field", home, port, *doors.options), urllib.request.urlopen(shown.guide, timeout=60) as answer:
        assert shown.interview in answer.read().decode(), "not a name that no name server knows"
        trusting = ssl.create_default_context(cadata=certificate_store.required(home).root_pem.decode())
        with urllib.request.urlopen(f"{shown.interview}interview/en/", timeout=60, context=trusting) as page:
            assert page.status == 200


def test_a_later_start_without_phones_opens_no_door(homes: Path) -> None:
    home, port = homes / "field", free_ports(1)
    phones.certify(home, Doors.choose("127.0.0.1", free_ports(2)).address, now=datetime.now(UTC))
    with serving("field", home, port, *SHUT):
        assert urllib.request.urlopen(f"http://127.0.0.1:{port}/en/", timeout=60).status == 200
        assert port_note.https_port_of(home) == https.OFF


@pytest.mark.parametrize("found", ["", "8.8.8.8"])
def test_without_a_private_network_nothing_is_served(monkeypatch: pytest.MonkeyPatch, found: str) -> None:
    monkeypatch.setattr(networks, "own_address", lambda: found)
    with pytest.raises(NoPrivateNetwork):
        Doors.choose(FIND, free_ports(2))


def test_the_address_of_this_computer_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(networks, "own_address", lambda: "127.0.0.1")
    assert str(Doors.choose(FIND, free_ports(2)).address) == "127.0.0.1"


def test_a_taken_port_for_phones_is_said_before_anything_is_made(tmp_path: Path) -> None:
    first = free_ports(len(PLACES) + 2)
    with listen("127.0.0.1", first + len(PLACES)):
        with pytest.raises(PortTaken):
            Doors.choose("127.0.0.1", first + len(PLACES))
        done = run("demo", "--folder", tmp_path / "demo", "--port", first, "--phones", "127.0.0.1")
    assert refused(done, f"Port {first + len(PLACES)} is in use")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("typed", ["8.8.8.8", "0.0.0.0", "255.255.255.255", "::1", "home", "192.168.1", ""])
def test_a_strange_address_is_refused(typed: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match="private network"):
        private_address(typed)


@pytest.mark.parametrize(
    ("said", "meant"),
    [("PHONES=1", "--phones"), ("PHONES=192.168.1.5", "--phones 192.168.1.5"), ("PHONES=0", ""), ("", "")],
)
def test_make_serves_phones_only_when_told_to(said: str, meant: str) -> None:
    done = subprocess.run(
        ["make", "--dry-run", "run", *said.split()], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert " ".join("".join(done.stdout.partition("--phones")[1:]).split()) == meant
