"""Notes at several desks: the lawyers' own, and closed to a coordinator even where somebody sealed one to them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from testimony.domain.testimony.note import Act, Moment, Note, Passage, Place, Saying
from testimony.services.consent import acts as consent_acts
from testimony.services.enrolment.organisation import Organisation
from testimony.services.review import notes
from testimony.services.review.errors import NoteRefused
from testimony.services.review.notes import Held
from tests.support.services.desks import TODAY, Desk, desks
from tests.support.services.reviews import meet
from tests.support.services.translations import fetched, forge, manifest

CANARY = "Ask about the heron, seventeen."


@pytest.fixture
def at(homes: Path, organisation: Organisation) -> Iterator[dict[str, Desk]]:
    with desks(homes, organisation) as found:
        yield found


def held(desk: Desk, tid: str) -> Held:
    with desk.station.database.reading() as session:
        desk.annexes.refresh(desk.station, session, desk.reader)
    return notes.notes_on(desk.station, desk.reader, desk.annexes, tid, manifest(desk, tid))


def write(desk: Desk, tid: str, text: str, *, id: str = "", lang: str = "en", place: Place = None) -> str:
    name = manifest(desk, tid)
    known = held(desk, tid)
    return notes.write(desk.station, desk.reader, tid, name, known, id=id, text=text, lang=lang, place=place, day=TODAY)


def strike(desk: Desk, tid: str, id: str) -> str:
    return notes.strike(desk.station, desk.reader, tid, manifest(desk, tid), held(desk, tid), id=id, day=TODAY)


def texts(desk: Desk, tid: str) -> list[list[str]]:
    return [[each.text for each in one.texts] for one in held(desk, tid).notes]


def test_a_note_reaches_the_other_lawyer_and_no_coordinator_and_stands_on_no_disk(
    at: dict[str, Desk], organisation: Organisation
) -> None:
    tid = fetched(at, organisation)
    id = write(at["lawyer-1"], tid, f" {CANARY} ", place=Moment(medium=1, ms=35_000))
    meet(at)
    (found,) = held(at["lawyer-2"], tid).notes
    assert (found.id, found.writer, found.texts[0].text, found.place) == (
        id, "lawyer-1", CANARY, Moment(medium=1, ms=35_000)
    )  # fmt: skip
    with pytest.raises(NoteRefused, match="privileged"):
        held(at["coordinator-1"], tid)
    for station in (at["lawyer-1"].central, *(desk.station for desk in at.values())):
        for path in station.settings.home.rglob("*"):
            assert not path.is_file() or b"heron, seventeen" not in path.read_bytes(), path


def test_a_coordinator_opens_none_even_where_a_dishonest_desk_sealed_it_to_them(
    at: dict[str, Desk], organisation: Organisation
) -> None:
    tid, desk, coordinator = fetched(at, organisation), at["lawyer-1"], at["coordinator-1"]
    write(desk, tid, CANARY)
    (one,) = held(desk, tid).notes
    content = one.said[0].to_value() | {"id": "e" * 32, "note": "e" * 32}
    forge(desk, tid, content)  # `seal_content` seals to coordinators, lawyers and recovery unless it is told otherwise
    forge(desk, tid, {"kind": "harmless", "text": CANARY})
    meet(at)
    with coordinator.station.database.reading() as session:
        coordinator.annexes.refresh(coordinator.station, session, coordinator.reader)
    kinds = [annex.content.get("kind") for annex in coordinator.annexes.everything()]
    assert kinds == ["harmless"], "what was sealed to them opens, and the note does not"
    assert coordinator.annexes.closed() == 0
    assert len(held(at["lawyer-2"], tid).notes) == 2


def test_a_writer_changes_and_strikes_and_everything_stays(at: dict[str, Desk], organisation: Organisation) -> None:
    tid, desk = fetched(at, organisation), at["lawyer-1"]
    id = write(desk, tid, "first")
    assert write(desk, tid, "second", id=id, lang="fa") == id
    (one,) = held(desk, tid).notes
    assert ([each.text for each in one.texts], [each.text for each in one.before]) == (["second"], ["first"])
    strike(desk, tid, id)
    meet(at)
    (one,) = held(at["lawyer-2"], tid).notes
    assert (one.struck, [each.text for each in one.texts], len(one.said)) == (True, ["second"], 3)


def test_notes_of_two_offline_desks_both_stay(at: dict[str, Desk], organisation: Organisation) -> None:
    tid = fetched(at, organisation)
    write(at["lawyer-1"], tid, "one")
    write(at["lawyer-2"], tid, "uno")
    meet(at)
    assert sorted(texts(at["lawyer-1"], tid)) == sorted(texts(at["lawyer-2"], tid)) == [["one"], ["uno"]]


@pytest.mark.parametrize(
    ("text", "lang", "why"),
    [(" \n", "en", "empty"), ("a" * 8_001, "en", "long"), ("a", "no tag", "unusable")],
)
def test_what_no_desk_could_read_is_not_written(
    text: str, lang: str, why: str, at: dict[str, Desk], organisation: Organisation
) -> None:
    tid = fetched(at, organisation)
    with pytest.raises(NoteRefused) as refused:
        write(at["lawyer-1"], tid, text, lang=lang)
    assert refused.value.reason == why
    assert held(at["lawyer-1"], tid) == Held(notes=(), unread=0)


def test_a_colleagues_note_is_neither_changed_nor_struck(at: dict[str, Desk], organisation: Organisation) -> None:
    tid = fetched(at, organisation)
    id = write(at["lawyer-1"], tid, "mine")
    meet(at)
    for act in (lambda: write(at["lawyer-2"], tid, "theirs", id=id), lambda: strike(at["lawyer-2"], tid, id)):
        with pytest.raises(NoteRefused) as refused:
            act()
        assert refused.value.reason == "other"
    name, none = manifest(at["coordinator-1"], tid), Held(notes=(), unread=0)
    reader = at["coordinator-1"]
    with pytest.raises(NoteRefused) as refused:
        notes.write(reader.station, reader.reader, tid, name, none, id="", text="x", lang="en", place=None, day=TODAY)
    assert refused.value.reason == "role"


def test_what_is_no_note_on_this_testimony_is_counted_and_not_shown(
    at: dict[str, Desk], organisation: Organisation
) -> None:
    tid, desk = fetched(at, organisation), at["lawyer-1"]
    write(desk, tid, "one")
    content: dict[str, Any] = held(desk, tid).notes[0].said[0].to_value()
    forge(desk, tid, content | {"id": "1" * 32, "of": "0" * 64})
    forge(desk, tid, {"kind": "note"})
    coordinators = content | {"id": "2" * 32}
    record, items = consent_acts.seal_content(
        desk.station.chain.latest, at["coordinator-1"].reader, tid, coordinators, day=TODAY, audiences=notes.READERS
    )
    consent_acts.keep(desk.station, desk.reader, items, [("said", record.id)], TODAY)
    assert (texts(desk, tid), held(desk, tid).unread) == ([["one"]], 3)


def test_the_moments_of_a_recording_are_those_of_notes_that_are_not_crossed_out() -> None:
    def note(number: int, place: Place, act: Act = Act.WRITE) -> Note:
        id = f"{number:032x}"
        written = Saying(id=id, note=id, of="0" * 64, act=Act.WRITE, text="heron", lang="en", place=place, day=TODAY)
        struck = Saying(
            id="f" * 32, note=id, of="0" * 64, act=act, text="", lang="und", place=place, day=TODAY,
            after=frozenset({id}),
        )  # fmt: skip
        return Note(id=id, writer="lawyer-1", said=(written, struck) if act is Act.STRIKE else (written,))

    found = Held(
        notes=(
            note(1, Moment(medium=1, ms=35_000)),
            note(2, None),
            note(3, Passage(statement="a", start=1, end=2)),
            note(4, Moment(medium=2, ms=7_000)),
            note(5, Moment(medium=1, ms=9_000), Act.STRIKE),
            note(6, Moment(medium=1, ms=0)),
        ),
        unread=0,
    )
    assert list(notes.moments(found, 1)) == [35_000, 0]
    assert list(notes.moments(found, 2)) == [7_000]
    assert list(notes.moments(found, 3)) == []
