"""A lawyer's own note on a testimony: a pure function over the set of its writer's events (docs/notes.md).

A note belongs to the person who signed it. Nobody else's events change it, so notes from two desks never conflict.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Any, Final

from testimony.domain.errors import EventUnreadable, NoteUnreadable
from testimony.domain.values import DAY, HASH, ID, TAG, matched, number

KIND = "note"
LONGEST = 8_000  # characters of one note
LATEST = 24 * 3600 * 1000  # milliseconds into a recording
MOST_MEDIA = 640
UNKNOWN = "und"
STATEMENT: Final = re.compile(r"[0-9A-Za-z._:-]{1,64}", re.ASCII)


class Act(StrEnum):
    WRITE = "WRITE"
    STRIKE = "STRIKE"


@dataclass(frozen=True, kw_only=True)
class Moment:
    """`ms` milliseconds into the recording or picture `medium` (its number in the list, from 1)."""

    medium: int
    ms: int

    def to_value(self) -> dict[str, Any]:
        return {"medium": self.medium, "ms": self.ms}


@dataclass(frozen=True, kw_only=True)
class Passage:
    """What the statement says from `start` to `end` (Unicode code points)."""

    statement: str
    start: int
    end: int

    def to_value(self) -> dict[str, Any]:
        return {"statement": self.statement, "start": self.start, "end": self.end}


Place = Moment | Passage | None
"""None: the testimony as a whole."""


@dataclass(frozen=True, kw_only=True)
class Saying:
    """One act about the note `note`. `of`: the manifest's record. `after`: what its desk had seen of this note."""

    id: str
    note: str
    of: str
    act: Act
    text: str
    lang: str
    place: Place
    day: date
    after: frozenset[str] = frozenset()

    def to_value(self) -> dict[str, Any]:
        """The content of its annex; `parse(saying.to_value()) == saying`."""
        return {
            "kind": KIND,
            "act": str(self.act),
            "id": self.id,
            "note": self.note,
            "of": self.of,
            "text": self.text,
            "lang": self.lang,
            "place": self.place.to_value() if self.place else None,
            "day": self.day.isoformat(),
            "after": sorted(self.after),
        }

    @classmethod
    def parse(cls, value: Mapping[str, Any]) -> Saying:
        """Raises `NoteUnreadable`."""
        text, after = value.get("text"), value.get("after")
        if not isinstance(text, str) or len(text) > LONGEST or not isinstance(after, list):
            raise NoteUnreadable
        place = place_of(value.get("place"))
        try:
            saying = cls(
                id=matched(value.get("id"), ID),
                note=matched(value.get("note"), ID),
                of=matched(value.get("of"), HASH),
                act=Act(str(value.get("act"))),
                text=text,
                lang=matched(value.get("lang"), TAG),
                place=place,
                day=date.fromisoformat(matched(value.get("day"), DAY)),
                after=frozenset(matched(one, ID) for one in after),
            )
        except (ValueError, EventUnreadable) as error:
            raise NoteUnreadable from error
        if bool(text.strip()) is (saying.act is Act.STRIKE):  # who strikes says nothing more, who writes says something
            raise NoteUnreadable
        return saying


@dataclass(frozen=True, kw_only=True)
class Note:
    """All versions of one note by `writer`, the oldest first."""

    id: str
    writer: str
    said: tuple[Saying, ...]

    @cached_property
    def latest(self) -> tuple[Saying, ...]:
        """What no other of them had seen: two where its writer wrote at two desks that did not know of each other."""
        seen = frozenset().union(*(one.after - {one.id} for one in self.said))
        return tuple(one for one in self.said if one.id not in seen) or self.said  # in a ring nothing is latest

    @property
    def struck(self) -> bool:
        """Whether its writer struck it and has written nothing since in knowledge of that."""
        return any(one.act is Act.STRIKE for one in self.latest)

    @property
    def texts(self) -> tuple[Saying, ...]:
        """What is shown: the latest words, and of one that was struck what stood before."""
        written = [one for one in self.said if one.act is Act.WRITE]
        latest = tuple(one for one in self.latest if one.act is Act.WRITE)
        return latest or tuple(written[-1:])

    @property
    def before(self) -> tuple[Saying, ...]:
        """Earlier words, which stay."""
        return tuple(one for one in self.said if one.act is Act.WRITE and one not in self.texts)

    @property
    def place(self) -> Place:
        return self.texts[-1].place if self.texts else None

    @property
    def day(self) -> date:
        return min(one.day for one in self.said)

    @property
    def seen(self) -> frozenset[str]:
        """For `after` of what its writer says next."""
        return frozenset(one.id for one in self.said)


def fold(signed: Iterable[tuple[str, Saying]]) -> tuple[list[Note], int]:
    """The notes by (writer, saying), and how many sayings count for nothing: two of one number, whoever signed them.

    The same in whatever order they came. By place, then by day and id. A note of which nobody wrote a word is none.
    """
    numbered: dict[str, set[tuple[str, Saying]]] = {}
    for one in signed:
        numbered.setdefault(one[1].id, set()).add(one)
    threads: dict[tuple[str, str], list[Saying]] = {}
    twice = sum(len(group) for group in numbered.values() if len(group) > 1)
    for group in numbered.values():
        if len(group) == 1:
            ((writer, saying),) = group
            threads.setdefault((saying.note, writer), []).append(saying)
    notes = [Note(id=id, writer=writer, said=tuple(_in_order(said))) for (id, writer), said in threads.items()]
    return sorted((one for one in notes if one.texts), key=lambda one: (_place(one), one.writer)), twice


def place_of(value: Any) -> Place:
    """Raises `NoteUnreadable`."""
    if value is None:
        return None
    if not isinstance(value, Mapping):
        raise NoteUnreadable
    try:
        if "medium" in value:
            return Moment(medium=number(value["medium"], 1, MOST_MEDIA), ms=number(value.get("ms"), 0, LATEST))
        start = number(value.get("start"), 0, 1 << 31)
        end = number(value.get("end"), start + 1, 1 << 31)
        return Passage(statement=matched(value.get("statement"), STATEMENT), start=start, end=end)
    except EventUnreadable as error:
        raise NoteUnreadable from error


def _in_order(said: list[Saying]) -> list[Saying]:
    """What was seen before what had seen it; beside each other by day and id."""
    waiting = sorted(said, key=lambda one: (one.day, one.id))
    known, ordered, placed = {one.id for one in waiting}, list[Saying](), set[str]()
    while waiting:
        ready = [one for one in waiting if not (one.after & known) - placed - {one.id}] or waiting
        ordered += ready
        placed |= {one.id for one in ready}
        waiting = [one for one in waiting if one.id not in placed]
    return ordered


def _place(note: Note) -> tuple[int, Any, Any, str]:
    """The whole first, then the account from its beginning, then each recording from its beginning."""
    where = note.place
    if isinstance(where, Passage):
        return (1, where.statement, where.start, note.id)
    return (2, where.medium, where.ms, note.id) if where else (0, note.day.isoformat(), 0, note.id)
