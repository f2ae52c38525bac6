"""Transcripts: sealed to lawyers alone, signed by one, and never over one another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from testimony.domain.testimony.transcript import Line
from testimony.services.enrolment.organisation import Organisation
from testimony.services.speech import transcripts
from testimony.services.speech.errors import SpeechRefused
from testimony.services.speech.transcripts import Held, Signed, Written
from tests.support.services.desks import TODAY, Desk, desks
from tests.support.services.reviews import meet
from tests.support.services.translations import fetched, forge, manifest

WRITTEN = Written(
    medium=1,
    lang="en",
    engine="example 1.0",
    model="ab" * 32,
    model_name="Example",
    lines=(
        Line(start=0, end=900, heard="they came at nine", text="they came at nine"),
        Line(start=1500, end=2400, heard="and left", text="and left"),
    ),
)
CANARY = "They came at night, said heron nineteen."


@pytest.fixture
def at(homes: Path, organisation: Organisation) -> Iterator[dict[str, Desk]]:
    with desks(homes, organisation) as found:
        yield found


def held(desk: Desk, tid: str) -> Held:
    with desk.station.database.reading() as session:
        desk.annexes.refresh(desk.station, session, desk.reader)
    return transcripts.transcripts_of(desk.station, desk.annexes, tid, manifest(desk, tid))


def sign(desk: Desk, tid: str, *texts: str, seen: Sequence[Signed] | None = None) -> Signed:
    """Having seen `seen`, or else all that the desk holds."""
    seen = held(desk, tid).signed if seen is None else seen
    return transcripts.sign(desk.station, desk.reader, tid, manifest(desk, tid), seen, WRITTEN, texts, day=TODAY)


def test_it_reaches_the_other_lawyer_with_what_the_machine_heard_and_no_coordinator(
    at: dict[str, Desk], organisation: Organisation
) -> None:
    tid = fetched(at, organisation)
    sign(at["lawyer-1"], tid, CANARY, " And left. ")
    meet(at)
    (found,) = held(at["lawyer-2"], tid).current(1)
    assert [one.text for one in found.transcript.lines] == [CANARY, "And left."]
    assert [one.heard for one in found.transcript.lines] == ["they came at nine", "and left"]
    assert (found.signer, found.transcript.engine, found.transcript.model) == ("lawyer-1", "example 1.0", "ab" * 32)
    assert held(at["lawyer-2"], tid).current(2) == []
    assert held(at["coordinator-1"], tid).signed == ()
    for station in (at["lawyer-1"].central, *(desk.station for desk in at.values())):
        for path in station.settings.home.rglob("*"):
            assert not path.is_file() or b"heron nineteen" not in path.read_bytes(), path


def test_the_next_one_stands_for_the_one_before_and_two_desks_are_both_shown_until_one_signs_for_both(
    at: dict[str, Desk], organisation: Organisation
) -> None:
    tid = fetched(at, organisation)
    sign(at["lawyer-1"], tid, "First.", "")
    sign(at["lawyer-1"], tid, "Second.", "")
    sign(at["lawyer-2"], tid, "Other.", "")
    meet(at)
    shown = {one.transcript.lines[0].text for one in held(at["lawyer-1"], tid).current(1)}
    assert shown == {"Second.", "Other."}
    sign(at["lawyer-2"], tid, "Both.", "")
    meet(at)
    assert [one.transcript.lines[0].text for one in held(at["lawyer-1"], tid).current(1)] == ["Both."]
    assert len(held(at["lawyer-1"], tid).signed) == 4


@pytest.mark.parametrize(
    ("texts", "reason"),
    [(("One.",), "lines"), ((" ", ""), "empty"), (("x" * 400_001, ""), "long")],
)
def test_what_cannot_be_signed_says_why_and_signs_nothing(
    texts: tuple[str, ...], reason: str, at: dict[str, Desk], organisation: Organisation
) -> None:
    tid = fetched(at, organisation)
    with pytest.raises(SpeechRefused) as refused:
        sign(at["lawyer-1"], tid, *texts)
    assert refused.value.reason == reason
    assert held(at["lawyer-1"], tid).signed == ()


def test_a_coordinator_signs_none(at: dict[str, Desk], organisation: Organisation) -> None:
    tid = fetched(at, organisation)
    with pytest.raises(SpeechRefused) as refused:
        sign(at["coordinator-1"], tid, "One.", "Two.")
    assert refused.value.reason == "role"


@pytest.mark.parametrize(
    "change",
    [{"of": "0" * 64}, {"medium": 0}, {"model": "short"}, {"engine": ""}, {"lines": [{"start": 5}]}, {"lang": "En"}],
)  # fmt: skip
def test_a_forged_one_is_counted_and_not_shown(
    change: dict[str, Any], at: dict[str, Desk], organisation: Organisation
) -> None:
    tid, desk = fetched(at, organisation), at["lawyer-1"]
    sign(desk, tid, "One.", "Two.")
    value = held(desk, tid).signed[0].transcript.to_value()
    forge(desk, tid, {**value, "id": "ab" * 16, **change})
    assert len(held(desk, tid).signed) == 1
    assert held(desk, tid).unread == 1


def test_one_of_a_coordinator_and_two_of_one_number_are_not_shown(
    at: dict[str, Desk], organisation: Organisation
) -> None:
    tid, desk = fetched(at, organisation), at["lawyer-1"]
    sign(desk, tid, "One.", "Two.")
    value = held(desk, tid).signed[0].transcript.to_value()
    forge(at["coordinator-1"], tid, {**value, "id": "cd" * 16})
    meet(at)
    assert held(desk, tid).unread == 1
    forge(desk, tid, {**value, "lines": []})
    assert (held(desk, tid).signed, held(desk, tid).unread) == ((), 3)


def test_it_stands_for_what_was_seen_and_for_nothing_else(at: dict[str, Desk], organisation: Organisation) -> None:
    tid, desk = fetched(at, organisation), at["lawyer-1"]
    first = sign(desk, tid, "First.", "")
    second = sign(desk, tid, "Second.", "", seen=[first])
    unseen = sign(desk, tid, "Unseen.", "", seen=[])
    third = sign(desk, tid, "Third.", "", seen=[second])
    assert third.transcript.after == {first.transcript.id, second.transcript.id}
    now = held(desk, tid)
    assert set(now.current(1)) == {unseen, third}
    assert now.named(1, [third.transcript.id]) == [third]
    for medium, name in ((2, third.transcript.id), (1, "ab" * 16)):
        with pytest.raises(SpeechRefused) as refused:
            now.named(medium, [name])
        assert refused.value.reason == "lines"
