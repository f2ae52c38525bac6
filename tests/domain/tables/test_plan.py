"""The plan of a year: how many accounts decide which tables there are."""

from __future__ import annotations

import pytest

from testimony.domain.errors import EventUnreadable
from testimony.domain.tables import plan as tables_plan
from testimony.domain.tables.errors import TablesRefused
from testimony.domain.tables.periods import Period
from testimony.domain.tables.plan import LEAST, Plan
from testimony.domain.tables.questions import QUESTIONS


def fitting(accounts: int) -> Plan:
    return Plan.fitting(2026, accounts, borders=["HRV-BIH"], codebook="1")


def layer(plan: Plan, label: str) -> int:
    try:
        return plan.layer_of(Period.of(label))
    except TablesRefused:
        return 0


@pytest.mark.parametrize(
    ("accounts", "layers"),
    [
        (119, (0, 0, 1)), (120, (0, 0, 2)), (599, (0, 0, 2)), (600, (0, 1, 3)), (999, (0, 1, 3)),
        (1000, (1, 1, 3)), (1999, (1, 1, 3)), (2000, (1, 2, 4)),
    ],
)  # fmt: skip
def test_the_number_of_accounts_a_year_decides_the_layers(accounts: int, layers: tuple[int, int, int]) -> None:
    assert tuple(layer(fitting(accounts), label) for label in ("2026-03", "2026-Q1", "2026")) == layers


def test_a_plan_is_for_its_year_alone() -> None:
    assert layer(fitting(2000), "2027-01") == 0
    assert layer(fitting(2000), "until 2026-03") == 4


@pytest.mark.parametrize("number", LEAST)
def test_a_layer_is_refused_below_its_size(number: int) -> None:
    tables_plan.require_enough(number, LEAST[number], 20)
    for few in ((LEAST[number] - 1, 20), (LEAST[number], 19)):
        with pytest.raises(TablesRefused) as refused:
            tables_plan.require_enough(number, *few)
        assert refused.value.reason == "small"


def test_years_of_incidents_give_way_to_months() -> None:
    names = {number: [one.id for one in tables_plan.tables_of(number)] for number in LEAST}
    assert names[1] == ["border"]
    assert names[2] == ["border", "acts", "years"]
    assert "months" in names[3]
    assert "years" not in names[3]
    assert set(names[3]) < set(names[4])


def test_every_question_of_a_table_is_known_and_every_question_has_a_table() -> None:
    asked = [question for table in tables_plan.TABLES for question in table.questions]
    assert set(asked) - {"border", "month"} == set(QUESTIONS)


def test_a_plan_is_read_as_it_was_written_and_its_digest_is_of_all_of_it() -> None:
    plan = fitting(1000)
    assert Plan.parse(plan.to_value()) == plan
    assert len({one.digest for one in (plan, fitting(100), Plan.fitting(2027, 1000, borders=[], codebook="1"))}) == 3


@pytest.mark.parametrize(
    "change",
    [
        {"year": "2026"}, {"layers": {"month": 4}}, {"layers": {"week": 1}}, {"tables": []}, {"borders": ["Evros"]},
        {"codebook": 1}, {"v": "2"}, {"more": 1}, {"borders": 3},
    ],
)  # fmt: skip
def test_a_plan_that_this_version_cannot_have_made_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(EventUnreadable):
        Plan.parse(fitting(1000).to_value() | change)
    with pytest.raises(EventUnreadable):
        Plan.parse("plan")
