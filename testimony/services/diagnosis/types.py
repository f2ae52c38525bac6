"""What a diagnosis is made of: lines of findings, in sentences whose values are still to be written in a language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from typing import Final

from testimony.errors import N_, TestimonyError


class Level(IntEnum):
    """How well something is. The numbers are the exit codes of monitoring plugins."""

    WELL = 0
    WARNING = 1
    CRITICAL = 2
    UNKNOWN = 3


GRAVEST_FIRST: Final = (Level.CRITICAL, Level.WARNING, Level.UNKNOWN, Level.WELL)


class Day(str):
    """A day, YYYY-MM-DD."""

    __slots__ = ()


class Word(str):
    """A message id of the catalogue."""

    __slots__ = ()


class Size(int):
    """A number of bytes."""


class Span(int):
    """A number of seconds."""


class Address(str):
    """The address of a station, which a page on a hotspot does not show."""

    __slots__ = ()


@dataclass(frozen=True)
class Finding:
    """What is so, and what to do, which is "" where all is well. Both are sentences of the catalogue.

    `values` are those of `text`: text, numbers, or one of the types above.
    """

    text: str
    values: Mapping[str, object]
    level: Level
    do: str


def found(text: str, level: Level = Level.WELL, do: str = "", /, **values: object) -> Finding:
    """A finding. Where its level is not WELL, `text` says what to do, or `do` does."""
    return Finding(text, values, level, do)


def of_error(error: TestimonyError, level: Level, do: str = "") -> Finding:
    """What an expected failure says. Its `url` is an address."""
    values = {name: Address(value) if name == "url" else value for name, value in error.values.items()}
    return Finding(error.sentence, values, level, do)


@dataclass(frozen=True)
class Line:
    """All that was found about one subject, which is a key of `TITLES`."""

    subject: str
    findings: tuple[Finding, ...]

    @property
    def level(self) -> Level:
        return worst(one.level for one in self.findings)


def worst(levels: Iterable[Level]) -> Level:
    """The gravest of `levels`; WELL if there is none."""
    return min(levels, key=GRAVEST_FIRST.index, default=Level.WELL)


TITLES: Final = {
    "central": N_("Central server"),
    "station": N_("This station"),
    "roster": N_("Roster"),
    "clock": N_("Clock"),
    "backup": N_("Backup"),
    "disk": N_("Room on the disk"),
    "records": N_("Records"),
    "versions": N_("Versions"),
    "waiting": N_("What waits"),
    "age": N_("How long it has waited"),
    "stations": N_("Field stations"),
}
"""The subjects in their order, in words."""


@dataclass(frozen=True, kw_only=True)
class Reach:
    """What came of asking the central server just now, at `url`; "" if no address is set.

    `error`: why it gave no answer, or not the right one. `ahead`: minutes by which the own clock is ahead of its clock.
    `roster`: the number of its newest roster. `active`: whether that roster lets this station's key act. `until`: the
    last day of its certificate. None stands for not known. `bodies`: why the own store of bodies gives no answer now.
    """

    url: str = ""
    error: TestimonyError | None = None
    ahead: int | None = None
    roster: int | None = None
    active: bool | None = None
    until: date | None = None
    bodies: TestimonyError | None = None
