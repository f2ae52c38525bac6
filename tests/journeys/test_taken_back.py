"""A witness takes back on the phone, out of reach of any node: one that headquarters has and one that never left.

Lived through once in Chromium with real stations; each test holds what was seen to one promise.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import expect, sync_playwright
from sqlalchemy import func, select

from testimony import canonical
from testimony.sealing.keys.key_file import KeyFile
from testimony.sealing.testimony.annex import open_annex
from testimony.services.records import queries as record_queries
from testimony.services.startup import open_station
from testimony.services.withdrawal import suspension
from testimony.store.models.records import Progress, RecordRow
from tests.support.canaries import search as canaries_search
from tests.support.interview.driver import Interviewer
from tests.support.interview.fast_interview import Hurried
from tests.support.journeys.interviews import FIRST, LAWYER, Field, free_port, tids_at_central
from tests.support.journeys.stations import wait_until
from tests.support.journeys.walkthrough import Walk
from tests.support.journeys.world import World, world
from tests.support.stories.stories import DARI

# the withdrawal of a whole testimony, by passphrase: tests/web/interview/outbox/test_rows.py, and withdrawal.test.mjs
pytestmark = pytest.mark.long(
    short="tests/web/interview/outbox/test_delivery.py::"
    "test_single_uses_are_taken_back_out_of_reach_and_go_first_sealed_to_who_acts_on_them"
)

DELIVERED, KEPT = "delivered", "kept"
HELPS = "Im März bei Bregana, ein Mann mit einem Wolpertinger auf der Mütze hat gefragt."


@dataclass
class Lived:
    """What was seen, with everything stopped."""

    field: Field
    asked: str = ""  # what the card says before the passphrase
    away: dict[str, str] = field(default_factory=dict)  # record -> state of its line, before any node was near
    texts: list[str] = field(default_factory=list)
    near: dict[str, str] = field(default_factory=dict)
    tid: str = ""


@pytest.fixture(scope="module")
def lived(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lived]:
    folder = tmp_path_factory.mktemp("taken-back")
    with sync_playwright() as playwright, world(folder, playwright, chromium, free_port) as made:
        yield _live(made)


def _live(made: World) -> Lived:
    seen = Lived(Field(made))
    made.start(made.central)
    made.start(made.node)
    phone = made.signed_in(FIRST, "en", hands=Hurried)
    _interview(seen, phone, DELIVERED, deliver=True)
    wait_until(lambda: len(tids_at_central(seen.field)) == 1, "it to be at headquarters", 120)
    made.node.stop()
    made.node_gate.lead_to(None)
    phone.page.context.set_offline(True)
    phone.act("home")
    _interview(seen, phone, KEPT, deliver=False)
    _take_back_one_use(phone, seen.field.held[DELIVERED].record)
    seen.asked = _take_back(phone, seen.field.held[DELIVERED].record, made.passphrase(FIRST))
    _take_back(phone, seen.field.held[KEPT].record, made.passphrase(FIRST))
    phone.page.locator("details", has=phone.page.locator("[data-request]")).locator("summary").click()
    phone.page.locator("[data-request]").fill(HELPS)
    phone.act("ask-withdrawal")
    expect(phone.page.locator("[data-request-said]")).to_be_visible()
    wait_until(lambda: len(phone.lines()) == 6, "a line for all that waits")  # two interviews, four that go with them
    seen.away = phone.lines()
    seen.texts = phone.page.locator("[data-outbox] [data-state-text]").all_inner_texts()
    made.start(made.node)
    phone.page.context.set_offline(False)
    phone.deliver()
    seen.near = phone.lines()
    held = tids_at_central(seen.field)
    seen.tid = held[seen.field.held[DELIVERED].record]
    wait_until(lambda: not _is_served(made, "central", seen.tid), "headquarters to know", 120)
    wait_until(lambda: _annexes_at_central(made) == 2, "the request and the use taken back to follow", 120)
    made.end()
    return seen


def _interview(seen: Lived, phone: Interviewer, name: str, *, deliver: bool) -> None:
    phone.to_account(purposes=DARI.purposes, witness_language=DARI.lang, circumstances=DARI.circumstances)
    phone.answer(DARI.answers)
    seen.field.seal(name, phone, Walk(DARI), FIRST, deliver=deliver)


def _take_back(phone: Interviewer, record: str, passphrase: str) -> str:
    """A tap and the passphrase; what the card says between."""
    button = phone.page.locator(f'[data-record="{record}"] [data-act="take-back"]')
    button.click()
    said = phone.wait_for("take-back").inner_text()
    phone.page.locator("#passphrase-for-row").fill(passphrase)
    phone.act("take-back-really")
    phone.wait_for("outbox")
    expect(phone.page.locator(f'[data-record="{record}"]')).to_have_attribute("data-state", "withdrawn")
    expect(button).to_be_hidden()
    return said


def _take_back_one_use(phone: Interviewer, record: str) -> None:
    phone.page.locator(f'[data-record="{record}"] [data-act="take-back-uses"]').click()
    phone.wait_for("uses")
    phone.page.locator("[data-use][data-purpose=P06]").check()
    phone.act("take-back-ticked")
    phone.wait_for("outbox")


def _is_served(made: World, name: str, tid: str) -> bool:
    with open_station(made.home(name)) as station, station.database.reading() as session:
        return record_queries.is_served(session, tid)


def _annexes_at_central(made: World) -> int:
    """How many are there with everything that the lawyers need to open them."""
    with open_station(made.home("central")) as station, station.database.reading() as session:
        whole = select(func.count()).where(RecordRow.kind == "annex", RecordRow.progress == Progress.COMPLETE)
        return session.scalars(whole).one()


def test_the_first_tap_only_asks_and_says_what_will_happen(lived: Lived) -> None:
    assert "after 14 days it is destroyed everywhere" in lived.asked.lower()


def test_out_of_reach_both_are_withdrawn_and_their_withdrawals_and_the_request_wait(lived: Lived) -> None:
    held = lived.field.held
    assert [lived.away[held[name].record] for name in (DELIVERED, KEPT)] == ["withdrawn"] * 2
    assert sorted(lived.away.values()) == ["waiting"] * 4 + ["withdrawn"] * 2
    assert lived.texts.count("taken back by the witness") == 2


def test_when_a_node_is_near_everything_is_signed_for(lived: Lived) -> None:
    assert "waiting" not in lived.near.values()


def test_node_and_headquarters_hold_it_back_and_what_had_not_left_never_arrives(lived: Lived) -> None:
    made = lived.field.world
    for name in ("field", "central"):
        assert not _is_served(made, name, lived.tid)
        with open_station(made.home(name)) as station, station.database.reading() as session:
            assert suspension.due_of(session, lived.tid) is not None
            kept = lived.field.held[KEPT].record
            assert record_queries.records_of(session, [kept]) == {}


def test_the_lawyers_key_and_no_station_opens_the_request_and_which_use_was_taken_back(lived: Lived) -> None:
    made = lived.field.world
    keeper = made.organisation.keeper(LAWYER)
    key = KeyFile.open((made.organisation.folder / keeper.file).read_bytes(), keeper.passphrase).opening
    assert key is not None
    opened: dict[str, tuple[str, dict[str, Any]]] = {}
    with open_station(made.home("central")) as station, station.database.reading() as session:
        for _, record in record_queries.records_of_kind(session, "annex"):
            parts = record.value["part"]
            head = record_queries.read_head(station, session, parts["heads"]["lawyers"])
            body = record_queries.read_body(station, parts["body"])
            part = open_annex(record, head, body, key=key, chain=station.chain)
            content = canonical.decode_object(part.content)
            opened[content["kind"]] = (str(part.header["tid"]), content)
    about, request = opened["withdrawal-request"]
    assert (request["text"], about) == (HELPS, "0" * 32)
    about, said = opened["consent"]
    assert (about, [one["purpose"] for one in said["events"]]) == (lived.tid, ["P06"])
    places = [made.browsers[FIRST].folder, made.home("field"), made.home("central"), made.logs]
    assert canaries_search.search(places, [HELPS, "Wolpertinger"]) == []
