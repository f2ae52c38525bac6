"""What a ceremony asks of the system: a link is found, none is none, and where nobody can tell a person must look."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from testimony.sealing.statements.errors import CeremonyRefused
from testimony.services.enrolment import airgap
from tests.support.programs import lacking

ROOT = Path(__file__).parents[3]
ASK = "from testimony.services.enrolment import airgap; print(airgap.connected())"


def asked_apart(before: str) -> str:
    """What a process says that has network interfaces of its own, after the command `before`."""
    if shutil.which("unshare") is None or shutil.which("ip") is None:
        lacking("unshare or ip is missing")
    if subprocess.run(["unshare", "--net", "--map-root-user", "true"], capture_output=True, check=False).returncode:
        lacking("this machine lets nobody have network interfaces of their own")
    command = ["unshare", "--net", "--map-root-user", "sh", "-ec", f"{before}\nexec {sys.executable} -c '{ASK}'"]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()


def test_a_computer_without_a_link_is_apart() -> None:
    assert asked_apart("ip link set lo up") == "()"


def test_a_link_is_found_and_a_cable_that_leads_nowhere_is_none() -> None:
    pair = "ip link add far type veth peer name near && ip link set near up"
    assert asked_apart(pair) == "()"
    assert asked_apart(f"{pair} && ip link set far up") == "('far', 'near')"


def test_a_link_is_refused_by_its_name_and_what_cannot_be_told_is_left_to_people() -> None:
    with pytest.raises(CeremonyRefused, match=r"\(eth0, wlan0\)"):
        airgap.require_none(("eth0", "wlan0"))
    airgap.require_none(())
    airgap.require_none(None)


def test_another_system_says_that_it_cannot_tell(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    assert airgap.connected() is None
