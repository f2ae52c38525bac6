"""Decides whether two coordinators cleared a testimony that no lawyer can open: a pure fold over the set of acts.

Two coordinators each clear it, on the coded record alone; either of them, or any other coordinator, can revoke it. A
clearance whose desk had not seen the revocation does not count (docs/anonymity.md, "Which accounts").
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final

from testimony.domain.causality import Masks, seen
from testimony.domain.errors import EventUnreadable
from testimony.domain.roles import Role
from testimony.domain.values import DAY, ID, matched

KIND: Final = "coordinator-clearing"
MOST_EVENTS = 64  # in one annex
LEAST: Final = 2
"""Different people who must say so."""


class Act(StrEnum):
    CLEAR = "CLEAR"
    TAKE_BACK = "TAKE_BACK"


@dataclass(frozen=True, kw_only=True)
class ClearingEvent:
    """One act about one testimony. `after`: the ids of all acts about it that counted at the desk."""

    id: str
    act: Act
    day: date
    after: frozenset[str] = frozenset()

    @classmethod
    def parse(cls, value: Any) -> ClearingEvent:
        """Raises `EventUnreadable`: also for any other key, so that no word can be in it."""
        if not isinstance(value, Mapping) or value.keys() != {"event", "id", "day", "after"}:
            raise EventUnreadable("structure")
        if not isinstance(value["after"], list):
            raise EventUnreadable("after")
        try:
            act, day = Act(str(value["event"])), date.fromisoformat(matched(value["day"], DAY))
        except ValueError as error:
            raise EventUnreadable("structure") from error
        after = frozenset(matched(one, ID) for one in value["after"])
        return cls(id=matched(value["id"], ID), act=act, day=day, after=after)

    def to_value(self) -> dict[str, Any]:
        """The JSON form; `parse(event.to_value()) == event`."""
        return {"event": str(self.act), "id": self.id, "day": self.day.isoformat(), "after": sorted(self.after)}


@dataclass(frozen=True, kw_only=True)
class Signed:
    """An act and who signed it. `signer`: the id in the roster. `active`: whether the roster in force has them."""

    event: ClearingEvent
    signer: str
    role: str
    active: bool = True


@dataclass(frozen=True, kw_only=True)
class Clearing:
    """What stands. `cleared_by`: whose clearing has seen all that takes back. `ignored`: how many acts count for
    nothing. `seen`: for `after` of what is said next."""

    cleared_by: frozenset[str]
    ignored: int
    seen: frozenset[str]

    @property
    def cleared(self) -> bool:
        """Whether two different people say so."""
        return len(self.cleared_by) >= LEAST


def events_of(content: Any) -> tuple[ClearingEvent, ...]:
    """From the content of an annex, `{"kind": KIND, "events": [...]}`. Raises `EventUnreadable`."""
    if not isinstance(content, Mapping) or content.keys() != {"kind", "events"} or content["kind"] != KIND:
        raise EventUnreadable("structure")
    events = content["events"]
    if not isinstance(events, list) or not 0 < len(events) <= MOST_EVENTS:
        raise EventUnreadable("structure")
    return tuple(map(ClearingEvent.parse, events))


def content_of(event: ClearingEvent) -> dict[str, Any]:
    """The content of an annex that says `event`."""
    return {"kind": KIND, "events": [event.to_value()]}


def fold(signed: Iterable[Signed]) -> Clearing:
    """What stands by all that was said about one testimony; the same in whatever order it came."""
    said = set(signed)
    counting = {one for one in said if _counts(one)}
    numbered: dict[str, set[ClearingEvent]] = {}
    for one in counting:
        numbered.setdefault(one.event.id, set()).add(one.event)
    events = {id: next(iter(acts)) for id, acts in numbered.items() if len(acts) == 1}
    doubled = {act for acts in numbered.values() if len(acts) > 1 for act in acts}
    bits = {id: 1 << place for place, id in enumerate(sorted(id for id, act in events.items() if _takes_back(act)))}
    past = seen(events, bits)
    barred = any(map(_takes_back, doubled))  # nobody can say that they saw it: its number is another's too
    cleared_by = frozenset(
        one.signer
        for one in counting
        if one.event.id in events and not _takes_back(one.event) and not barred and _saw(one.event, past, bits)
    )
    return Clearing(
        cleared_by=cleared_by,
        ignored=len(said - counting) + sum(not _takes_back(act) for act in doubled),
        seen=frozenset(events),
    )


def _counts(one: Signed) -> bool:
    """What takes back counts whoever left since; a clearing only while its signer is a coordinator who is active."""
    return one.role == Role.COORDINATOR and (one.active or _takes_back(one.event))


def _takes_back(event: ClearingEvent) -> bool:
    return event.act is Act.TAKE_BACK


def _saw(event: ClearingEvent, past: Masks, bits: Mapping[str, int]) -> bool:
    return past[event.id] & sum(bits.values()) == sum(bits.values())
