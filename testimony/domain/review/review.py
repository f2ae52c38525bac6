"""Computes the state of the lawyers' review of a testimony: a pure function over the set of acts (docs/review.md).

Nothing is overwritten: each step is an event that names the events its desk had seen. Desks that acted without knowing
of each other reach the same state once both have all events; of two states the more cautious one stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Any, Final

from testimony.domain.errors import EventUnreadable
from testimony.domain.roles import Role
from testimony.domain.values import DAY, ID, matched

KIND = "review"
MOST_EVENTS = 64  # in one annex
PERSON: Final = re.compile(r"[A-Za-z0-9._-]{0,64}", re.ASCII)


class ReviewState(StrEnum):
    """From the least careful to the most: where two desks differ, the later one in this list stands."""

    NEW = "new"
    CLEARED = "cleared"
    IN_REVIEW = "in_review"
    NEEDS_INFORMATION = "needs_information"
    NOT_FOR_RELEASE = "not_for_release"


CARE: Final = {state: place for place, state in enumerate(ReviewState)}
MOVES: Final[Mapping[ReviewState, tuple[ReviewState, ...]]] = {
    ReviewState.NEW: (ReviewState.IN_REVIEW,),
    ReviewState.IN_REVIEW: (ReviewState.CLEARED, ReviewState.NEEDS_INFORMATION, ReviewState.NOT_FOR_RELEASE),
    ReviewState.NEEDS_INFORMATION: (ReviewState.IN_REVIEW, ReviewState.NOT_FOR_RELEASE),
    ReviewState.CLEARED: (ReviewState.IN_REVIEW, ReviewState.NOT_FOR_RELEASE),
    ReviewState.NOT_FOR_RELEASE: (ReviewState.IN_REVIEW,),
}
"""The allowed transitions. CLEARED takes two people: until the second it is a proposal and the state stays."""


class Act(StrEnum):
    MOVE = "MOVE"
    ASSIGN = "ASSIGN"


@dataclass(frozen=True, kw_only=True)
class ReviewEvent:
    """One act. `to`: a state, or the id of a person of the roster, "" for nobody. `after`: ids its desk had seen."""

    id: str
    act: Act
    to: str
    day: date
    after: frozenset[str] = frozenset()

    @classmethod
    def parse(cls, value: Any) -> ReviewEvent:
        """Raises `EventUnreadable`."""
        if not isinstance(value, Mapping):
            raise EventUnreadable("structure")
        try:
            act, day = Act(str(value.get("event"))), date.fromisoformat(matched(value.get("day"), DAY))
            to = matched(value.get("to"), PERSON)
            if act is Act.MOVE and ReviewState(to) is ReviewState.NEW:
                raise EventUnreadable("event")
        except ValueError as error:
            raise EventUnreadable("structure") from error
        after = value.get("after")
        if not isinstance(after, list):
            raise EventUnreadable("after")
        seen = frozenset(matched(one, ID) for one in after)
        return cls(id=matched(value.get("id"), ID), act=act, to=to, day=day, after=seen)

    def to_value(self) -> dict[str, Any]:
        """The JSON form; `parse(event.to_value()) == event`."""
        return {
            "event": str(self.act),
            "id": self.id,
            "to": self.to,
            "day": self.day.isoformat(),
            "after": sorted(self.after),
        }


@dataclass(frozen=True, kw_only=True)
class Signed:
    """An event and who signed it. `signer`: the id in the roster. `active`: whether the roster in force has them."""

    event: ReviewEvent
    signer: str
    role: str
    active: bool = True


@dataclass(frozen=True, kw_only=True)
class Review:
    """`said`: what counts, in the order of the saying. `ignored`: what does not, by its reason.

    Reasons: `role` (no lawyer signed it), `inactive` (a clearing by somebody who left), `move` (not allowed from where
    its desk stood), `twice` (two acts of one number). `behind`: number -> the numbers that it had seen.
    """

    said: tuple[Signed, ...]
    ignored: Mapping[str, tuple[Signed, ...]]
    behind: Mapping[str, frozenset[str]]

    @cached_property
    def state(self) -> ReviewState:
        return _state(self._moves, self.behind)

    @cached_property
    def cleared_by(self) -> frozenset[str]:
        """The people who wrote "cleared" after seeing everything else; one alone has only proposed it."""
        return _clearing(self._moves, self.behind)

    @property
    def waits_for_second(self) -> bool:
        return len(self.cleared_by) == 1

    @property
    def assigned(self) -> tuple[str, ...]:
        """The assigned people; more than one if two desks named different people without knowing of each other."""
        latest = _unseen([one for one in self.said if one.event.act is Act.ASSIGN], self.behind)
        return tuple(sorted({one.event.to for one in latest if one.event.to}))

    @property
    def moves(self) -> tuple[ReviewState, ...]:
        """The states that may follow."""
        return MOVES[self.state]

    @property
    def seen(self) -> frozenset[str]:
        """For `after` of what is said next."""
        return frozenset(one.event.id for one in self.said)

    @property
    def _moves(self) -> list[Signed]:
        return [one for one in self.said if one.event.act is Act.MOVE]


def events_of(content: Any) -> tuple[ReviewEvent, ...]:
    """From the content of an annex, `{"kind": "review", "events": [...]}`. Raises `EventUnreadable`."""
    events = content.get("events") if isinstance(content, Mapping) else None
    if not isinstance(events, list) or not 0 < len(events) <= MOST_EVENTS:
        raise EventUnreadable("structure")
    return tuple(map(ReviewEvent.parse, events))


def content_of(event: ReviewEvent) -> dict[str, Any]:
    """The content of an annex that says `event`."""
    return {"kind": KIND, "events": [event.to_value()]}


def fold(signed: Iterable[Signed]) -> Review:
    """What stands by all that was said about one testimony; the same in whatever order it came."""
    ignored: dict[str, list[Signed]] = {}
    numbered: dict[str, set[Signed]] = {}
    for one in set(signed):
        if (reason := _reason(one)) is None:
            numbered.setdefault(one.event.id, set()).add(one)
        else:  # judged first: who may not speak here makes nobody's act void by giving its number again
            ignored.setdefault(reason, []).append(one)
    sound: list[Signed] = []
    for group in numbered.values():
        if len(group) > 1:
            ignored.setdefault("twice", []).extend(group)
        else:
            sound += group
    kept: list[Signed] = []
    behind: dict[str, frozenset[str]] = {}
    for one in in_order(sound):  # what it had seen comes before it, and is judged before it
        seen = one.event.after & behind.keys()
        behind[one.event.id] = frozenset(seen).union(*(behind[each] for each in seen))
        if one.event.act is Act.ASSIGN or _allowed(one, kept, behind):
            kept.append(one)
        else:
            ignored.setdefault("move", []).append(one)
    reasons = {reason: tuple(in_order(found)) for reason, found in ignored.items()}
    return Review(said=tuple(kept), ignored=reasons, behind=behind)


def in_order(signed: Iterable[Signed]) -> list[Signed]:
    """What was seen before what had seen it; beside each other by day and number."""
    waiting = sorted(set(signed), key=lambda one: (one.event.day, one.event.id, one.signer))
    known = {one.event.id for one in waiting}
    ordered: list[Signed] = []
    placed: set[str] = set()
    while waiting:
        ready = [one for one in waiting if not (one.event.after & known) - placed - {one.event.id}]
        ordered += ready or waiting  # those in a ring, which no honest desk makes, by day and number
        placed |= {one.event.id for one in ready or waiting}
        waiting = [one for one in waiting if one.event.id not in placed]
    return ordered


def _reason(one: Signed) -> str | None:
    if one.role != Role.LAWYER:
        return "role"
    clears = one.event.act is Act.MOVE and one.event.to == ReviewState.CLEARED
    return "inactive" if clears and not one.active else None


def _allowed(one: Signed, kept: list[Signed], behind: Mapping[str, frozenset[str]]) -> bool:
    """Whether the state that its desk saw allows the move. A second clearing is one more move to where it stands."""
    seen = behind[one.event.id]
    state = _state([each for each in kept if each.event.act is Act.MOVE and each.event.id in seen], behind)
    to = ReviewState(one.event.to)
    return to in MOVES[state] or to is state


def _unseen(signed: list[Signed], behind: Mapping[str, frozenset[str]]) -> list[Signed]:
    """The acts that no other of `signed` had seen."""
    seen = frozenset[str]().union(*(behind[one.event.id] for one in signed))
    return [one for one in signed if one.event.id not in seen]


def _state(moves: list[Signed], behind: Mapping[str, frozenset[str]]) -> ReviewState:
    if len(_clearing(moves, behind)) >= 2:
        return ReviewState.CLEARED
    others = _unseen([one for one in moves if one.event.to != ReviewState.CLEARED], behind)
    return max((ReviewState(one.event.to) for one in others), key=CARE.__getitem__, default=ReviewState.NEW)


def _clearing(moves: list[Signed], behind: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """The people who cleared it after seeing every other move: one that they had not seen takes the clearing away."""
    others = {one.event.id for one in moves if one.event.to != ReviewState.CLEARED}
    return frozenset(
        one.signer for one in moves if one.event.to == ReviewState.CLEARED and others <= behind[one.event.id]
    )
