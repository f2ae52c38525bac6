"""What is said in a recording: written down by a machine, and read against the recording and signed by a lawyer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any, Final

from testimony.domain.errors import EventUnreadable, TranscriptUnreadable
from testimony.domain.testimony.languages import dir_of
from testimony.domain.testimony.note import LATEST, MOST_MEDIA
from testimony.domain.values import DAY, HASH, ID, TAG, matched, number

KIND = "transcript"
MOST_LINES = 5_000
LONGEST = 400_000  # characters of all lines together, and of all that the machine heard
LONGEST_NAME = 100
PAUSE: Final = 700  # milliseconds without a word, after which a new line begins
MOST_WORDS: Final = 16  # of one line


@dataclass(frozen=True, kw_only=True)
class Word:
    """`text` was heard from `start` to `end`, in milliseconds."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, kw_only=True)
class Line:
    """What is said from `start` to `end` (milliseconds): `text` as it was signed, `heard` as the machine wrote it."""

    start: int
    end: int
    heard: str
    text: str

    def to_value(self) -> dict[str, Any]:
        return {"start": self.start, "end": self.end, "heard": self.heard, "text": self.text}


@dataclass(frozen=True, kw_only=True)
class Transcript:
    """`of`: the manifest's record. `medium`: the number of the recording. `engine`: its name and version.

    `model`: the SHA-256 of the model's manifest, `model_name` what that calls it. `after`: ids of the transcripts that
    its desk had seen.
    """

    id: str
    of: str
    medium: int
    lang: str
    engine: str
    model: str
    model_name: str
    lines: tuple[Line, ...]
    day: date
    after: frozenset[str] = frozenset()

    @property
    def dir(self) -> str:
        return dir_of(self.lang)

    def to_value(self) -> dict[str, Any]:
        """The content of its annex; `parse(transcript.to_value()) == transcript`."""
        return {
            "kind": KIND,
            "id": self.id,
            "of": self.of,
            "medium": self.medium,
            "lang": self.lang,
            "engine": self.engine,
            "model": self.model,
            "model_name": self.model_name,
            "lines": [one.to_value() for one in self.lines],
            "day": self.day.isoformat(),
            "after": sorted(self.after),
        }

    @classmethod
    def parse(cls, value: Mapping[str, Any]) -> Transcript:
        """Raises `TranscriptUnreadable`."""
        names, after = [value.get("engine"), value.get("model_name")], value.get("after")
        if not all(isinstance(one, str) and 0 < len(one) <= LONGEST_NAME for one in names):
            raise TranscriptUnreadable
        if not isinstance(after, list):
            raise TranscriptUnreadable
        try:
            return cls(
                id=matched(value.get("id"), ID),
                of=matched(value.get("of"), HASH),
                medium=number(value.get("medium"), 1, MOST_MEDIA),
                lang=matched(value.get("lang"), TAG),
                engine=str(names[0]),
                model=matched(value.get("model"), HASH),
                model_name=str(names[1]),
                lines=_lines(value.get("lines")),
                day=date.fromisoformat(matched(value.get("day"), DAY)),
                after=frozenset(matched(one, ID) for one in after),
            )
        except (ValueError, EventUnreadable) as error:
            raise TranscriptUnreadable from error


def in_lines(words: Iterable[Word]) -> list[list[Word]]:
    """The words in lines that a person can read against the recording: a pause ends a line, and so do many words."""
    found: list[list[Word]] = []
    for word in words:
        if not found or len(found[-1]) >= MOST_WORDS or word.start - found[-1][-1].end >= PAUSE:
            found.append([])
        found[-1].append(word)
    return found


def at_most(lines: Sequence[list[Word]], most: int = MOST_LINES) -> list[list[Word]]:
    """The same words in no more than `most` lines: as many neighbours as needed are joined, all alike."""
    each = max(-(-len(lines) // most), 1)
    return [[word for line in lines[at : at + each] for word in line] for at in range(0, len(lines), each)]


def current(transcripts: Iterable[Transcript]) -> list[Transcript]:
    """Those that no later one of the same recording had seen: two where desks did not know of each other. By id."""
    everything = list(transcripts)
    seen = frozenset[str]()
    for one in everything:
        seen |= {each.id for each in everything if each.medium == one.medium and each.id in one.after} - {one.id}
    return sorted((one for one in everything if one.id not in seen), key=lambda one: one.id)


def _lines(value: Any) -> tuple[Line, ...]:
    if not isinstance(value, list) or len(value) > MOST_LINES:
        raise TranscriptUnreadable
    found = tuple(_line(each) for each in value)
    too_long = any(sum(map(len, texts)) > LONGEST for texts in ([x.text for x in found], [x.heard for x in found]))
    if too_long or not _in_order(found):
        raise TranscriptUnreadable
    return found


def _line(value: Any) -> Line:
    if not isinstance(value, Mapping) or not all(isinstance(value.get(name), str) for name in ("heard", "text")):
        raise TranscriptUnreadable
    start = number(value.get("start"), 0, LATEST)
    return Line(start=start, end=number(value.get("end"), start, LATEST), heard=value["heard"], text=value["text"])


def _in_order(lines: Sequence[Line]) -> bool:
    return all(before.start <= after.start for before, after in pairwise(lines))
