"""The start page of a demonstration signs its invented interviewer in; no other node signs anybody in by itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import expect

from testimony.services.demo import secrets
from testimony.settings import Settings
from testimony.web.tour.roles import SIGN_IN
from tests.support.interview import costs
from tests.support.interview.driver import Interviewer
from tests.support.interview.shared_phone import SharedPhone
from tests.support.journeys.stations import Server

README = "  interviewer-1   {passphrase}                     keys/interviewer-1.locked.json\n"


@pytest.fixture
def node_server(homes: Path, profile: Path, tmp_path: Path, listens: int, shared: SharedPhone) -> Iterator[Server]:
    """A node that renders its own pages: those of a demonstration are others than those of its organisation."""
    shared.put_away()
    server = Server("field", homes / "field", tmp_path, lambda: listens)
    server.changed = costs.LIGHTENED
    server.start()
    yield server
    server.put_away()


@pytest.fixture
def listed(homes: Path, passphrase: str) -> None:
    """The list of secrets of a demonstration lies beside the node."""
    (homes / secrets.FILE).write_text(README.format(passphrase=passphrase), encoding="utf-8")


@pytest.fixture
def demonstration(homes: Path, listed: None) -> None:
    """The node belongs to a demonstration."""
    replace(Settings.load(homes / "field", {}), demonstration=True).save()


def go(interviewer: Interviewer) -> None:
    interviewer.page.goto(f"{interviewer.address}/interview/en/{SIGN_IN}")
    interviewer.flagged("ready", "true")


@pytest.mark.new_phone
def test_one_click_signs_the_interviewer_of_a_demonstration_in_once(
    demonstration: None, interviewer: Interviewer
) -> None:
    go(interviewer)
    interviewer.second_step()
    interviewer.wait_for("home")
    expect(interviewer.find("[data-person]")).to_have_text("interviewer-1")
    assert "#" not in interviewer.page.url
    interviewer.page.reload()
    interviewer.flagged("offline", "ready", timeout=60_000)
    interviewer.wait_for("sign-in")


@pytest.mark.new_phone
def test_a_node_of_no_demonstration_fills_nothing_in_and_signs_nobody_in(
    listed: None, interviewer: Interviewer
) -> None:
    """Not even when the list of secrets lies beside it."""
    go(interviewer)
    interviewer.flagged("offline", "ready", timeout=60_000)
    interviewer.wait_for("sign-in")
    assert interviewer.find("[data-invented]").count() == 0
    for field in ("#person", "#passphrase"):
        expect(interviewer.find(field)).to_have_value("")
