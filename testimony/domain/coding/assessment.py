"""Lawyers' assessment of a testimony's reliability and corroboration: codes from fixed lists (docs/coding.md)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final

from testimony.domain.coding.acts import WHOLE, Signed, Stands, head_of, head_value
from testimony.domain.errors import EventUnreadable

KIND = "assessment"


class Reliability(StrEnum):
    """From the least careful to the most: where two desks differ, the later one in this list stands."""

    CONSISTENT = "consistent"
    NOT_ASSESSED = "not_assessed"
    PARTLY = "partly_consistent"
    INCONSISTENT = "inconsistent"


CARE: Final = {one: place for place, one in enumerate(Reliability)}
NOTHING = "none"
SOURCES: Final = ("testimony", "document", "medical", "picture", "open_source")
"""What bears it out: another testimony, a paper, a medical finding, a picture, an open source."""


@dataclass(frozen=True, kw_only=True)
class Assessment:
    """`corroboration`: of `SOURCES` in their order, or (`NOTHING`,) where somebody looked and found nothing.

    Empty: nobody looked.
    """

    id: str
    reliability: Reliability
    corroboration: tuple[str, ...]
    day: date
    after: frozenset[str] = frozenset()

    @property
    def about(self) -> frozenset[str]:
        return WHOLE

    def to_value(self) -> dict[str, Any]:
        """The JSON form; `parse(assessment.to_value()) == assessment`."""
        said = {"reliability": str(self.reliability), "corroboration": list(self.corroboration)}
        return {**head_value(self), **said}

    @classmethod
    def parse(cls, value: Mapping[str, Any]) -> Assessment:
        """Raises `EventUnreadable`."""
        found = value.get("corroboration")
        try:
            reliability = Reliability(str(value.get("reliability")))
        except ValueError as error:
            raise EventUnreadable("structure") from error
        if not isinstance(found, list) or not is_corroboration(found):
            raise EventUnreadable("structure")
        return cls(reliability=reliability, corroboration=tuple(found), **head_of(value))


@dataclass(frozen=True, kw_only=True)
class Assessed:
    """What stands. `differs`: whether desks said different things without knowing of each other."""

    reliability: Reliability = Reliability.NOT_ASSESSED
    corroboration: tuple[str, ...] = ()
    differs: bool = False
    by: tuple[Signed[Assessment], ...] = ()


def is_corroboration(codes: list[Any]) -> bool:
    """Whether these are sources in their order, nothing alone, or no code at all."""
    return codes == [NOTHING] or codes == [one for one in SOURCES if one in codes]


def assessed(stands: Stands[Assessment]) -> Assessed:
    """By the assessments that no other had seen: the more careful word, and what all of them found to bear it out."""
    latest = stands.latest("")
    if not latest:
        return Assessed()
    acts = [one.act for one in latest]
    found = set(acts[0].corroboration).intersection(*(one.corroboration for one in acts))
    looked = all(one.corroboration for one in acts)
    kept = tuple(one for one in SOURCES if one in found) or ((NOTHING,) if looked else ())
    return Assessed(
        reliability=max((one.reliability for one in acts), key=CARE.__getitem__),
        corroboration=kept,
        differs=len({(one.reliability, one.corroboration) for one in acts}) > 1,
        by=tuple(latest),
    )
