"""Deadlines and tasks of a case, and its end: a pure function over lawyers' entries (docs/casefile.md, "Deadlines").

They belong to the case, so every lawyer may change them, and they hang on no testimony.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cached_property
from typing import Any, Final

from testimony.domain.consent.purposes import Key
from testimony.domain.errors import EventUnreadable
from testimony.domain.review.case import case_of
from testimony.domain.values import DAY, ID, matched

KIND: Final = "case-agenda"
LONGEST: Final = 500  # characters
LONGEST_PERSON: Final = 64  # of an id in the roster
SOON: Final = timedelta(days=14)
"""A deadline that is no further away is marked."""


class Sort(StrEnum):
    DEADLINE = "DEADLINE"
    TASK = "TASK"
    CLOSING = "CLOSING"
    """That the case ended on `due`, and why (`what`): DONE while it is closed, OPEN again after it was opened again."""


LISTED: Final = (Sort.DEADLINE, Sort.TASK)
"""What a case has several of."""


class State(StrEnum):
    """In the order of what counts where desks differ: nothing that one of them holds open is forgotten."""

    OPEN = "OPEN"
    DONE = "DONE"
    DELETED = "DELETED"


ORDER: Final = tuple(State)


@dataclass(frozen=True, kw_only=True)
class Entry:
    """What a lawyer said of one item. `who`: an id in the roster, "" for nobody. `after`: ids its desk had seen."""

    id: str
    item: str
    case: Key
    sort: Sort
    what: str
    who: str
    due: date | None
    state: State
    day: date
    after: frozenset[str] = frozenset()

    @classmethod
    def parse(cls, value: Mapping[str, Any]) -> Entry:
        """From the content of an annex, `{"kind": "case-agenda", …}`. Raises `EventUnreadable`."""
        what, who, after, due = (value.get(name) for name in ("what", "who", "after", "due"))
        if not isinstance(what, str) or not 0 < len(what) <= LONGEST or not isinstance(after, list):
            raise EventUnreadable("structure")
        if not isinstance(who, str) or len(who) > LONGEST_PERSON:
            raise EventUnreadable("structure")
        try:
            sort, state = Sort(str(value.get("sort"))), State(str(value.get("state")))
            day = date.fromisoformat(matched(value.get("day"), DAY))
            until = None if due is None else date.fromisoformat(matched(due, DAY))
        except ValueError as error:
            raise EventUnreadable("structure") from error
        if sort is not Sort.TASK and until is None:
            raise EventUnreadable("day")
        item, case = matched(value.get("item"), ID), case_of(value.get("purpose"), value.get("recipient"))
        if (item == closing_of(case)) is not (sort is Sort.CLOSING):
            raise EventUnreadable("structure")
        return cls(
            id=matched(value.get("id"), ID),
            item=item,
            case=case,
            sort=sort,
            what=what,
            who=who,
            due=until,
            state=state,
            day=day,
            after=frozenset(matched(one, ID) for one in after),
        )

    def to_value(self) -> dict[str, Any]:
        """The content of its annex; `parse(entry.to_value()) == entry`."""
        return {
            "kind": KIND,
            "id": self.id,
            "item": self.item,
            "purpose": str(self.case.purpose),
            "recipient": self.case.recipient,
            "sort": str(self.sort),
            "what": self.what,
            "who": self.who,
            "due": self.due.isoformat() if self.due else None,
            "state": str(self.state),
            "day": self.day.isoformat(),
            "after": sorted(self.after),
        }

    @property
    def says(self) -> tuple[str, str, date | None, State]:
        """What counts of an entry; who said it and when does not."""
        return self.what, self.who, self.due, self.state


@dataclass(frozen=True, kw_only=True)
class Signed:
    """An entry and who signed it, by the id in the roster."""

    entry: Entry
    signer: str


@dataclass(frozen=True, kw_only=True)
class Item:
    """One deadline or task with all that was said of it."""

    id: str
    said: tuple[Signed, ...]

    @cached_property
    def latest(self) -> tuple[Signed, ...]:
        """What no other entry had seen, what counts first: open before done, then the earliest day."""
        seen = frozenset().union(*(one.entry.after - {one.entry.id} for one in self.said))
        found = [one for one in self.said if one.entry.id not in seen] or list(self.said)  # in a ring nothing is latest
        return tuple(sorted(found, key=_weight))

    @property
    def now(self) -> Entry:
        """What counts."""
        return self.latest[0].entry

    @property
    def by(self) -> str:
        """Who said it."""
        return self.latest[0].signer

    @property
    def others(self) -> tuple[Signed, ...]:
        """What desks said that did not know of it, if it is something else."""
        return tuple(one for one in self.latest[1:] if one.entry.says != self.now.says)

    @property
    def seen(self) -> frozenset[str]:
        """For `after` of what is said next."""
        return frozenset(one.entry.id for one in self.said)

    def is_over(self, today: date) -> bool:
        """Whether it is open and its day is past."""
        return self.now.state is State.OPEN and self.now.due is not None and self.now.due < today

    def is_near(self, today: date) -> bool:
        """Whether it is open and its day comes soon."""
        due = self.now.due
        return self.now.state is State.OPEN and due is not None and today <= due <= today + SOON


def closing_of(case: Key) -> str:
    """The id of the one item that says whether `case` is closed: desks that close it apart mean the same item."""
    return hashlib.sha256(f"{KIND} {Sort.CLOSING} {case.purpose} {case.recipient}".encode()).hexdigest()[:32]


def fold(signed: Iterable[Signed]) -> tuple[list[Item], int]:
    """The items, the nearest day first, and how many entries count for nothing: two of one id, or another case's.

    The same in whatever order they came.
    """
    numbered: dict[str, set[Signed]] = {}
    for one in signed:
        numbered.setdefault(one.entry.id, set()).add(one)
    ignored = sum(len(group) for group in numbered.values() if len(group) > 1)
    found: dict[tuple[str, Key, Sort], list[Signed]] = {}
    for group in numbered.values():
        if len(group) == 1:
            (one,) = group
            found.setdefault((one.entry.item, one.entry.case, one.entry.sort), []).append(one)
    items = [
        Item(id=id, said=tuple(sorted(said, key=lambda one: (one.entry.day, one.entry.id))))
        for (id, _case, _sort), said in found.items()
    ]
    return sorted(items, key=_place), ignored


def _place(item: Item) -> tuple[date, str, Key, Sort]:
    return item.now.due or date.max, item.id, item.now.case, item.now.sort


def _weight(one: Signed) -> tuple[int, date, str]:
    return ORDER.index(one.entry.state), one.entry.due or date.max, one.entry.id
