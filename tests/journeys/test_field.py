"""Voice and pictures in the field, from the microphone to the desks, on a phone that is killed.

Lived through once in Chromium with real stations (`recorded_interview.py`); each test holds what was seen to one
promise. Forty minutes of sound are real Opus from Chromium's recorder, handed on faster: `dictation.py` says how.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import sync_playwright

from testimony.sealing.testimony.media import PIECE
from tests.support.canaries import search as canaries_search
from tests.support.journeys import recorded_interview
from tests.support.journeys.interviews import (
    FIRST,
    LAWYER,
    Field,
    all_is_signed_for,
    free_port,
    look_back,
    tids_at_central,
)
from tests.support.journeys.recorded_interview import COORDINATOR, NAME, SITTINGS, Recorded
from tests.support.journeys.stations import wait_until
from tests.support.journeys.world import World, world
from tests.support.stories import photographs
from tests.support.stories.spoken_stories import ASKED, RECORDED

RECIPIENT = {"P04": "lawyers"}
PURPOSES = [{"purpose": code, "recipient": RECIPIENT.get(code, "organisation"), "life_months": 6} for code in ASKED]
PLANTED = "planted.bin"
# forty minutes of voice take seven to hand on, to search for and to send
pytestmark = pytest.mark.long(
    short="tests/web/interview/media/test_media.py::test_a_recording_and_pictures_survive_two_kills_and_are_complete_at_the_node"
)

WEBM = b"\x1a\x45\xdf\xa3"


@dataclass
class Lived:
    """Everything, with all stopped. `leaks`: what the search found of secrets and of bytes, one leak being planted."""

    field: Field
    recorded: Recorded
    leaks: list[str]
    planted: list[str]


@pytest.fixture(scope="module")
def lived(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lived]:
    folder = tmp_path_factory.mktemp("field")
    with sync_playwright() as playwright, world(folder, playwright, chromium, free_port, purposes=PURPOSES) as made:
        yield _live(made)


def _live(made: World) -> Lived:
    done = Field(made)
    made.start(made.central)
    made.start(made.node)
    spoken = recorded_interview.studio(done)
    recorded_interview.hold(spoken)
    wait_until(lambda: len(tids_at_central(done)) == 1, "it to be at headquarters", 120)
    wait_until(lambda: all_is_signed_for(done), "its recordings and pictures to be there too", 120)
    _at_the_desks(done, spoken)
    made.end()
    look_back(done)
    return Lived(done, spoken, *_searched(done, spoken))


def _at_the_desks(done: Field, spoken: Recorded) -> None:
    tids = tids_at_central(done)
    lawyer, coordinator = (done.world.desk(server) for server in done.world.desk_servers)
    for desk, person in ((lawyer, LAWYER), (coordinator, COORDINATOR)):
        desk.enter(done.world.passphrase(person))
        desk.pull()
    for held in done.held.values():
        held.tid = tids[held.record]
    recorded_interview.look(spoken, lawyer, coordinator, done.held[NAME].tid)


def _searched(done: Field, spoken: Recorded) -> tuple[list[str], list[str]]:
    """What the phone, the node, central and what they printed hold; and what was found of one leak that is planted."""
    made = done.world
    phone = made.browsers[FIRST].folder
    planted = phone / "Default" / PLANTED
    planted.write_bytes(b"\0" * 3 + gzip.compress(spoken.sound.first(2) + spoken.given_out[-1]))
    places = [phone, made.home("field"), made.home("central"), made.logs]
    found = canaries_search.search(places, [*done.secrets, *spoken.marks])
    planted.unlink()
    ours = [each for each in found if f"/{PLANTED}: " in each]
    return [each for each in found if each not in ours], ours


# the recording


def test_two_kills_cost_no_more_than_the_last_slice_each(lived: Lived) -> None:
    sound = lived.recorded.sound
    assert len(lived.recorded.blows) == 2
    for spoken, item in lived.recorded.blows:
        found = sound.slices_in(item["bytes"])
        assert item["state"] == "cut"
        assert found >= spoken.kept
        assert found >= spoken.handed - 1


def test_forty_minutes_are_read_back_to_their_end_and_reach_the_lawyer_byte_for_byte(lived: Lived) -> None:
    seen, sound = lived.recorded, lived.recorded.sound
    voices = [item for item in seen.kept if item["kind"] == "voice"]
    slices = [sound.slices_in(item["bytes"]) for item in voices]
    assert sum(2 * number for number in slices) >= sum(SITTINGS) > 40 * 60
    assert [abs(2 * number - heard) <= 2 for number, heard in zip(slices, seen.heard, strict=True)] == [True] * 3
    assert [item["seconds"] for item in voices] == [2 * number for number in slices]
    assert seen.given_out[: len(SITTINGS)] == [sound.first(number) for number in slices]
    assert seen.given_out[0].startswith(WEBM)
    assert all(check["whole"] for check in seen.checked), seen.checked


def test_the_text_is_safe_before_any_of_the_media(lived: Lived) -> None:
    first = lived.recorded.text_first
    assert first["text"] == RECORDED.text
    assert first["pieces"] == 1 + sum(-(-item["bytes"] // PIECE) for item in lived.recorded.kept)  # and their list
    assert first["held"] == 0
    assert first["states"] == ["waiting"]


def test_the_lawyers_desk_lists_all_of_it_as_whole_and_the_coordinators_none(lived: Lived) -> None:
    seen = lived.recorded
    assert seen.listed == [["voice", "0"]] * len(SITTINGS) + [["picture", "0"]] * photographs.NUMBER
    assert seen.coordinator is not None
    assert seen.coordinator_lists == []
    assert not {"narrative", "identity", "provenance"} & seen.coordinator.open_parts()
    assert all(400 <= status < 500 for status in seen.refused), seen.refused


def test_consent_names_the_tigrinya_words_an_interpreter_and_both_yeses(lived: Lived) -> None:
    consent = lived.field.held[NAME].opened["consent"]
    granted = {event["purpose"] for event in consent["events"] if event["event"] == "GRANT"}
    assert granted == set(ASKED)
    assert consent["script"]["lang"] == consent["language"] == "ti"
    assert consent["interpreter"]["used"] is True


# the pictures


def test_none_of_ten_pictures_says_a_place_or_a_camera(lived: Lived) -> None:
    pictures = lived.recorded.given_out[len(SITTINGS) :]
    taken = [file.read_bytes() for file in lived.recorded.files]
    assert [bool(photographs.told_beside(each)) for each in taken] == [True] * photographs.NUMBER
    assert [photographs.told_beside(each) for each in pictures] == [[]] * photographs.NUMBER
    assert len(set(pictures)) == photographs.NUMBER


def test_the_two_boxes_are_burnt_into_the_two_and_into_no_other(lived: Lived) -> None:
    covered = [place for place, share in enumerate(lived.recorded.black) if share > 1]
    assert covered == list(photographs.COVERED), lived.recorded.black
    assert [lived.recorded.black[place] for place in range(photographs.NUMBER) if place not in covered] == [0.0] * 8


# what stays on the disks


def test_neither_the_phone_nor_a_station_holds_a_word_a_sound_a_dot_or_a_place(lived: Lived) -> None:
    assert lived.leaks == []


def test_the_search_would_have_found_them(lived: Lived) -> None:
    found = " ".join(lived.planted)
    for mark in (lived.recorded.sound.marks()[1], photographs.marks(lived.recorded.given_out[-1])[1]):
        assert f"latin-1 of {mark.decode('latin-1')!r}" in found


def test_no_page_stumbled_over_its_own_script(lived: Lived) -> None:
    browsers = lived.field.world.browsers
    assert {name: browser.complaints for name, browser in browsers.items() if browser.complaints} == {}
