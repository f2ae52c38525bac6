"""Acts of lawyers on a testimony's codes, and which of these acts are in force (docs/coding.md).

A pure function over the set of acts. Each act concerns one or more codes and names the earlier acts about them that its
desk had seen. For one code, the acts in force are those that no other act about it had seen: two, where two desks did
not know of each other. Order of arrival and clocks do not matter.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Generic, Protocol, TypeVar

from testimony.domain.errors import EventUnreadable
from testimony.domain.roles import Role
from testimony.domain.values import DAY, ID, matched

MOST_EVENTS = 64  # in one annex
WHOLE: Final = frozenset({""})
"""What an act is about that concerns the testimony and no single code."""
FIELD: Final = re.compile(r"[a-z][a-z0-9_]{0,39}", re.ASCII)


class CodingAct(Protocol):
    """What every act has: `id`, the `day` of its desk, `after`: ids that it had seen, `about`: which codes it is of."""

    @property
    def id(self) -> str: ...
    @property
    def day(self) -> date: ...
    @property
    def after(self) -> frozenset[str]: ...
    @property
    def about(self) -> frozenset[str]: ...


A = TypeVar("A", bound=CodingAct)


@dataclass(frozen=True, kw_only=True)
class Signed(Generic[A]):
    """An act and who signed it. `signer`: the id in the roster. `role`: by the newest roster that knows the key."""

    act: A
    signer: str
    role: str


@dataclass(frozen=True, kw_only=True)
class Stands(Generic[A]):
    """`said`: what counts, what was seen before what had seen it, else by day and number. `ignored`: what does not.

    Reasons: `role` (no lawyer signed it), `twice` (two acts of one number), and what the caller of `fold` objects to.
    """

    said: tuple[Signed[A], ...]
    ignored: Mapping[str, tuple[Signed[A], ...]]
    reached: Mapping[str, frozenset[str]]

    @property
    def codes(self) -> list[str]:
        """Everything that something was said about."""
        return sorted(frozenset[str]().union(*(one.act.about for one in self.said)))

    def about(self, code: str) -> list[Signed[A]]:
        """All that was said about `code`."""
        return [one for one in self.said if code in one.act.about]

    def latest(self, code: str) -> list[Signed[A]]:
        """What stands of `code`. Two that claim to have seen each other, which no honest desk makes, stand both."""
        about = self.about(code)
        return [one for one in about if not any(self._replaces(other, one) for other in about)]

    def seen(self, codes: Iterable[str]) -> frozenset[str]:
        """For `after` of what is said next about `codes`."""
        return frozenset(one.act.id for code in codes for one in self.about(code))

    def _replaces(self, later: Signed[A], earlier: Signed[A]) -> bool:
        has, had = self.reached[later.act.id], self.reached[earlier.act.id]
        return earlier.act.id in has and later.act.id not in had


def fold(signed: Iterable[Signed[A]], objection: Callable[[A], str | None] = lambda _: None) -> Stands[A]:
    """What counts of all that was said; `objection` says why an act of a lawyer does not, None where it does."""
    numbered: dict[str, list[Signed[A]]] = {}
    for one in signed:
        group = numbered.setdefault(one.act.id, [])
        if one not in group:
            group.append(one)
    sound: list[Signed[A]] = []
    ignored: dict[str, list[Signed[A]]] = {}
    for group in numbered.values():
        for one in group:
            role = None if one.role == Role.LAWYER else "role"
            reason = role or ("twice" if len(group) > 1 else objection(one.act))
            (sound if reason is None else ignored.setdefault(reason, [])).append(one)
    reached = _reached(sound)
    said = tuple(sorted(sound, key=lambda one: (len(reached[one.act.id]), *_place(one))))
    reasons = {reason: tuple(sorted(found, key=_place)) for reason, found in sorted(ignored.items())}
    return Stands(said=said, ignored=reasons, reached=reached)


def acts_of(content: Any, kind: str, parse: Callable[[Mapping[str, Any]], A]) -> tuple[A, ...]:
    """From the content of an annex, `{"kind": kind, "events": [...]}`. Raises `EventUnreadable`."""
    events = content.get("events") if isinstance(content, Mapping) and content.get("kind") == kind else None
    if not isinstance(events, list) or not 0 < len(events) <= MOST_EVENTS:
        raise EventUnreadable("structure")
    if not all(isinstance(one, Mapping) for one in events):
        raise EventUnreadable("structure")
    return tuple(map(parse, events))


def content_of(kind: str, *values: Mapping[str, Any]) -> dict[str, Any]:
    """The content of an annex that says these."""
    return {"kind": kind, "events": [dict(value) for value in values]}


def head_of(value: Mapping[str, Any]) -> dict[str, Any]:
    """`id`, `day` and `after` of an act. Raises `EventUnreadable`."""
    after = value.get("after")
    if not isinstance(after, list):
        raise EventUnreadable("after")
    try:
        day = date.fromisoformat(matched(value.get("day"), DAY))
    except ValueError as error:
        raise EventUnreadable("structure") from error
    return {"id": matched(value.get("id"), ID), "day": day, "after": frozenset(matched(one, ID) for one in after)}


def head_value(act: CodingAct) -> dict[str, Any]:
    """The JSON form of what `head_of` reads."""
    return {"id": act.id, "day": act.day.isoformat(), "after": sorted(act.after)}


def _reached(said: Sequence[Signed[A]]) -> dict[str, frozenset[str]]:
    """For each act what it had seen, and what that had seen."""
    after = {one.act.id: one.act.after for one in said}
    found: dict[str, frozenset[str]] = {}
    for number in after:
        reached: set[str] = set()
        waiting = list(after[number] & after.keys())
        while waiting:
            one = waiting.pop()
            if one not in reached:
                reached.add(one)
                waiting += after[one] & after.keys()
        found[number] = frozenset(reached)
    return found


def _place(one: Signed[A]) -> tuple[date, str, str]:
    return one.act.day, one.act.id, one.signer
