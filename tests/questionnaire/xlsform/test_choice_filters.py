"""A list whose choices depend on an earlier answer: `choice_filter` offers what it offers at ODK."""

from __future__ import annotations

from typing import Any

import pytest

from testimony.questionnaire.conditions import violations
from testimony.questionnaire.definition import require_safe
from testimony.questionnaire.form import Form
from tests.support.questionnaire.small_form import question, refusals, told


def choice(of: str, code: str, **columns: str) -> dict[str, object]:
    return {"list_name": of, "name": code, "label::English (en)": f"Choice {code}", **columns}


REGIONS = [choice("regions", code) for code in ("north", "south", "none")]
PLACES = [
    choice("places", "harbour", region="north", least="1"),
    choice("places", "bridge", region="south", least="2"),
    choice("places", "mill", region="south"),
    choice("places", "elsewhere", region="sea", least="3"),
]


def form_with(said: str, first: str = "select_one regions") -> Form:
    reading = told(
        question(first, "region_of"),
        question("select_multiple places", "seen", choice_filter=said),
        choices=[*REGIONS, *PLACES],
    )
    assert reading.form is not None, reading.refusals
    require_safe(reading.form)
    return reading.form


def offered(form: Form, **answers: Any) -> list[str]:
    """The places that can be answered without a violation, one by one."""
    given = {name: {"value": value} for name, value in answers.items()}
    codes = [option["code"] for option in form.value["lists"]["places"]["options"]]
    found = {
        code: violations(form.value, {**given, "seen": {"value": [code]}}, ("P01",), "2026-11-24") for code in codes
    }
    wrong = [one for violated in found.values() for one in violated]
    assert all(one == {"field": "seen", "check": "offered", "kind": "block"} for one in wrong)
    return [code for code in codes if not found[code]]


@pytest.mark.parametrize(
    ("said", "answer", "codes"),
    [
        ("region = ${region_of}", "north", ["harbour"]),
        ("${region_of} = region", "south", ["bridge", "mill"]),
        ("region = ${region_of}", None, []),
        ("region != ${region_of}", "north", ["bridge", "mill", "elsewhere"]),
        ("region = ${region_of} or name = 'elsewhere'", "north", ["harbour", "elsewhere"]),
        ("region = ${region_of} and name != 'mill'", "south", ["bridge"]),
    ],
)
def test_a_choice_is_offered_where_its_row_fits_the_answer(said: str, answer: str | None, codes: list[str]) -> None:
    answers = {} if answer is None else {"region_of": answer}
    assert offered(form_with(said), **answers) == codes


def test_several_answers_and_their_number_choose_too() -> None:
    selected = form_with("selected(${region_of}, region)", "select_multiple regions")
    assert offered(selected, region_of=["north", "south"]) == ["harbour", "bridge", "mill"]
    number = form_with("least <= count-selected(${region_of})", "select_multiple regions")
    assert offered(number, region_of=["north", "south"]) == ["harbour", "bridge"], "an empty cell is no number"


@pytest.mark.parametrize(
    ("said", "codes"),
    [
        ("least = '' or least <= ${region_of}", ["harbour", "bridge", "mill"]),
        ("least != ${region_of}", ["harbour", "mill", "elsewhere"]),
        ("not(least > ${region_of})", ["harbour", "bridge", "mill"]),
    ],
)
def test_an_empty_cell_makes_its_own_comparison_false_and_no_other(said: str, codes: list[str]) -> None:
    assert offered(form_with(said, "integer"), region_of=2) == codes


def test_what_cannot_be_understood_is_refused_beside_an_empty_cell_too() -> None:
    rows = (
        question("integer", "days"),
        question("select_one places", "seen", choice_filter="least = 1 or least = ${dys}"),
    )
    assert [place[1:3] for place in refusals(*rows, choices=PLACES)] == [(4, "choice_filter")]


def test_a_choice_that_is_never_offered_is_named() -> None:
    filtered = question("select_one places", "seen", choice_filter="region = ${region_of}")
    reading = told(question("select_one regions", "region_of"), filtered, choices=[*REGIONS, *PLACES])
    assert [(one.sheet, one.row) for one in reading.warnings if "never offers" in one.reason] == [("choices", 8)]


def test_a_number_is_compared_with_the_cell() -> None:
    assert offered(form_with("least <= ${region_of}", "integer"), region_of=2) == ["harbour", "bridge"]


@pytest.mark.parametrize("own", [(), (choice("places", "other"),)])
def test_other_is_offered_whatever_the_filter_says(own: tuple[dict[str, object], ...]) -> None:
    reading = told(
        question("select_one regions", "region_of"),
        question("select_multiple places or_other", "seen", choice_filter="region = ${region_of}"),
        choices=[*REGIONS, *PLACES, *own],
    )
    assert reading.form is not None, reading.refusals
    assert offered(reading.form, region_of="north") == ["harbour", "other"]


def test_a_reason_for_a_missing_answer_is_always_possible() -> None:
    form = form_with("region = ${region_of}")
    answers = {"region_of": {"missing": "unk"}, "seen": {"missing": "ref"}}
    assert violations(form.value, answers, ("P01",), "2026-11-24") == []


def test_equal_conditions_are_held_once() -> None:
    held = form_with("region = ${region_of}").value["fields"]["seen"]["offered"]
    assert [one["codes"] for one in held] == [["harbour"], ["bridge", "mill"], ["elsewhere"]]
    assert held[2]["when"] is False, "no region has that code"


def test_a_filter_looks_back() -> None:
    later = refusals(
        question("select_one places", "seen", choice_filter="region = ${region_of}"),
        question("select_one regions", "region_of"),
        choices=[*REGIONS, *PLACES],
    )
    assert [(row, column) for _, row, column, _ in later] == [(3, "choice_filter")]
