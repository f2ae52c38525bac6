"""Consent as the witness gave it: signed events, and the one fold that says what stands.

The fold is over a *set* of events, so the order in which they arrive cannot matter (docs/consent.md, "State").
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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


def prerequisites(purpose: Purpose) -> frozenset[Purpose]:
    """The purposes without which `purpose` is void: P01 for all, P04 too for most."""
    if purpose is Purpose.RECORD:
        return frozenset()
    if purpose in NEEDS_NO_LAWYER:
        return frozenset({Purpose.RECORD})
    return frozenset({Purpose.RECORD, Purpose.LAWYER})


def effective(purposes: Iterable[Purpose]) -> frozenset[Purpose]:
    """`purposes` without those whose prerequisites are not among them."""
    given = frozenset(purposes)
    return frozenset(purpose for purpose in given if prerequisites(purpose) <= given)


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
        raise EventUnreadable

    def to_value(self) -> dict[str, Any]:
        """The JSON form; `parse(event.to_value()) == event`."""
        raise NotImplementedError


@dataclass(frozen=True, order=True)
class Key:
    """What a consent is about: one purpose for one recipient."""

    purpose: Purpose
    recipient: str


@dataclass(frozen=True)
class Standing:
    """How the consent on one key stands."""

    state: State
    on_hold: bool = False


def states(events: Iterable[ConsentEvent], at: date) -> dict[Key, Standing]:
    """How each key that some event names stands at `at`."""
    raise NotImplementedError


def usable(events: Iterable[ConsentEvent], at: date) -> frozenset[Key]:
    """The keys that are granted, not on hold, and whose prerequisites are usable."""
    raise NotImplementedError


def standing_purposes(values: Iterable[Mapping[str, Any]], at: date) -> frozenset[Purpose]:
    """The purposes usable for some recipient, from the raw JSON events; none at all when one cannot be read."""
    raise NotImplementedError


def require(values: Iterable[Mapping[str, Any]], purpose: Purpose, at: date, recipient: str | None = None) -> None:
    """Raise `ConsentMissing` unless `purpose` is usable at `at` (for `recipient`, when named). Silence is refusal."""
    raise ConsentMissing(purpose=purpose)
