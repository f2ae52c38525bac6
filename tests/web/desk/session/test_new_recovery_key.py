"""A new recovery key at a lawyer's desk: what it does not open is counted, and let in from the pages as readers are."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import timedelta

import pytest

from testimony.sealing.age.recipients import OpeningKey
from testimony.sealing.keys import recovery_shares
from testimony.services.enrolment.organisation import Organisation
from testimony.services.link import last_sync
from testimony.services.roster import adoption as roster_adoption
from testimony.station.station import Station
from tests.support.services import rosters
from tests.support.services.desks import reader_of
from tests.support.services.recovery.new_recovery_key import renewed
from tests.support.services.recovery.recovery_heads import bring_heads
from tests.support.web.browser import NOW, Browser, Filled
from tests.support.web.desk.colleagues import reached
from tests.support.web.desk.recovery import THERE, desk, papers

__all__ = ["desk", "papers", "reached"]

Opened = Callable[[str], Station]


@pytest.fixture
def new(opened: Opened, organisation: Organisation) -> OpeningKey:
    """Made at a ceremony; the roster in force names it at central and at the desk."""
    key = OpeningKey.generate()
    people = [renewed(one, key) for one in json.loads(organisation.roster.data)["people"]]
    record = rosters.after(organisation, organisation.roster, people=people)
    for name in ("central", "lawyer"):
        with opened(name).database.transaction() as session:
            assert roster_adoption.adopt(opened(name), session, record)
    return key


def numbers(desk: Browser) -> tuple[int, int]:
    """What the page of colleagues says of the recovery key: how many testimonies this lawyer can let it in to, and in
    all to how many it is not."""
    text = desk.get("/en/colleagues/").text
    mine = re.search(r'data-reader="recovery" data-testimonies="(\d+)"', text)
    behind = re.search(r'data-behind="(\d+)"', text)
    assert mine is not None
    return int(mine[1]), int(behind[1]) if behind else 0


def told(desk: Browser) -> int:
    desk.app.extensions["testimony.letting"].wait()
    found = re.search(r'data-to-recovery="(\d+)"', desk.get("/en/colleagues/progress").text)
    return int(found[1]) if found else 0


@pytest.mark.usefixtures("reached", "new")
def test_a_lawyer_lets_a_new_recovery_key_in_from_the_page_of_colleagues(desk: Browser, filled: Filled) -> None:
    mine, behind = numbers(desk)
    assert 0 < mine < behind <= len(filled.sealed)
    assert desk.post("/colleagues/let-in", {"lang": "en"}).status_code == 303
    assert told(desk) == mine
    left, behind = numbers(desk)
    assert left == 0
    assert behind > 0, "what only recovery opens stays with the old papers, and is counted"


@pytest.mark.usefixtures("new")
def test_three_old_shares_let_the_new_key_in_to_the_rest(desk: Browser, papers: list[str], opened: Opened) -> None:
    assert "data-replaced" not in desk.get("/en/recovery").text
    bring_heads(opened("central"), opened("lawyer"))
    with opened("lawyer").database.transaction() as session:
        last_sync.note(session, NOW.date().isoformat())
    assert desk.post_json("/recovery/open", {**THERE, "shares": papers[:3]}).status_code == 201
    assert "data-replaced" in desk.get("/en/recovery").text
    assert desk.post("/recovery/let-in").status_code == 303
    assert told(desk) > 0
    assert numbers(desk) == (0, 0)


@pytest.mark.usefixtures("reached")
def test_while_the_recovery_key_is_held_going_on_needs_no_network(
    desk: Browser, papers: list[str], new: OpeningKey, opened: Opened
) -> None:
    with opened("lawyer").database.transaction() as session:
        last_sync.note(session, (NOW - timedelta(days=1)).date().isoformat())
    desk.post_json("/recovery/open", {**THERE, "shares": papers[:3]})
    desk.post("/recovery/let-in")
    work = desk.app.extensions["testimony.letting"]
    work.wait()
    work.last.stopped = True
    assert 'action="/recovery/let-in"' in desk.get("/en/colleagues/progress").text
    desk.post("/recovery/end")
    assert 'action="/colleagues/let-in"' in desk.get("/en/colleagues/progress").text


def test_both_keys_are_held_beside_each_other_until_the_desk_locks(
    desk: Browser, papers: list[str], new: OpeningKey, organisation: Organisation
) -> None:
    others = [share.text for share in recovery_shares.split(new.seed)]
    for shares in (papers[:3], others[1:4]):
        assert desk.post_json("/recovery/open", {**THERE, "shares": shares}).status_code == 201
    held = desk.app.extensions["testimony.recovery"]
    old = reader_of(organisation, "recovery").key.recipient
    assert held.reader.key.recipient == new.recipient
    assert held.reader.beside[0].key.recipient == old
    desk.post("/lock")
    assert held.reader is None
