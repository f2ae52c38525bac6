"""Numbers with fractions, and numbers between two others: `decimal` and `range`."""

from __future__ import annotations

from typing import Any

import pytest

from testimony.questionnaire.conditions import relevant, violations
from testimony.questionnaire.definition import require_safe
from testimony.questionnaire.form import Form
from tests.support.questionnaire.small_form import question, refusals, told

PURPOSES, TODAY = ("P01", "P04"), "2026-11-24"


def form_of(*rows: dict[str, Any]) -> Form:
    reading = told(*rows)
    assert reading.form is not None, reading.refusals
    require_safe(reading.form)
    return reading.form


def wrong(form: Form, **values: Any) -> list[tuple[str, str]]:
    """(field, check) of all that is impossible with these values."""
    answers = {name: {"value": value} for name, value in values.items()}
    return [(one["field"], one["check"]) for one in violations(form.value, answers, PURPOSES, TODAY)]


def test_a_number_with_a_fraction_is_compared_calculated_and_checked() -> None:
    form = form_of(
        question("decimal", "weight", constraint=". > 0.5 and . <= 100"),
        question("decimal", "more", constraint=". >= ${weight}"),
        question("integer", "days", relevant="${weight} + ${more} >= 3.5"),
        question("text", "why", relevant="${weight} = 1.25", compartment="narrative"),
    )
    assert [field.type for field in form.fields] == ["decimal", "decimal", "int", "text"]
    assert wrong(form, weight="0.5") == [("weight", "weight")]
    assert wrong(form, weight="1.25", more="1.3") == []
    assert wrong(form, weight="1.25", more="1.2") == [("more", "more")]
    answers = {"weight": {"value": "1.25"}, "more": {"value": "2.25"}}
    assert relevant(form.value, answers, PURPOSES) == ["weight", "more", "days", "why"]
    assert relevant(form.value, {**answers, "more": {"value": "2.2"}}, PURPOSES) == ["weight", "more", "why"]


@pytest.mark.parametrize("value", ["3,5", "three", "1e3", "", ".5", "5.", "1.2345678", 3, 3.5, ["1.5"]])
def test_what_is_not_written_as_a_number_is_no_answer(value: object) -> None:
    form = form_of(question("decimal", "weight"))
    assert wrong(form, weight=value) == ([] if value == "" else [("weight", "decimal")])


def test_rows_hold_numbers_with_fractions_and_add_them_up() -> None:
    form = form_of(
        question("begin_repeat", "sacks"),
        {"type": "decimal", "name": "kg", "label::English (en)": "Kilograms", "constraint": ". < 50.5"},
        {"type": "end_repeat"},
        question("integer", "days", relevant="sum(${kg}) > 60.25"),
    )
    assert wrong(form, sacks=[{"kg": "40.2"}, {"kg": "50.5"}]) == [("sacks", "kg")]
    assert wrong(form, sacks=[{"kg": "40,2"}]) == [("sacks", "row")]
    assert "days" in relevant(form.value, {"sacks": {"value": [{"kg": "40.2"}, {"kg": "20.1"}]}}, PURPOSES)
    assert "days" not in relevant(form.value, {"sacks": {"value": [{"kg": "40.2"}, {"kg": "20"}]}}, PURPOSES)


def test_a_default_with_a_fraction_is_offered() -> None:
    form = form_of(question("decimal", "weight", default="3.5"), question("decimal", "again", default="${weight} * 2"))
    assert [field.suggest for field in form.fields] == [
        (["over", 35, 10],),
        (["times", ["decimal", ["of", "weight"]], 2],),
    ]


@pytest.mark.parametrize(
    ("parameters", "kind", "fits", "fails"),
    [
        ("", "int", [1, 7, 10], [0, 11]),
        ("start=0 end=6", "int", [0, 6], [7]),
        ("start=0;end=100;step=5", "int", [0, 5, 100], [3, 105]),
        ("start=2, end=9, step=3", "int", [2, 5, 8], [3, 9]),
        ("start=0.5 end=5 step=0.5", "decimal", ["0.5", "3", "4.5"], ["0", "0.7", "5.5", "1.5001"]),
        ("start=0 end=1 step=0.1", "decimal", ["0.1", "0.3", "0.7", "1"], ["0.15"]),
        ("start=-5 end=5", "decimal", ["-5", "0", "4"], ["-6", "0.5"]),
    ],
)
def test_a_range_takes_its_own_numbers(parameters: str, kind: str, fits: list[Any], fails: list[Any]) -> None:
    form = form_of(question("range", "scale", parameters=parameters))
    assert form.field("scale").type == kind
    assert [value for value in fits if wrong(form, scale=value)] == []
    assert [value for value in fails if not wrong(form, scale=value)] == []


def test_a_range_says_its_numbers_and_keeps_the_constraint_of_its_author() -> None:
    row = question("range", "scale", parameters="start=0 end=6", constraint=". != 3", **{"label::fr": "Échelle"})
    form = form_of(row, question("integer", "days", relevant="${scale} > 4"))
    assert form.field("scale").hint == "0–6"
    assert form.value["translations"]["fr"]["fields"]["scale"]["hint"] == "0–6"
    assert (wrong(form, scale=3), wrong(form, scale=7), wrong(form, scale=6)) == (
        [("scale", "scale")],
        [("scale", "scale")],
        [],
    )
    assert "days" in relevant(form.value, {"scale": {"value": 5}}, PURPOSES)


def test_a_range_in_a_repeat_says_its_numbers_beside_its_name() -> None:
    piece = {"type": "range", "name": "scale", "label::English (en)": "Pain", "parameters": "start=0 end=6"}
    form = form_of(question("begin_repeat", "nights"), piece, {"type": "end_repeat"})
    assert [one.label for one in form.field("nights").pieces] == ["Pain (0–6)"]
    assert wrong(form, nights=[{"scale": 6}]) == []
    assert wrong(form, nights=[{"scale": 7}]) == [("nights", "scale")]


@pytest.mark.parametrize("parameters", ["start=5 end=1", "start=1 end=1", "step=0", "step=-1", "start=a", "end=1e9"])
def test_a_range_without_sense_is_refused(parameters: str) -> None:
    found = refusals(question("range", "scale", parameters=parameters), question("integer", "days"))
    assert [(sheet, row, column) for sheet, row, column, _ in found] == [("survey", 3, "parameters")]
    assert "write parameters such as start=0 end=10 step=1" in found[0][3]


@pytest.mark.parametrize(
    "parameters",
    [
        "start=0 end=1000001",
        "start=0 end=2000000 step=2",
        "start=-2000000 end=0 step=1000000",
        "start=0 end=2 step=0.000001",
        "start=9999 end=10000 step=0.000001",
    ],
)
def test_a_range_whose_numbers_cannot_be_checked_is_refused(parameters: str) -> None:
    found = refusals(question("range", "scale", parameters=parameters), question("integer", "days"))
    assert [(sheet, row, column) for sheet, row, column, _ in found] == [("survey", 3, "parameters")]


@pytest.mark.parametrize(
    ("parameters", "fits"),
    [
        ("start=0 end=1000000", 999_999),
        ("start=0 end=1 step=0.000001", "0.999999"),
        ("start=999 end=1000 step=0.000001", "999.999999"),
    ],
)
def test_each_number_of_the_largest_ranges_can_be_answered(parameters: str, fits: Any) -> None:
    assert wrong(form_of(question("range", "scale", parameters=parameters)), scale=fits) == []


def test_a_range_that_is_too_large_says_what_to_do() -> None:
    found = refusals(question("range", "scale", parameters="end=5000000"), question("integer", "days"))
    assert "at most a million steps" in found[0][3]
    assert "ask a decimal with a constraint" in found[0][3]


def test_parameters_of_another_type_are_left_out_with_a_warning() -> None:
    reading = told(question("integer", "days", parameters="max=3"))
    assert [(one.row, one.column) for one in reading.warnings if one.column == "parameters"] == [(3, "parameters")]
