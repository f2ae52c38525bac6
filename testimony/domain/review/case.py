"""Decides whether a testimony is in a case: a pure function over the set of lawyers' acts.

A lawyer's use of an account is privileged, so these acts are sealed to lawyers alone, apart from the review, which
coordinators read (docs/review.md, "In a case").
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final

from testimony.domain.consent.purposes import Key, Purpose
from testimony.domain.errors import EventUnreadable
from testimony.domain.values import DAY, ID, matched

KIND = "case"
CASES: Final = (Purpose.COURT, Purpose.UN_CASE)
"""The purposes that are cases of their own: a complaint or a court, a mandate of the United Nations."""
RECIPIENT: Final = re.compile(r"[a-z0-9_-]{1,64}", re.ASCII)
"""As a roster names it. It stands in addresses, so nothing else may: "../" would lead to another page."""


class Act(StrEnum):
    TAKE = "TAKE"
    LEAVE = "LEAVE"


@dataclass(frozen=True, kw_only=True)
class CaseEvent:
    """One act. `case`: the use and the recipient that the witness was asked about. `after`: ids its desk had seen."""

    id: str
    act: Act
    case: Key
    day: date
    after: frozenset[str] = frozenset()

    @classmethod
    def parse(cls, value: Any) -> CaseEvent:
        """From the content of an annex, `{"kind": "case", …}`. Raises `EventUnreadable`."""
        if not isinstance(value, Mapping) or not isinstance(value.get("after"), list):
            raise EventUnreadable("structure")
        case = case_of(value.get("purpose"), value.get("recipient"))
        try:
            act = Act(str(value.get("event")))
            day = date.fromisoformat(matched(value.get("day"), DAY))
        except ValueError as error:
            raise EventUnreadable("structure") from error
        seen = frozenset(matched(one, ID) for one in value["after"])
        return cls(id=matched(value.get("id"), ID), act=act, case=case, day=day, after=seen)

    def to_value(self) -> dict[str, Any]:
        """The content of its annex; `parse(event.to_value()) == event`."""
        return {
            "kind": KIND,
            "event": str(self.act),
            "id": self.id,
            "purpose": str(self.case.purpose),
            "recipient": self.case.recipient,
            "day": self.day.isoformat(),
            "after": sorted(self.after),
        }


@dataclass(frozen=True, kw_only=True)
class Signed:
    """An event and who signed it, by the id in the roster."""

    event: CaseEvent
    signer: str


def case_of(purpose: object, recipient: object) -> Key:
    """The case that a signed content names. Raises `EventUnreadable`."""
    name = matched(recipient, RECIPIENT)
    try:
        found = Key(Purpose(str(purpose)), name)
    except ValueError as error:
        raise EventUnreadable("purpose") from error
    if found.purpose not in CASES:
        raise EventUnreadable("purpose")
    return found


def standing(signed: Iterable[Signed]) -> frozenset[Key]:
    """The cases that it is in: somebody took it in who had seen every leaving. Of two desks the leaving one stands.

    Two different acts of one id count for nothing. The same in whatever order they came.
    """
    sound = alone(signed)
    behind = _behind({one.event.id: one.event.after for one in sound})
    left: dict[Key, set[str]] = {}
    for one in sound:
        if one.event.act is Act.LEAVE:
            left.setdefault(one.event.case, set()).add(one.event.id)
    taken = [one.event for one in sound if one.event.act is Act.TAKE]
    return frozenset(event.case for event in taken if left.get(event.case, set()) <= behind[event.id])


def alone(signed: Iterable[Signed]) -> list[Signed]:
    """The acts whose id no different act has, in the order of day and id."""
    numbered: dict[str, set[Signed]] = {}
    for one in signed:
        numbered.setdefault(one.event.id, set()).add(one)
    sound = [next(iter(group)) for group in numbered.values() if len(group) == 1]
    return sorted(sound, key=lambda one: (one.event.day, one.event.id))


def _behind(after: Mapping[str, frozenset[str]]) -> dict[str, frozenset[str]]:
    """For each id all that it had seen, and what that had seen."""
    found: dict[str, frozenset[str]] = {}
    for start in after:
        seen: set[str] = set()
        waiting = [start]
        while waiting:
            fresh = (after[waiting.pop()] & after.keys()) - seen
            seen |= fresh
            waiting += fresh
        found[start] = frozenset(seen - {start})
    return found
