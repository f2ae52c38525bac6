"""The groups of people of which the file of a year says how large a part of the accounts taken in it counts.

It says a sentence and no number: a number of women or of children would be one more draw for each person.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from testimony.domain.tables.questions import Told

GROUP: Final = "group-of-people"
GENDER, STAGE, REGION, VIOLENCE = "gender", "stage", "region", "violence"
KINDS: Final = (GENDER, STAGE, REGION, VIOLENCE)
"""In the order in which they are printed."""


def groups(*, stage: str, gender: str, region: str, told: Told) -> frozenset[str]:
    """The codes of the groups of an account, such as "gender:f". `region`: of the nationality. Each "" if not known."""
    acts = told.get("act")
    violence = "" if not acts else "no" if acts == {"none"} else "yes"
    said = {GENDER: gender, STAGE: stage, REGION: region, VIOLENCE: violence}
    return frozenset(f"{kind}:{code}" for kind, code in said.items() if code)


def in_order(codes: Iterable[str]) -> list[str]:
    """The codes, each kind of group together."""
    return sorted(codes, key=lambda one: (KINDS.index(parted(one)[0]), one))


def parted(code: str) -> tuple[str, str]:
    """The kind of a group, and its own code."""
    kind, _colon, own = code.partition(":")
    return kind, own
