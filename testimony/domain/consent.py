"""Consent as the witness gave it: signed events, and the one fold that says what stands.

The fold is over a *set* of events, so the order in which they arrive cannot matter (docs/consent.md, "State").
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from testimony.domain.events import Act, ConsentEvent
from testimony.domain.purposes import Key, Purpose, effective, effective_keys, months_later, prerequisites
from testimony.errors import ConsentMissing, EventUnreadable

__all__ = [
    "Act", "ConsentEvent", "Key", "Purpose", "Standing", "State", "effective", "effective_keys", "in_order", "life_end",
    "months_later", "prerequisites", "require", "standing_purposes", "states", "usable",
]  # fmt: skip


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
