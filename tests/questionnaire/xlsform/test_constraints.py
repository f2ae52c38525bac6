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


def test_a_repeat_has_at_most_as_many_rows_as_an_earlier_answer_says() -> None:
    repeat = {**question("begin_repeat", "people", repeat_count="${number} + 1"), "label::English (en)": "People"}
    rows = (repeat, question("integer", "age"), {"type": "end_repeat"})
    form = form_of(question("integer", "number"), *rows)
    three = {"value": [{"age": 1}, {"age": 2}, {"age": 3}]}
    assert wrong(form, number={"value": 1}, people=three) == ["people"]
    assert wrong(form, number={"value": 2}, people=three) == wrong(form, people=three) == []
    assert form.field("people").most == 20
    assert wrong(form_of({**repeat, "repeat_count": "1 + 1"}, *rows[1:]), people=three) == ["people"]
    for said in ("21", "0", "-1", "1 - 2", "10 + 11", "1 div 0", "${unknown}", "'x'"):
        refused = refusals({**repeat, "repeat_count": said}, *rows[1:])
        assert [(row, column) for _, row, column, _ in refused] == [(3, "repeat_count")]
