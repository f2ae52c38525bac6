"""What a clinician found, in the five degrees of the Istanbul Protocol (2022), as a lawyer entered it (docs/coding.md).

For lawyers alone: nothing that coordinators publish needs it, so it is no part of an assessment.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final

from testimony.domain.coding.acts import WHOLE, Signed, Stands, head_of, head_value
from testimony.domain.errors import EventUnreadable

KIND = "findings"


class Degree(StrEnum):
    """How far injuries and symptoms agree with what is told. Where two desks differ, the earlier one here stands."""

    NOT_CONSISTENT = "not_consistent"
    CONSISTENT = "consistent"
    HIGHLY = "highly_consistent"
    TYPICAL = "typical"
    DIAGNOSTIC = "diagnostic"


ORDER: Final = {one: place for place, one in enumerate(Degree)}


@dataclass(frozen=True, kw_only=True)
class Findings:
    """`degree`: None where an earlier entry was a mistake and nothing was stated."""

    id: str
    degree: Degree | None
    day: date
    after: frozenset[str] = frozenset()

    @property
    def about(self) -> frozenset[str]:
        return WHOLE

    def to_value(self) -> dict[str, Any]:
        """The JSON form; `parse(findings.to_value()) == findings`."""
        return {**head_value(self), "degree": self.degree and str(self.degree)}

    @classmethod
    def parse(cls, value: Mapping[str, Any]) -> Findings:
        """Raises `EventUnreadable`."""
        if "degree" not in value:
            raise EventUnreadable("structure")
        try:
            degree = None if value["degree"] is None else Degree(str(value["degree"]))
        except ValueError as error:
            raise EventUnreadable("structure") from error
        return cls(degree=degree, **head_of(value))


@dataclass(frozen=True, kw_only=True)
class Found:
    """What stands. `differs`: whether desks entered different degrees without knowing of each other."""

    degree: Degree | None = None
    differs: bool = False
    by: tuple[Signed[Findings], ...] = ()


def found(stands: Stands[Findings]) -> Found:
    """By the entries that no other had seen: the lowest degree that any of them states."""
    latest = stands.latest("")
    said = {one.act.degree for one in latest}
    return Found(
        degree=min((one for one in said if one), key=ORDER.__getitem__, default=None),
        differs=len(said) > 1,
        by=tuple(latest),
    )
