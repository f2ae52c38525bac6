"""From one coded account to the line that may be counted: year, border, child or adult, violence families."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

FAMILIES = (
    "force_body", "dogs", "electric", "chem_projectile", "firearm", "water_sea", "vehicle", "undress", "sexual", "psych",
)
MISSING = "missing"


@dataclass(frozen=True, kw_only=True)
class ReleaseLine:
    """What one testimony adds to a release: three labels and the violence families said to have happened."""

    year: str
    border: str
    age: str
    families: frozenset[str]


def release_line(answers: Mapping[str, Mapping[str, Any]]) -> ReleaseLine:
    """Map the coded `answers`. What is missing becomes the label "missing", never a wildcard.

    year "2022"; border "HRV-BIH"; age "child" | "adult"; families out of `FAMILIES`.
    """
    raise NotImplementedError
