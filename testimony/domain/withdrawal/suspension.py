"""Decides when a worker's withdrawal destroys a testimony, when it is void, and when two of them destroy at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from testimony.domain.roles import Role

GRACE_PERIOD: Final = timedelta(days=14)
"""How long two roles have to say that a worker's withdrawal is false. Sentences take the number of days from here."""
A_DAY: Final = 5
"""Withdrawals of one signer, on one day of a station, that destroy by themselves: a stolen phone makes no more."""
READERS: Final = frozenset((Role.LAWYER, Role.COORDINATOR))


@dataclass(frozen=True)
class Voice:
    """The signer: the roster's id and role, and whether the roster in force counts the key as active."""

    person: str
    role: str
    active: bool


def due(day: date, voice: Voice, earlier: int) -> date | None:
    """The day on which a withdrawal that was taken in on `day` destroys; None: it waits for a lawyer or coordinator.

    `earlier`: how many of the same signer the station took in on that day before it. A key that was revoked can hold a
    testimony back, since a restriction must not be lost, and destroys nothing.
    """
    return day + GRACE_PERIOD if voice.active and earlier < A_DAY else None


def is_void(contests: Iterable[Voice]) -> bool:
    """Whether a lawyer and a coordinator, both active, said that the withdrawal is false."""
    return {voice.role for voice in contests if voice.active} >= READERS


def is_final(withdrawals: Iterable[Voice]) -> bool:
    """Whether two different active people who read testimonies withdrew everything: then nothing waits."""
    return len({voice.person for voice in withdrawals if voice.active and voice.role in READERS}) >= 2
