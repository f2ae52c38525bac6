"""Which parameters of a test run each time; the others are for `make test-long`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest


def each_time(values: Iterable[Any], *kept: Any) -> list[Any]:
    """`values` as parameters, of which all but `kept` are long. A tuple is a value for each of several names."""
    found = list(values)
    assert kept
    assert all(one in found for one in kept), kept
    return [
        pytest.param(*(one if type(one) is tuple else (one,)), marks=[] if one in kept else [pytest.mark.long])
        for one in found
    ]
