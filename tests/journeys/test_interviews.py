"""The interviewers' side on small phones: a slow one, a borrowed one, one that is killed; and what reaches the lawyer.

The days are lived through once (`interviews.py`); each test then holds what was seen to one promise.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import sync_playwright

from testimony.services.records import queries as record_queries
from testimony.services.startup import open_station
from tests.support.canaries import search as canaries_search
from tests.support.journeys import field_days, troubles
from tests.support.journeys.interviews import DESK, FIRST, PLANTED, SECOND, Field, free_port
from tests.support.journeys.world import world
from tests.support.stories import expected, sealed_parts
from tests.support.stories.field_stories import PERSIAN

NAMES = (
    "dari",
    "guarded",
    "alone",
    "first of three",
    "second of three",
    "third of three",
    "put aside",
    "on a borrowed phone",
    "carried",
    "waited for the node",
    "without room",
    "between two forms",
)
CUT_SHORT = "overdue"
JOURNEYS = ("dari", "children", "refusal", "second of three", "third of three", "changing hands")
OF_ONE_INCIDENT = ("first of three", "second of three", "third of three")
BY_NUMBERS_ONLY = {"third of three"}
WITH_THE_NAME = [name for name in NAMES if name not in BY_NUMBERS_ONLY]
# twelve whole interviews, with kills, a slow phone and two nodes
pytestmark = pytest.mark.long(
    short="tests/journeys/test_journey.py::test_every_testimony_arrives_everywhere_exactly_once"
)


@pytest.fixture(scope="module")
def lived(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Field]:
    """What was done, with everything stopped."""
    folder = tmp_path_factory.mktemp("field")
    with sync_playwright() as playwright, world(folder, playwright, chromium, free_port, two_nodes=True) as made:
        yield field_days.live(made)


# what reaches the lawyer


@pytest.mark.parametrize("name", NAMES)
def test_a_lawyer_opens_every_answer_that_was_given_and_no_other(name: str, lived: Field) -> None:
    held = lived.held[name]
    wanted = sealed_parts.answers(held.walk.given)
    if "cs_guardian" in held.walk.story.opening:  # asked with consent, and sealed with the name
        wanted["identity"]["guardian_relation"] = {"value": held.walk.story.circumstances["guardian_relation"]}
    closed = {"identity", "narrative", "provenance"} if name in BY_NUMBERS_ONLY else set()
    for part in {"incident", "coded", "identity", "narrative", "provenance"} - closed:
        found = sealed_parts.comparable(held.opened[part].get("answers", {}))
        assert found == sealed_parts.comparable(wanted.get(part, {})), part
    assert closed.isdisjoint(held.opened)


@pytest.mark.parametrize("name", WITH_THE_NAME)
def test_the_account_arrives_word_for_word(name: str, lived: Field) -> None:
    held, story = lived.held[name], lived.held[name].walk.story
    (statement,) = held.opened["narrative"]["statements"]
    assert (statement["lang"], statement["dir"], statement["text"]) == (story.lang, story.dir, story.text)
    assert held.opened["provenance"]["interviewer"] == held.by
    assert held.opened["provenance"]["partial"] is False


def test_what_was_overdue_arrives_as_far_as_it_was_told_and_is_called_partial(lived: Field) -> None:
    held = lived.held[CUT_SHORT]
    wanted = sealed_parts.answers(held.walk.given)
    assert {"w_role", "w_age", "i_date"} <= wanted["incident"].keys()
    for part in ("incident", "coded"):
        found = sealed_parts.comparable(held.opened[part]["answers"])
        assert found == sealed_parts.comparable(wanted[part]), part
    assert [each["text"] for each in held.opened["narrative"]["statements"]] == [held.walk.story.text]
    assert held.opened["provenance"]["partial"] is True
    assert lived.moments["what was done with it"]
    assert lived.moments["drafts by then"] == "0"


@pytest.mark.parametrize("name", NAMES)
def test_the_desk_shows_the_case_in_words(name: str, lived: Field) -> None:
    held = lived.held[name]
    assert held.seen is not None
    shown, case = held.seen.shown("incident"), expected.incident(_case(held.walk.given))
    assert {field: shown.get(field) for field in case} == case


@pytest.mark.parametrize("name", NAMES)
def test_consent_says_who_was_asked_and_how(name: str, lived: Field) -> None:
    consent, story = lived.held[name].opened["consent"], lived.held[name].walk.story
    granted = [event["purpose"] for event in consent["events"] if event["event"] == "GRANT"]
    assert sorted(granted) == sorted(story.purposes)
    assert consent["age"] == story.opening["cs_age"]
    assert consent["language"] == story.lang
    children = {field: code == "yes" for field, code in story.opening.items() if field != "cs_age"}
    assert {field: consent[field.removeprefix("cs_")] for field in children} == children


def test_in_dari_the_whole_questionnaire_is_answered_through_an_interpreter(lived: Field) -> None:
    held = lived.held["dari"]
    consent = held.opened["consent"]
    assert (consent["script"]["lang"], consent["script"]["draft"]) == ("prs", True)  # read out from the Dari wording
    assert consent["interpreter"]["used"] is True
    assert len(held.walk.given) > 90
    assert held.opened["incident"]["answers"]["g_size"] == {"value": 10}  # typed in Dari numerals
    assert held.shown == held.code.translate(PERSIAN)


# nothing lost, nothing doubled


def test_every_slow_phone_was_really_killed_and_some_were_cut_off(lived: Field) -> None:
    happened = {name: {what for what, _ in blows} for name, blows in lived.blows.items()}
    assert set(happened) == set(field_days.SEEDS)
    assert all("killed" in what for what in happened.values()), lived.blows
    assert {"cut off", "connected"} <= happened["dari"], lived.blows


def test_every_testimony_is_everywhere_exactly_once(lived: Field) -> None:
    records = sorted(each.record for each in lived.held.values())
    assert sorted(lived.held) == sorted([*NAMES, CUT_SHORT])
    assert len(set(records)) == len(records)
    elsewhere = [lived.held["carried"].record]
    at = {"field": sorted(set(records) - set(elsewhere)), "field-2": elsewhere, "central": records, DESK: records}
    for home, wanted in at.items():
        with open_station(lived.world.home(home)) as station, station.database.reading() as session:
            assert sorted(record.id for _, record in record_queries.records_of_kind(session, "manifest")) == wanted, (
                home
            )
    assert sorted(lived.moments["on the shelf"].split()) == sorted(each.tid for each in lived.held.values())


def test_a_refusal_after_a_death_leaves_a_number_and_nothing_on_the_phone(lived: Field) -> None:
    assert lived.moments["where it was taken up"].startswith("told-")
    assert lived.refusals == 1
    assert "waiting" not in lived.moments["the outbox after a refusal"]


def test_each_of_the_three_was_sealed_by_the_phone_that_took_it_down(lived: Field) -> None:
    assert [lived.held[name].by for name in OF_ONE_INCIDENT] == [FIRST, FIRST, SECOND]
    told = [lived.held[name].opened["incident"]["answers"]["i_date"] for name in OF_ONE_INCIDENT]
    assert told[0] == told[1] == told[2]
    assert len({lived.held[name].tid for name in OF_ONE_INCIDENT}) == 3


def test_whoever_borrows_a_phone_sees_no_draft_of_another(lived: Field) -> None:
    assert lived.moments["a draft for the second"] == "0"
    assert lived.moments["a draft for the first"] == "1"
    assert lived.held["on a borrowed phone"].by == SECOND


def test_a_file_from_a_phone_is_taken_in_by_another_node_and_the_phone_believes_its_receipts(lived: Field) -> None:
    # others, which this phone delivered before, may still be on the list
    assert lived.moments["before the file"].split().count("waiting") == 1
    assert lived.moments["after the file"].split().count("waiting") == 1  # saving ends nothing: a receipt does
    assert lived.moments["the file is sealed"] == "True"
    assert re.fullmatch(r"notes-\d{4}-\d\d-\d\d\.bin", lived.moments["the file"])


def test_a_draft_killed_out_of_reach_waits_unread_and_opens_near_the_node(lived: Field) -> None:
    assert lived.moments["out of reach"] == "share"
    assert lived.moments["words on the page then"] == "[]"


def test_a_phone_that_is_nearly_full_says_so_and_loses_nothing(lived: Field) -> None:
    assert lived.moments["nearly full"].strip()


def test_what_a_newer_form_does_not_ask_any_more_is_kept_read_back_and_sealed(lived: Field) -> None:
    held = lived.held["between two forms"]
    assert held.walk.given[troubles.DROPPED] == "dawn"
    assert held.opened["incident"]["answers"][troubles.DROPPED] == {"value": "dawn"}
    assert "Asked in an earlier form" in lived.moments["asked in an earlier form"]


def test_no_page_stumbled_over_its_own_script(lived: Field) -> None:
    assert {name: browser.complaints for name, browser in lived.world.browsers.items() if browser.complaints} == {}


# what stays on the disks


@pytest.mark.parametrize("journey", JOURNEYS)
def test_after_each_journey_the_phone_and_the_node_hold_nothing_but_what_was_planted(
    journey: str, lived: Field
) -> None:
    assert lived.leaks[journey], "the search finds nothing"
    assert [found for found in lived.leaks[journey] if f"/{PLANTED}: " not in found] == []


def test_no_disk_holds_a_word_a_name_a_code_or_a_passphrase(lived: Field) -> None:
    made = lived.world
    places = [made.profiles, made.logs, *(path.parent for path in (made.folder / "org").glob("*/station.json"))]
    assert canaries_search.search(places, lived.secrets) == []


def _case(given: dict[str, object]) -> dict[str, object]:
    """Of what was given, the fields that the six cases have: `expected.py` knows how each is shown."""
    known = {name for codes in expected_cases() for name in codes}
    return {name: int(str(value)) if name == "g_size" else value for name, value in given.items() if name in known}


def expected_cases() -> list[dict[str, object]]:
    from tests.support.stories.stories import CASES

    return list(CASES.values())
