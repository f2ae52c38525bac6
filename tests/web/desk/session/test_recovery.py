"""Recovery at a lawyer's desk: three shares, in memory until it locks; no coordinator, no network."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from testimony.services.link import last_sync
from testimony.station.station import Station
from tests.support.services.recovery.recovery_heads import bring_heads
from tests.support.web.browser import KEEPING, NOW, Browser, Filled
from tests.support.web.desk.recovery import THERE, desk, papers

__all__ = ["desk", "papers"]


def state(desk: Browser) -> str:
    page = desk.get("/en/recovery").text
    return "held" if "data-held" in page else "asks"


def opened_with(desk: Browser, shares: list[str]) -> Any:
    return desk.post_json("/recovery/open", {**THERE, "shares": shares})


def test_three_shares_are_held_until_the_desk_locks(desk: Browser, papers: list[str]) -> None:
    assert state(desk) == "asks"
    assert opened_with(desk, papers[1:4]).status_code == 201
    assert state(desk) == "held"
    desk.post("/lock")
    held = desk.app.extensions["testimony.recovery"]
    assert held.reader is None


def test_the_key_can_be_forgotten_and_the_lawyers_own_stays(desk: Browser, papers: list[str]) -> None:
    opened_with(desk, papers[:3])
    assert desk.post("/recovery/end").status_code == 303
    assert state(desk) == "asks"
    assert desk.get("/en/colleagues/").status_code == 200


@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        ((0, 1), "It takes three different shares"),
        ((0, 1, 0), "The same share was typed twice"),
    ],
)
def test_what_gives_no_key_is_said_in_one_sentence(
    desk: Browser, papers: list[str], chosen: tuple[int, ...], said: str
) -> None:
    answer = opened_with(desk, [papers[one] for one in chosen])
    assert answer.status_code == 422
    assert said in answer.json["sentence"]
    assert state(desk) == "asks"


def test_on_a_network_no_share_is_taken(desk: Browser, papers: list[str]) -> None:
    desk.app.config["NETWORKS"] = lambda: ("wlan0",)
    assert opened_with(desk, papers[:3]).status_code == 422
    assert 'data-apart="no"' in desk.get("/en/recovery").text


def test_a_coordinator_has_no_such_page(browser: Callable[..., Browser], papers: list[str]) -> None:
    one = browser("coordinator")
    assert one.get("/en/recovery").status_code == 403
    assert one.post_json("/recovery/open", {**THERE, "shares": papers[:3]}).status_code == 403


def test_without_the_key_nothing_is_begun(desk: Browser) -> None:
    assert desk.post("/recovery/let-in").status_code == 422


def test_with_the_key_letting_in_shows_how_far_it_came(
    desk: Browser, papers: list[str], opened: Callable[[str], Station]
) -> None:
    bring_heads(opened("central"), opened("lawyer"))
    with opened("lawyer").database.transaction() as session:
        last_sync.note(session, NOW.date().isoformat())
    opened_with(desk, papers[:3])
    assert desk.post("/recovery/let-in").status_code == 303
    assert desk.get("/en/colleagues/progress").status_code == 200


def test_the_consent_of_what_is_kept_alone_is_read_by_recovery_and_by_nothing_else(
    desk: Browser, papers: list[str], filled: Filled, opened: Callable[[str], Station]
) -> None:
    tid = filled.tid(KEEPING)
    before = desk.get(f"/en/testimony/{tid}/consent").text
    bring_heads(opened("central"), opened("lawyer"))
    opened_with(desk, papers[:3])
    after = desk.get(f"/en/testimony/{tid}/consent").text
    lines = re.compile(r'data-purpose|class="state good"')
    assert len(lines.findall(after)) > len(lines.findall(before))
    assert desk.get(f"/en/testimony/{tid}").text.count("part closed") > 0, "its words stay closed"
