"""Passages that support a code: references from lawyers into the narrative (docs/coding.md)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from testimony.domain.coding.acts import FIELD, Stands, head_of, head_value
from testimony.domain.errors import EventUnreadable
from testimony.domain.testimony.translation import STATEMENT
from testimony.domain.values import HASH, matched

KIND = "passages"
MOST_PASSAGES = 500  # of one code
FURTHEST = 10_000_000


@dataclass(frozen=True, kw_only=True, order=True)
class Passage:
    """A piece of the statement with the id `statement`, from `start` to `end` (Unicode code points)."""

    statement: str
    start: int
    end: int

    def meets(self, statement: str, span: tuple[int, int]) -> bool:
        """Whether it has a letter in common with this piece."""
        return statement == self.statement and self.start < span[1] and self.end > span[0]

    def to_value(self) -> dict[str, Any]:
        """The JSON form."""
        return {"statement": self.statement, "start": self.start, "end": self.end}

    @classmethod
    def parse(cls, value: Any) -> Passage:
        """Raises `EventUnreadable`."""
        if not isinstance(value, Mapping):
            raise EventUnreadable("structure")
        start, end = _place(value.get("start")), _place(value.get("end"))
        if start >= end:
            raise EventUnreadable("structure")
        return cls(statement=matched(value.get("statement"), STATEMENT), start=start, end=end)


@dataclass(frozen=True, kw_only=True)
class Marking:
    """All passages that support the code `field`, in place of those before. `of`: the manifest's record."""

    id: str
    of: str
    field: str
    passages: tuple[Passage, ...]
    day: date
    after: frozenset[str] = frozenset()

    @property
    def about(self) -> frozenset[str]:
        return frozenset({self.field})

    def to_value(self) -> dict[str, Any]:
        """The JSON form; `parse(marking.to_value()) == marking`."""
        pieces = [one.to_value() for one in self.passages]
        return {**head_value(self), "of": self.of, "field": self.field, "passages": pieces}

    @classmethod
    def parse(cls, value: Mapping[str, Any]) -> Marking:
        """Raises `EventUnreadable`."""
        passages = value.get("passages")
        if not isinstance(passages, list) or len(passages) > MOST_PASSAGES:
            raise EventUnreadable("structure")
        return cls(
            of=matched(value.get("of"), HASH),
            field=matched(value.get("field"), FIELD),
            passages=tuple(map(Passage.parse, passages)),
            **head_of(value),
        )


def marked(stands: Stands[Marking], field: str) -> list[Passage]:
    """What supports `field`: where desks did not know of each other, what any of them marked."""
    return sorted({passage for one in stands.latest(field) for passage in one.act.passages})


def _place(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= FURTHEST:
        raise EventUnreadable("structure")
    return value
