"""Transcripts as statements: what one holds, how words become lines, and which stands."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from testimony.domain.errors import TranscriptUnreadable
from testimony.domain.testimony import transcript
from testimony.domain.testimony.transcript import Line, Transcript, Word

ONE = Transcript(
    id="0a" * 16,
    of="0b" * 32,
    medium=2,
    lang="ar",
    engine="example 1",
    model="0c" * 32,
    model_name="Example",
    lines=(Line(start=0, end=9, heard="a", text="A"), Line(start=9, end=9, heard="b", text="")),
    day=date(2026, 1, 2),
    after=frozenset({"0d" * 16}),
)


def test_it_is_read_as_it_was_written() -> None:
    assert Transcript.parse(ONE.to_value()) == ONE
    assert ONE.dir == "rtl"


@pytest.mark.parametrize(
    "lines",
    [
        None,
        [7],
        [{"start": 0, "end": 1, "heard": "a", "text": 7}],
        [{"start": 2, "end": 1, "heard": "a", "text": "a"}],
        [{"start": -1, "end": 1, "heard": "a", "text": "a"}],
        [{"start": 5, "end": 6, "heard": "", "text": ""}, {"start": 4, "end": 6, "heard": "", "text": ""}],
        [{"start": 0, "end": 1, "heard": "a" * 400_001, "text": ""}],
        [{"start": 0, "end": 1, "heard": "", "text": ""}] * 5001,
    ],
)
def test_lines_that_are_none_are_refused(lines: object) -> None:
    with pytest.raises(TranscriptUnreadable):
        Transcript.parse({**ONE.to_value(), "lines": lines})


def test_a_line_ends_at_a_pause_and_after_many_words() -> None:
    words = [Word(start=100 * place, end=100 * place + 90, text=str(place)) for place in range(20)]
    later = [Word(start=2000 + transcript.PAUSE, end=3000, text="later")]
    assert [len(line) for line in transcript.in_lines(words + later)] == [16, 4, 1]
    assert transcript.in_lines([]) == []


def test_neighbouring_lines_are_joined_until_they_can_be_signed() -> None:
    words = [Word(start=2000 * number, end=2000 * number + 900, text=str(number)) for number in range(5001)]
    lines = transcript.at_most(transcript.in_lines(words))
    assert len(lines) == 2501
    assert [word for line in lines for word in line] == words
    few = transcript.in_lines(words[:5000])
    assert transcript.at_most(few) == few
    assert transcript.at_most([]) == []


def test_what_was_seen_does_not_stand_and_another_recording_is_apart() -> None:
    second = replace(ONE, id="0e" * 16, after=frozenset({ONE.id}))
    other = replace(ONE, id="0f" * 16, medium=1, after=frozenset({second.id}))
    beside = replace(ONE, id="1a" * 16)
    assert transcript.current([ONE, second, other, beside]) == [second, other, beside]
