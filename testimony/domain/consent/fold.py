"""Computes the state of a witness's consent from its signed events.

Twin of `interview/consent/fold.js`.

The fold is over a *set* of events, so the order in which they arrive does not matter (docs/consent.md, "State").
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cached_property, reduce
from operator import or_
from typing import Any

from testimony.domain.causality import Masks, seen
from testimony.domain.consent.events import ENDING, Act, ConsentEvent
from testimony.domain.consent.purposes import (
    PARTS_OF_A_CASE,
    Key,
    Purpose,
    effective,
    effective_keys,
    months_later,
    prerequisites,
)
from testimony.domain.errors import ConsentMissing, EventUnreadable

__all__ = [
    "Act", "ConsentEvent", "ConsentState", "Key", "Purpose", "Standing", "effective", "effective_keys", "ends",
    "expiring", "in_order", "life_end", "months_later", "prerequisites", "require", "standing_purposes", "states",
    "taken_back", "usable",
]  # fmt: skip


class ConsentState(StrEnum):
    NOT_ASKED = "not_asked"
    UNDECIDED = "undecided"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    INVALID = "invalid"
    EXPIRED = "expired"
    GRANTED = "granted"
    ERASED = "erased"


AFTER = (
    (Act.INVALIDATE, ConsentState.INVALID),
    (Act.WITHDRAW, ConsentState.WITHDRAWN),
    (Act.REFUSE, ConsentState.REFUSED),
    (Act.ASK, ConsentState.UNDECIDED),
)
"""What stands where no grant is live: the strongest first."""

TAKEN_BACK = frozenset({ConsentState.WITHDRAWN, ConsentState.REFUSED, ConsentState.INVALID, ConsentState.ERASED})
"""What stands where a yes was said and does not hold any more."""


@dataclass(frozen=True)
class Standing:
    """How the consent on one key stands."""

    state: ConsentState
    on_hold: bool = False


_About = tuple[Purpose | None, str | None]


class _Heard:
    """What was said on one key, or at once on all keys of a purpose, of a recipient, or of everything."""

    __slots__ = ("acts", "ends", "grants", "holds")

    def __init__(self) -> None:
        self.acts: set[Act] = set()
        self.grants: list[str] = []
        self.ends = 0  # bits of what ends a grant
        self.holds = 0

    def with_all(self, others: Iterable[_Heard]) -> _Heard:
        both = _Heard()
        for heard in (self, *others):
            both.acts |= heard.acts
            both.grants += heard.grants
            both.ends |= heard.ends
            both.holds |= heard.holds
        return both


class _Fold:
    """All that was said about one testimony, in one pass. Raises `EventUnreadable` where two events claim one id."""

    def __init__(self, events: Iterable[ConsentEvent]) -> None:
        self.by_id = by_id(events)
        self.bits: dict[str, int] = {}
        self.heard: dict[_About, _Heard] = {}
        self.releases: dict[_About, list[str]] = {}
        for event in self.by_id.values():
            self._take(event)
        self.wide = any(None in about for about in self.heard)

    def _take(self, event: ConsentEvent) -> None:
        about = (event.purpose, event.recipient)
        heard = self.heard.get(about)
        if heard is None:
            heard = self.heard[about] = _Heard()
        act = event.act
        heard.acts.add(act)
        if act is Act.GRANT:
            heard.grants.append(event.id)
        elif act is Act.RELEASE:
            self.releases.setdefault(about, []).append(event.id)
        elif act is Act.HOLD:
            heard.holds |= self._bit(event)
        elif act in ENDING:
            heard.ends |= self._bit(event)

    def _bit(self, event: ConsentEvent) -> int:
        return self.bits.setdefault(event.id, 1 << len(self.bits))

    @cached_property
    def past(self) -> Masks:
        """What each event had seen; worked out only where it decides."""
        return seen(self.by_id, self.bits)

    def named(self) -> list[Key]:
        """Every key that some event names."""
        return sorted(Key(purpose, recipient) for purpose, recipient in self.heard if purpose and recipient)

    def on(self, key: Key) -> _Heard:
        """Everything that was said on `key`."""
        own = self.heard.get(key) or _Heard()
        if not self.wide:
            return own
        return own.with_all(self.heard[about] for about in _over(key) if about in self.heard)

    def live(self, heard: _Heard) -> list[ConsentEvent]:
        """The grants that have seen all that could end them."""
        ends = heard.ends
        return [self.by_id[grant] for grant in heard.grants if not ends or not ends & ~self.past[grant]]

    def standing(self, key: Key, at: date) -> Standing:
        heard = self.on(key)
        return STANDINGS[self._state(heard, at), bool(heard.holds) and self._is_on_hold(key, heard)]

    def _is_on_hold(self, key: Key, heard: _Heard) -> bool:
        released = 0
        for about in (key, *_over(key)):
            released |= self.released.get(about, 0)
        return bool(heard.holds & ~released)

    @cached_property
    def released(self) -> dict[_About, int]:
        """What the releases had seen."""
        return {about: reduce(or_, (self.past[name] for name in releases)) for about, releases in self.releases.items()}

    def _state(self, heard: _Heard, at: date) -> ConsentState:
        if Act.ERASE in heard.acts:
            return ConsentState.ERASED
        live = self.live(heard)
        if live:
            return ConsentState.GRANTED if any(grant.lives(at) for grant in live) else ConsentState.EXPIRED
        return next((state for act, state in AFTER if act in heard.acts), ConsentState.NOT_ASKED)


def _over(key: Key) -> tuple[_About, ...]:
    """What concerns `key` without naming it whole."""
    return (key.purpose, None), (None, key.recipient), (None, None)


STANDINGS = {(state, on_hold): Standing(state, on_hold) for state in ConsentState for on_hold in (False, True)}


def by_id(events: Iterable[ConsentEvent]) -> dict[str, ConsentEvent]:
    """`events` by their ids. Raises `EventUnreadable` when two different ones claim one: which was seen is unknown."""
    known: dict[str, ConsentEvent] = {}
    for event in events:
        other = known.setdefault(event.id, event)
        if other is not event and other != event:
            raise EventUnreadable("twice")
    return known


def states(events: Iterable[ConsentEvent], at: date) -> dict[Key, Standing]:
    """How each key that some event names stands at `at`.

    Raises `EventUnreadable` when two different events claim one id: which one was seen cannot be told.
    """
    fold = _Fold(events)
    return {key: fold.standing(key, at) for key in fold.named()}


def usable(events: Iterable[ConsentEvent], at: date) -> frozenset[Key]:
    """The keys that are granted, not on hold, and whose prerequisites are usable. Raises `EventUnreadable`."""
    return _usable(_Fold(events), at)


def _usable(fold: _Fold, at: date) -> frozenset[Key]:
    usable = STANDINGS[ConsentState.GRANTED, False]
    return effective_keys(key for key in fold.named() if fold.standing(key, at) is usable)


def taken_back(events: Iterable[ConsentEvent], keys: Iterable[Key], at: date) -> frozenset[Key]:
    """Those of `keys` that were said no to, or found not to hold, and do not stand again: on their own, or because what
    they need was. What only ran out, or is on hold, was not. Raises `EventUnreadable`."""
    fold = _Fold(events)
    return frozenset(key for key in keys if _is_taken_back(fold, key, at))


def _is_taken_back(fold: _Fold, key: Key, at: date) -> bool:
    if fold.standing(key, at).state in TAKEN_BACK:
        return True
    needed = prerequisites(key.purpose)
    found = [(one.purpose, fold.standing(one, at).state) for one in fold.named() if one.purpose in needed]
    stands = {purpose for purpose, state in found if state not in TAKEN_BACK}
    return any(purpose not in stands for purpose, _ in found)


def life_end(events: Iterable[ConsentEvent], key: Key) -> date | None:
    """The last day of what stands or stood longest on `key`; None when it has no limit, or nothing was granted."""
    fold = _Fold(events)
    return _last_day(fold.live(fold.on(key)))


def _last_day(grants: Iterable[ConsentEvent]) -> date | None:
    ends = [grant.last_day for grant in grants]
    return None if None in ends else max((end for end in ends if end is not None), default=None)


def expiring(events: Iterable[ConsentEvent], at: date, days: int = 30) -> dict[Key, date]:
    """The entries of `ends` that stop being usable within `days`. Raises `EventUnreadable`."""
    return {key: end for key, end in ends(events, at).items() if end <= at + timedelta(days=days)}


def ends(events: Iterable[ConsentEvent], at: date) -> dict[Key, date]:
    """The usable keys that cease to be so some day, with the last day of each: the end of a life counts for all that
    needs it. Raises `EventUnreadable`.
    """
    fold = _Fold(events)
    keys = _usable(fold, at)
    own = {key: _last_day(fold.live(fold.on(key))) or date.max for key in keys}
    last = {key: min([own[key], *(_longest(need, key, own) for need in prerequisites(key.purpose))]) for key in keys}
    return {key: end for key, end in sorted(last.items()) if end < date.max}


def _longest(need: Purpose, key: Key, own: Mapping[Key, date]) -> date:
    """The last day of `need` for whom it stands longest; the case before a mandate must be that mandate's."""
    its_own = key.purpose in PARTS_OF_A_CASE and need is Purpose.UN_CASE
    return max(
        end for one, end in own.items() if one.purpose is need and (not its_own or one.recipient == key.recipient)
    )


def in_order(events: Iterable[ConsentEvent], key: Key) -> list[ConsentEvent]:
    """The events on `key` in the order of their causes; what no cause orders, by day and id."""
    known = by_id(events)
    bits: dict[str, int] = {}
    for event in known.values():
        for name in event.after:
            bits.setdefault(name, 1 << len(bits))
    past = seen(known, bits)
    about = [event for event in known.values() if event.concerns(key)]
    return sorted(about, key=lambda event: (past[event.id].bit_count(), event.day, event.id))


def standing_purposes(values: Iterable[Mapping[str, Any]], at: date) -> frozenset[Purpose]:
    """The purposes usable for some recipient, from the raw JSON events; none at all when one cannot be read."""
    try:
        return frozenset(key.purpose for key in usable(map(ConsentEvent.parse, values), at))
    except EventUnreadable:
        return frozenset()


def require(values: Iterable[Mapping[str, Any]], purpose: Purpose, at: date, recipient: str | None = None) -> None:
    """Raise `ConsentMissing` unless `purpose` is usable at `at` (for `recipient`, when named). Silence is refusal."""
    try:
        keys = usable(map(ConsentEvent.parse, values), at)
    except EventUnreadable as error:
        raise ConsentMissing(purpose=purpose) from error
    if not any(key.purpose is purpose and recipient in (None, key.recipient) for key in keys):
        raise ConsentMissing(purpose=purpose)
