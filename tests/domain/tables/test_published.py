"""Published numbers: read as they were written, one for each cell, and none that rounding cannot give."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from testimony import canonical
from testimony.domain.errors import EventUnreadable
from testimony.domain.tables import count, published
from testimony.domain.tables.errors import TablesRefused
from testimony.domain.tables.offsets import CellName, Offsets
from testimony.domain.tables.periods import Period
from testimony.domain.tables.plan import Plan
from testimony.domain.tables.published import Published
from tests.support.domain.told_accounts import population


@pytest.fixture(scope="module")
def made() -> Published:
    plan = Plan.fitting(2026, 300, borders=["HRV-BIH"], codebook="1")
    return count.publish(population(300, 1), plan, Period.of("2026"), Offsets.of(bytes(32)))


def test_it_is_read_as_it_was_written(made: Published) -> None:
    value = canonical.decode_object(canonical.encode(made.to_value()))
    assert Published.parse(value) == made


def test_no_cell_has_two_numbers(made: Published) -> None:
    published.require_one_number([made, made])
    name = CellName.of({"border": "HRV-BIH"}, period="2026")
    other = replace(made, numbers={**made.numbers, name: made.numbers[name] + 5})
    with pytest.raises(TablesRefused) as refused:
        published.require_one_number([made, other])
    assert refused.value.reason == "two"
    published.require_one_number([made, replace(other, edition=2, numbers={replace(name, edition=2): 500})])


@pytest.mark.parametrize(
    "change",
    [
        {"numbers": [[{}, "accounts", 7]]},
        {"numbers": [[{}, "accounts", -5]]},
        {"numbers": [[{}, "people", 5]]},
        {"numbers": [[{}, "cats", 5]]},
        {"numbers": [[{}, "accounts", 5], [{}, "accounts", 10]]},
        {"edition": 3},
        {"layer": 5},
        {"period": "March"},
        {"plan": "x"},
        {"rows": {"border": [5]}},
        {"more": 1},
    ],
)
def test_a_number_that_rounding_cannot_give_is_refused(made: Published, change: dict[str, Any]) -> None:
    with pytest.raises(EventUnreadable):
        Published.parse(made.to_value() | change)
