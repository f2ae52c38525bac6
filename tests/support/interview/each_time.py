"""Which parameters of a test run each time; the others are for `make test-long`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

from testimony.domain.testimony.languages import SCRIPTS

TELLING = ("en", "ar", "ps", "ti", "bn")
"""Languages of witnesses in which most goes wrong: both directions, each kind of letters, each kind of digits."""
OTHERS = tuple(lang for lang in SCRIPTS if lang not in TELLING)
WITNESSES = [pytest.param(TELLING, id="telling"), pytest.param(OTHERS, id="others", marks=pytest.mark.long)]
"""The languages of witnesses in two lots, for a test that goes through many of them on one page."""


def each_time(kept: Iterable[Any], values: Iterable[Any]) -> list[Any]:
    """`values` as parameters, of which all but `kept` are long."""
    always = set(kept)
    return [pytest.param(one, marks=[] if one in always else [pytest.mark.long]) for one in values]
