"""From one coded account to the line that may be counted: year, border, child or adult, violence families."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from testimony.answer import Answers, read

FAMILIES = (
    "force_body",
    "dogs",
    "electric",
    "chem_projectile",
    "firearm",
    "water_sea",
    "vehicle",
    "undress",
    "sexual",
    "psych",
)  # "other" stays behind: what it means is in the narrative, and it never leaves
CHILD_BANDS = ("a0to11", "a12to14", "a15to17")
MISSING = "missing"


@dataclass(frozen=True, kw_only=True)
class ReleaseLine:
    """What one testimony adds to a release: three labels and the violence families said to have happened."""

    year: str
    border: str
    age: str
    families: frozenset[str]


def release_line(answers: Answers) -> ReleaseLine:
    """Map the coded `answers`. What is missing becomes the label "missing", never a wildcard.

    year "2022"; border "HRV-BIH"; age "child" | "adult"; families out of `FAMILIES`.
    """
    age, when = _value(answers, "w_age"), _value(answers, "i_date")
    return ReleaseLine(
        year=MISSING if when is None else str(when)[:4],
        border=_border(answers),
        age=MISSING if age is None else "child" if age in CHILD_BANDS else "adult",
        families=frozenset(FAMILIES).intersection(_value(answers, "v_acts") or ()),
    )


def _border(answers: Answers) -> str:
    """The border pair: of the segment, or where that is missing of the two States."""
    segment = _value(answers, "i_segment")
    if segment is not None:
        return str(segment).partition(":")[0]
    pair = (_value(answers, "i_from"), _value(answers, "i_to"))
    return MISSING if None in pair else f"{pair[0]}-{pair[1]}"


def _value(answers: Answers, field: str) -> Any:
    return read(answers.get(field)).get("value")
