"""Rounds a count by a secret offset that belongs to the name of its cell, not to the accounts that are counted.

A number that changes with the set of accounts would prove that the set changed. So the offset depends on the name
alone, and the same cell has the same offset however often it is counted.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from testimony import canonical

LABEL: Final = b"testimony/tables/rounding/v1"
MASTER_SIZE: Final = 32
OFFSET_SIZE: Final = 8


class Unit(StrEnum):
    """What a number counts."""

    ACCOUNTS = "accounts"
    PERSONS = "persons"
    INCIDENTS = "incidents"
    PEOPLE = "people"


BASES: Final[Mapping[Unit, int]] = {Unit.ACCOUNTS: 5, Unit.PERSONS: 5, Unit.INCIDENTS: 5, Unit.PEOPLE: 25}
"""Every published number is a multiple of the base of its unit, and less than one base away from the count."""


@dataclass(frozen=True, kw_only=True)
class CellName:
    """A cell by its codes: (dimension, code), sorted. A total leaves its dimension out, and so has one name."""

    cell: tuple[tuple[str, str], ...]
    edition: int
    period: str
    unit: Unit

    @classmethod
    def of(cls, cell: Mapping[str, str], *, period: str, unit: Unit = Unit.ACCOUNTS, edition: int = 1) -> CellName:
        return cls(cell=tuple(sorted(cell.items())), edition=edition, period=period, unit=unit)

    def to_value(self) -> dict[str, object]:
        return {"cell": dict(self.cell), "edition": self.edition, "period": self.period, "unit": str(self.unit)}

    def to_bytes(self) -> bytes:
        """What the offset is computed from."""
        return canonical.encode(self.to_value())


@dataclass(frozen=True)
class Offsets:
    """The secret offsets of all cells. Holds a key: never logged, never shown."""

    key: bytes = field(repr=False)

    @classmethod
    def of(cls, master: bytes) -> Offsets:
        """`master`: the 32 random bytes that two coordinators made."""
        if len(master) != MASTER_SIZE:
            raise ValueError("the master has 32 bytes")
        return cls(hmac.digest(master, LABEL, hashlib.sha256))

    def offset(self, name: CellName) -> int:
        digest = hmac.digest(self.key, name.to_bytes(), hashlib.sha256)
        return int.from_bytes(digest[:OFFSET_SIZE], "big") % BASES[name.unit]

    def published(self, name: CellName, count: int) -> int:
        """`count` as it may be published under `name`."""
        base = BASES[name.unit]
        return base * ((count + self.offset(name)) // base)


def printed(number: int, unit: Unit) -> str:
    """A published number in words: "under 5" says nothing of whether there was anybody."""
    return str(number) if number else f"under {BASES[unit]}"
