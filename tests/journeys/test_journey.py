"""Six real cases on their whole way: interview, phone, node, central, desks, release, with a death at each station.

The world is lived through once (`journey.py`); each test then holds what was seen to one promise.
"""

from __future__ import annotations

import shutil
import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import sync_playwright
from sqlalchemy import select
from sqlalchemy.orm import Session

from testimony import canonical
from testimony.sealing.keys import withdrawal_code
from testimony.services.custody import log as custody_log
from testimony.services.records import queries as record_queries
from testimony.services.startup import open_station
from testimony.store.models.records import Held, ObjectRow, RecordRow
from tests.support.canaries import search as canaries_search
from tests.support.journeys import journey
from tests.support.journeys.journey import TWELVE, Told
from tests.support.journeys.world import DESKS, INTERVIEWERS, World, world
from tests.support.stories import expected
from tests.support.stories.stories import ARABIC, ENGLISH, EVERYTHING, KEPT, SPANISH, TOLD, Story

LAWYER, COORDINATOR = DESKS.values()
PARTS = {"coded", "consent", "identity", "incident", "narrative", "provenance"}
WITH_THE_NAME = [story for story in KEPT if "P04" in story.purposes]
COUNTED = [story for story in KEPT if "P06" in story.purposes]
ALL = len(KEPT) + len(TWELVE)


@pytest.fixture(scope="module")
def lived(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[World, Told]]:
    """The world after the journey, with everything stopped, and what was seen on the way."""
    folder = tmp_path_factory.mktemp("journey")
    with (
        sync_playwright() as playwright,
        world(folder, playwright, chromium, free_port, sync_when_asked=True) as made,  # to count what a button brings
    ):
        told = journey.tell(made)
        yield made, told


@pytest.fixture
def told(lived: tuple[World, Told]) -> Told:
    return lived[1]


@pytest.fixture
def places(lived: tuple[World, Told]) -> list[Path]:
    """Every folder that a browser or a station wrote to."""
    made, _ = lived
    return [made.profiles, made.logs, *(made.home(name) for name in ("field", "central", *DESKS))]


@pytest.fixture
def secrets(lived: tuple[World, Told]) -> list[str]:
    """Names, rare words of the narratives, passphrases, withdrawal codes."""
    made, told = lived
    people = [made.passphrase(person) for person in (*INTERVIEWERS, *DESKS.values())]
    codes = [" ".join(code[start : start + 5] for start in range(0, 25, 5)) for code in told.codes.values()]
    return [*(secret for story in TOLD for secret in story.secrets), *people, *told.codes.values(), *codes]


# what each reader reads


@pytest.mark.parametrize("story", COUNTED, ids=lambda story: f"case{story.case}")
def test_the_lawyer_reads_every_code_of_a_case_in_words(story: Story, told: Told) -> None:
    seen = told.page(LAWYER, story)
    assert seen.shown("incident") == expected.incident(story.codes)
    assert seen.shown("coded") == expected.generalised(story.codes)


@pytest.mark.parametrize("story", WITH_THE_NAME, ids=lambda story: f"case{story.case}")
def test_who_agreed_to_everything_is_read_word_for_word_by_the_lawyer(story: Story, told: Told) -> None:
    seen = told.page(LAWYER, story)
    assert seen.open_parts() == PARTS
    assert seen.parts["narrative"]["statements"] == [{"lang": story.lang, "dir": story.dir, "text": story.text}]
    assert seen.shown("identity") == {name: [value] for name, value in story.identity.items()}
    assert seen.shown("narrative").get("i_loc_text", [""]) == [story.place]
    assert {line["dir"] for line in _bdi(seen.parts["identity"]["fields"])} == {"auto"}
    assert set(seen.checks) == {"yes"}


@pytest.mark.parametrize("story", WITH_THE_NAME, ids=lambda story: f"case{story.case}")
def test_the_lawyer_sees_who_took_it_down_and_on_which_phone(story: Story, told: Told) -> None:
    seen, number = told.page(LAWYER, story), 1 + (story.case == 2)
    assert f"interviewer-{number}" in seen.parts["provenance"]["text"]
    assert f"phone-{number}" in seen.html


@pytest.mark.parametrize("reader", [LAWYER, COORDINATOR])
@pytest.mark.parametrize("story", COUNTED, ids=lambda story: f"case{story.case}")
def test_consent_is_shown_as_it_was_given(reader: str, story: Story, told: Told) -> None:
    seen = told.page(reader, story)
    assert seen.purposes == {code: "yes" if code in story.purposes else "no" for code in EVERYTHING}
    assert "15 of 15" in seen.parts["consent"]["text"]
    assert "3 of 3" in seen.parts["consent"]["text"]


@pytest.mark.parametrize("story", COUNTED, ids=lambda story: f"case{story.case}")
def test_the_coordinator_sees_the_coded_account_and_the_consent_and_no_more(story: Story, told: Told) -> None:
    seen = told.page(COORDINATOR, story)
    assert seen.open_parts() == {"coded", "consent"} == set(told.listed(COORDINATOR, story))
    assert {seen.parts[part]["closed"] for part in PARTS - seen.open_parts()} == {"not_for_you"}
    assert seen.shown("coded") == expected.generalised(story.codes)


@pytest.mark.parametrize("story", COUNTED, ids=lambda story: f"case{story.case}")
def test_no_day_and_no_count_of_people_reaches_the_coordinator(story: Story, told: Told) -> None:
    exact = expected.incident(story.codes)
    coarse = told.page(COORDINATOR, story).shown("coded")
    assert coarse["g_size"] != exact["g_size"]
    assert coarse["i_date"] == [exact["i_date"][0].lstrip("0123456789 ")] or story.codes["i_date_prec"] == "month"
    if story.codes["i_date_prec"] == "day":
        assert exact["i_date"][0] not in told.page(COORDINATOR, story).html


def test_numbers_only_opens_neither_the_account_nor_the_person_to_the_lawyer(told: Told) -> None:
    seen = told.page(LAWYER, SPANISH)
    assert seen.open_parts() == {"incident", "coded", "consent"} == set(told.listed(LAWYER, SPANISH))
    assert {seen.parts[part]["closed"] for part in PARTS - seen.open_parts()} == {"not_agreed"}


@pytest.mark.parametrize("reader", [LAWYER, COORDINATOR])
def test_nothing_but_keeping_opens_nothing_to_anybody(reader: str, told: Told) -> None:
    seen = told.page(reader, ENGLISH)
    assert told.listed(reader, ENGLISH) == []
    assert {part["closed"] for part in seen.parts.values()} == {"not_for_you"}
    assert seen.purposes == {}
    assert "nothing counts as agreed" in seen.consent


@pytest.mark.parametrize("reader", [LAWYER, COORDINATOR])
@pytest.mark.parametrize("story", TOLD, ids=lambda story: f"case{story.case}")
def test_no_page_holds_a_word_that_its_reader_may_not_read(reader: str, story: Story, told: Told) -> None:
    pages = [seen.html for seen in told.opened[reader].values()]
    leaked = [secret for secret in story.secrets for page in pages if secret in page]
    assert set(leaked) == (set(story.secrets) if reader == LAWYER and story in WITH_THE_NAME else set())


def test_the_desks_never_fetched_what_their_readers_may_not_have(lived: tuple[World, Told]) -> None:
    made, _ = lived
    with open_station(made.home("desk-coordinator")) as desk, desk.database.reading() as session:
        held = select(ObjectRow.part, ObjectRow.audience).where(ObjectRow.held == Held.HELD)
        found = {(part, audience) for part, audience in session.execute(held)}
    assert {part for part, _ in found} == {"coded", "consent"}
    assert {audience for _, audience in found} == {None, "coordinators"}


def test_a_wrong_passphrase_is_said_and_the_right_one_still_opens(told: Told) -> None:
    assert "does not open the key" in told.moments["a wrong passphrase"]
    assert len(told.shelves[LAWYER]) == len(KEPT)


def test_each_witness_holds_the_one_code_that_takes_the_testimony_back(lived: tuple[World, Told]) -> None:
    made, told = lived
    with open_station(made.home("central")) as central, central.database.reading() as session:
        records = record_queries.records_of(session, list(told.records.values()))
    for case, name in told.records.items():
        key = withdrawal_code.key_of(told.codes[case], made.organisation.root.fingerprint)
        assert records[name].value["withdraw"] == key.public_keys[0].pub.hex()


# nothing lost, nothing doubled


def test_a_killed_browser_loses_nothing_and_its_draft_opens_with_its_passphrase_alone(told: Told) -> None:
    assert told.moments["the draft and another's passphrase"] == "sign-in"
    assert told.page(LAWYER, ARABIC).shown("incident")["w_age"] == ["18-24"]  # answered before the kill
    assert told.page(LAWYER, ARABIC).shown("incident")["x_equip"] == ["Masks/balaclavas", "Thermal/night vision"]


def test_a_whole_interview_is_held_with_the_node_switched_off(told: Told) -> None:
    assert told.moments["signed in without the node"] == "offline"


def test_a_node_killed_before_its_answer_leaves_the_testimony_waiting_on_the_phone(told: Told) -> None:
    assert "waiting" in told.moments["after the node was killed"].split()
    assert told.moments["the node held by then"] == "3"  # it had kept it: the phone just could not know


def test_a_central_killed_before_it_signed_counts_for_nothing(told: Told) -> None:
    assert told.moments["after central was killed"] == "0"


def test_every_testimony_arrives_everywhere_exactly_once(lived: tuple[World, Told]) -> None:
    made, told = lived
    assert told.states == ["delivered"] * ALL
    for home in ("field", "central", *DESKS):
        with open_station(made.home(home)) as station, station.database.reading() as session:
            manifests = session.scalars(select(RecordRow.name).where(RecordRow.kind == "manifest")).all()
            logged = [ref for _, ref in _log(session) if ref in manifests]
        wanted = len(KEPT) if home == "desk-lawyer" else ALL  # the lawyer did not fetch again
        assert len(manifests) == wanted, home
        assert set(told.records.values()) <= set(manifests)
        if not home.startswith("desk"):
            assert sorted(logged) == sorted(manifests)


def test_no_page_stumbled_over_its_own_script(lived: tuple[World, Told]) -> None:
    made, _ = lived
    assert {name: browser.complaints for name, browser in made.browsers.items() if browser.complaints} == {}


def test_a_second_fetch_brings_nothing(lived: tuple[World, Told]) -> None:
    made, told = lived
    with open_station(made.home("desk-coordinator")) as station, station.database.reading() as session:
        kept = session.scalars(select(RecordRow.name).where(RecordRow.kind == "keep")).all()
    assert kept == []  # each manifest says until when
    come = len(KEPT) + sum(told.refused_by_day.values())
    for reader in (LAWYER, COORDINATOR):
        assert f"New records: {come}." in told.pulled[reader]
    for reader in DESKS.values():
        assert "nothing new" in told.moments[f"{reader} pulls again"]


def test_central_says_what_came_and_that_its_log_holds(told: Told) -> None:
    assert f"{ALL}\nsealed testimonies" in told.central_page
    assert "verifies against everything that is kept" in told.central_page


def test_of_those_who_refused_only_the_number_of_the_day_remains(told: Told) -> None:
    assert sum(told.refused_by_day.values()) == 2
    assert set(told.refused_by_day) <= {told.began, datetime.now(UTC).date().isoformat()}  # or after midnight
    assert set(told.moments["the phone after two refusals"].split()) <= {"node", "headquarters"}
    assert len(told.shelves[LAWYER]) == len(told.shelves[COORDINATOR]) == len(KEPT)


# what leaves


def test_what_no_two_lawyers_cleared_may_not_leave_however_much_there_is(told: Told) -> None:
    assert ["No testimony may be used" in one.sentence for one in told.refusals] == [True] * 3
    by_numbers = [one.left_out["not_cleared"] for one in told.refusals[::2]]
    assert by_numbers == [4, 4 + len(TWELVE)]
    assert told.refusals[1].left_out["not_cleared"] == 3, "fewer agreed to the mechanism"


# what stays on the disks


def test_no_disk_holds_a_word_a_name_or_a_passphrase(places: list[Path], secrets: list[str]) -> None:
    assert canaries_search.search(places, secrets) == []


def test_a_planted_leak_is_found_at_the_end_of_the_largest_file_of_each_place(
    places: list[Path], secrets: list[str], tmp_path: Path
) -> None:
    for number, place in enumerate(places):
        copy = Path(shutil.copytree(place, tmp_path / str(number), ignore=shutil.ignore_patterns("Singleton*")))
        largest = max((path for path in copy.rglob("*") if path.is_file()), key=lambda path: path.stat().st_size)
        with largest.open("ab") as file:
            file.write(secrets[0].encode("utf-16le"))
        assert canaries_search.search([copy], secrets) == [f"{largest}: utf-16le of {secrets[0]!r}"]


def _bdi(fields: dict[str, Any]) -> list[dict[str, str]]:
    return [line for field in fields.values() for line in field["bdi"]]


def _log(session: Session) -> list[tuple[str, str]]:
    """(kind, ref) of every entry of a station's own log."""
    values = [canonical.decode_object(entry) for _, entry in custody_log.entries(session, 0, 1000)]
    return [(str(value["kind"]), str(value["ref"])) for value in values]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
