"""A constraint looks at the codes of its own question and at earlier choices, and fails on known answers alone."""

from __future__ import annotations

from typing import Any

from testimony.questionnaire.conditions import violations
from testimony.questionnaire.form import Form
from tests.support.questionnaire.small_form import Row, question, refusals, told


def form_of(*rows: Row) -> Form:
    reading = told(*rows)
    assert reading.form is not None, reading.refusals
    return reading.form


def wrong(form: Form, **answers: dict[str, Any]) -> list[str]:
    return [one["field"] for one in violations(form.value, answers, ("P01",), "2026-01-05")]


def test_a_code_stands_alone_where_the_constraint_says_so() -> None:
    said = "not(selected(., 'no') and count-selected(.) > 1)"
    form = form_of(question("select_multiple answered", "heard", constraint=said))
    assert wrong(form, heard={"value": ["no", "yes"]}) == ["heard"]
    assert wrong(form, heard={"value": ["no"]}) == wrong(form, heard={"missing": "unk"}) == []
    unknown = refusals(question("select_multiple answered", "heard", constraint="selected(., 'maybe')"))
    assert [(row, column) for _, row, column, _ in unknown] == [(3, "constraint")]


def test_two_choices_are_compared_with_each_other() -> None:
    second = question("select_one answered", "second", constraint=". != ${first}")
    form = form_of(question("select_one answered", "first"), second)
    assert wrong(form, first={"value": "yes"}, second={"value": "yes"}) == ["second"]
    assert wrong(form, first={"value": "yes"}, second={"value": "no"}) == []
    assert wrong(form, first={"missing": "unk"}, second={"value": "yes"}) == []
