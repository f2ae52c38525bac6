"""Consent as the witness gave it: signed events, and the one fold that says what stands.

The fold is over a *set* of events, so the order in which they arrive cannot matter (docs/consent.md, "State").
"""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from testimony.errors import ConsentMissing, EventUnreadable


class Purpose(StrEnum):
    """What the witness may agree to, each asked apart (design of the purposes: docs/consent.md)."""

    RECORD = "P01"
    VOICE = "P02"
    PHOTOGRAPH = "P03"
    LAWYER = "P04"
    SERVICE = "P05"
    COUNT = "P06"
    MECHANISM = "P07"
    UN_CASE = "P08a"
    UN_LETTER = "P08b"
    UN_REPORT = "P08c"
    UN_NAME = "P08d"
    COURT = "P09"
    NETWORK = "P10"
    QUOTES = "P11"
    JOURNALISTS = "P12"
    CONTACT = "P13"
    TRACING = "P14"


NEEDS_NO_LAWYER = frozenset({Purpose.RECORD, Purpose.LAWYER, Purpose.COUNT, Purpose.MECHANISM, Purpose.NETWORK})
PARTS_OF_A_CASE = frozenset({Purpose.UN_LETTER, Purpose.UN_REPORT, Purpose.UN_NAME})
"""What may happen to a case before the United Nations: void for a mandate that does not have the case."""


def prerequisites(purpose: Purpose) -> frozenset[Purpose]:
    """The purposes without which `purpose` is void: P01 for all, P04 too for most, P08a for the rest of P08."""
    if purpose is Purpose.RECORD:
        return frozenset()
    if purpose in NEEDS_NO_LAWYER:
        return frozenset({Purpose.RECORD})
    case = {Purpose.UN_CASE} if purpose in PARTS_OF_A_CASE else set()
    return frozenset({Purpose.RECORD, Purpose.LAWYER, *case})


def effective(purposes: Iterable[Purpose]) -> frozenset[Purpose]:
    """`purposes` without those whose prerequisites are not among them."""
    given = frozenset(purposes)
    return frozenset(purpose for purpose in given if prerequisites(purpose) <= given)


@dataclass(frozen=True, order=True)
class Key:
    """What a consent is about: one purpose for one recipient."""

    purpose: Purpose
    recipient: str


def effective_keys(keys: Iterable[Key]) -> frozenset[Key]:
    """`keys` without those whose prerequisites are not among them; the case before a mandate must be its own."""
    given = frozenset(keys)
    kept = effective(key.purpose for key in given)
    return frozenset(key for key in given if key.purpose in kept and _has_its_case(key, given))


def _has_its_case(key: Key, given: frozenset[Key]) -> bool:
    return key.purpose not in PARTS_OF_A_CASE or Key(Purpose.UN_CASE, key.recipient) in given


class Act(StrEnum):
    ASK = "ASK"
    GRANT = "GRANT"
    REFUSE = "REFUSE"
    WITHDRAW = "WITHDRAW"
    INVALIDATE = "INVALIDATE"
    HOLD = "HOLD"
    RELEASE = "RELEASE"
    ERASE = "ERASE"


class State(StrEnum):
    NOT_ASKED = "not_asked"
    UNDECIDED = "undecided"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    INVALID = "invalid"
    EXPIRED = "expired"
    GRANTED = "granted"
    ERASED = "erased"


RESTRICTIONS = {
    Act.INVALIDATE: State.INVALID,
    Act.WITHDRAW: State.WITHDRAWN,
    Act.REFUSE: State.REFUSED,
}  # the strongest first
LONGEST_LIFE = 1200  # months
LAST_YEAR = 2999


@dataclass(frozen=True, kw_only=True)
class ConsentEvent:
    """One act. `purpose` None concerns every purpose, `recipient` None every recipient of the purpose."""

    id: str
    act: Act
    purpose: Purpose | None
    recipient: str | None
    day: date
    after: frozenset[str] = frozenset()
    life_months: int | None = None

    @classmethod
    def parse(cls, value: Mapping[str, Any]) -> ConsentEvent:
        """From the JSON of the consent compartment. Raises `EventUnreadable`."""
        try:
            purpose, recipient, life = value["purpose"], value["recipient"], value.get("life_months")
            event = cls(
                id=_text(value["id"]),
                act=Act(value["event"]),
                purpose=None if purpose is None else Purpose(purpose),
                recipient=None if recipient is None else _text(recipient),
                day=date.fromisoformat(_text(value["day"])),
                after=frozenset(_texts(value["after"])),
                life_months=life,
            )
        except (KeyError, TypeError, ValueError) as error:
            raise EventUnreadable from error
        event._require_whole()
        return event

    def _require_whole(self) -> None:
        life = self.life_months
        if life is not None and (not isinstance(life, int) or isinstance(life, bool) or not 1 <= life <= LONGEST_LIFE):
            raise EventUnreadable
        if self.day.year > LAST_YEAR:  # else the end of its life could be no date at all
            raise EventUnreadable
        if self.act in (Act.ASK, Act.GRANT) and (self.purpose is None or self.recipient is None):
            raise EventUnreadable

    def concerns(self, key: Key) -> bool:
        return self.purpose in (None, key.purpose) and self.recipient in (None, key.recipient)

    def lives(self, at: date) -> bool:
        """Whether a grant given on `day` still has life left at `at`; the last day counts."""
        return self.last_day is None or at <= self.last_day

    @property
    def last_day(self) -> date | None:
        """The last day of its life; None without a limit."""
        return None if self.life_months is None else months_later(self.day, self.life_months)

    def to_value(self) -> dict[str, Any]:
        """The JSON form; `parse(event.to_value()) == event`."""
        return {
            "event": str(self.act),
            "id": self.id,
            "purpose": None if self.purpose is None else str(self.purpose),
            "recipient": self.recipient,
            "life_months": self.life_months,
            "after": sorted(self.after),
            "day": self.day.isoformat(),
        }


@dataclass(frozen=True)
class Standing:
    """How the consent on one key stands."""

    state: State
    on_hold: bool = False


def states(events: Iterable[ConsentEvent], at: date) -> dict[Key, Standing]:
    """How each key that some event names stands at `at`.

    Raises `EventUnreadable` when two different events claim one id: which one was seen cannot be told.
    """
    unique = frozenset(events)
    by_id = {event.id: event for event in unique}
    if len(by_id) != len(unique):
        raise EventUnreadable
    past = {event.id: _causal_past(event, by_id) for event in unique}
    keys = {Key(e.purpose, e.recipient) for e in unique if e.purpose is not None and e.recipient is not None}
    return {key: _standing([event for event in unique if event.concerns(key)], past, at) for key in sorted(keys)}


def _standing(events: Sequence[ConsentEvent], past: Mapping[str, frozenset[str]], at: date) -> Standing:
    by_act: dict[Act, list[ConsentEvent]] = {act: [] for act in Act}
    for event in events:
        by_act[event.act].append(event)
    released = frozenset[str]().union(*(past[event.id] for event in by_act[Act.RELEASE]))
    on_hold = any(event.id not in released for event in by_act[Act.HOLD])
    return Standing(_state(by_act, past, at), on_hold)


def _state(by_act: Mapping[Act, Sequence[ConsentEvent]], past: Mapping[str, frozenset[str]], at: date) -> State:
    if by_act[Act.ERASE]:
        return State.ERASED
    restrictions = {event.id for act in RESTRICTIONS for event in by_act[act]}
    live = [grant for grant in by_act[Act.GRANT] if restrictions <= past[grant.id]]
    if live:
        return State.GRANTED if any(grant.lives(at) for grant in live) else State.EXPIRED
    for act, state in RESTRICTIONS.items():
        if by_act[act]:
            return state
    return State.UNDECIDED if by_act[Act.ASK] else State.NOT_ASKED


def _causal_past(event: ConsentEvent, by_id: Mapping[str, ConsentEvent]) -> frozenset[str]:
    """Ids of all events that the device of `event` had seen, directly or through what those had seen."""
    seen: set[str] = set()
    waiting = [*event.after]
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            waiting.extend(by_id[name].after if name in by_id else ())
    return frozenset(seen)


def in_order(events: Iterable[ConsentEvent], key: Key) -> list[ConsentEvent]:
    """The events on `key` in the order of their causes; what no cause orders, by day and id."""
    known = frozenset(events)
    by_id = {event.id: event for event in known}
    about = [event for event in known if event.concerns(key)]
    return sorted(about, key=lambda event: (len(_causal_past(event, by_id)), event.day, event.id))


def life_end(events: Iterable[ConsentEvent], key: Key) -> date | None:
    """The last day of what stands or stood longest on `key`; None when it has no limit, or nothing was granted."""
    known = frozenset(events)
    by_id = {event.id: event for event in known}
    about = [event for event in known if event.concerns(key)]
    restrictions = {event.id for event in about if event.act in RESTRICTIONS}
    grants = [event for event in about if event.act is Act.GRANT and restrictions <= _causal_past(event, by_id)]
    ends = [grant.last_day for grant in grants]
    return None if None in ends or not ends else max(end for end in ends if end is not None)


def usable(events: Iterable[ConsentEvent], at: date) -> frozenset[Key]:
    """The keys that are granted, not on hold, and whose prerequisites are usable."""
    given = {key for key, standing in states(events, at).items() if standing == Standing(State.GRANTED)}
    return effective_keys(given)


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


def months_later(day: date, months: int) -> date:
    """The same day `months` later, the last one of a life; the last of the month where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _texts(value: Any) -> list[str]:
    if not isinstance(value, list):
        raise EventUnreadable
    return [_text(one) for one in value]


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise EventUnreadable
    return value
