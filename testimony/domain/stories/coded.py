"""The coded answers that a story may have beside its text, so that networks can count stories as they count their own.

They are exact and public, as the text is: a lawyer chooses each of them, and a second one approves it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from testimony.domain.errors import EventUnreadable
from testimony.domain.values import listed, number

AUTHORITIES: Final = "x_actors"
FIELDS: Final = (
    "i_type",
    "i_ret",
    AUTHORITIES,
    "v_acts",
    "v_injury",
    "v_custody",
    "v_prop",
    "a_expr",
    "a_resp",
    "p_exam",
    "p_interp",
    "p_legal",
    "p_appeal",
    "p_suspend",
)
"""What was done, by whom, and which procedure there was; never who the witness is."""
CODE: Final = re.compile(r"[a-z][a-z0-9_]{0,31}", re.ASCII)
MOST: Final = 100
"""Codes of one answer."""

LOSSES: Final = ("d_dead", "d_missing")
"""Questions that a story answers with a number of people."""

Losses = Mapping[str, int]
"""Question of `LOSSES` -> how many people, at least one."""
Coded = Mapping[str, Sequence[str]]
"""Field -> the codes that the story says, at least one."""


def parse(value: Any) -> dict[str, tuple[str, ...]]:
    """Raises `EventUnreadable` for a field that no story has, and for an answer without a code."""
    if not isinstance(value, Mapping) or not set(value) <= set(FIELDS) or not all(value.values()):
        raise EventUnreadable("structure")
    return {field: listed(value[field], CODE, most=MOST) for field in FIELDS if field in value}


def parse_losses(value: Any, *, most: int) -> dict[str, int]:
    """Raises `EventUnreadable`."""
    if not isinstance(value, Mapping) or not set(value) <= set(LOSSES):
        raise EventUnreadable("structure")
    return {field: number(value[field], 1, most) for field in LOSSES if field in value}


def to_value(coded: Coded) -> dict[str, list[str]]:
    """`parse(to_value(one)) == one`."""
    return {field: list(codes) for field, codes in coded.items()}


def says_more(coded: Coded, than: Coded) -> bool:
    """Whether `coded` has an answer that `than` does not have."""
    return any(not set(codes) <= set(than.get(field, ())) for field, codes in coded.items())
