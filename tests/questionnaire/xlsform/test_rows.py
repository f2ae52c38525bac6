"""Conditions and constraints inside a repeat: what is asked in a row, and what makes a row impossible."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from testimony import canonical
from testimony.questionnaire import conditions, definition
from testimony.questionnaire.errors import QuestionnaireRefused
from testimony.questionnaire.form import DEPTH, Form
from testimony.questionnaire.xlsform.reader import read
from tests.support.questionnaire import small_form
from tests.support.questionnaire.small_form import HEARD, SILENT, question
from tests.support.questionnaire.workbooks import workbook

HEAD = [
    "type",
    "name",
    "label",
    "compartment",
    "disclosure",
    "relevant",
    "constraint",
    "constraint_message",
    "required",
]
SETTINGS = [["form_id", "version", "default_language"], ["mine", "1", "en"]]
LISTS = [["list_name", "name", "label"], ["yn", "yes", "Yes"], ["yn", "no", "No"]]
MESSAGE = "Nobody went to school for more years than they lived."


def row(kind: str, name: str = "", *rest: str, sealed: bool = False) -> list[str]:
    told = ["incident", "sensitive"] if sealed else ["", ""]
    return [kind, name, name.title() if name else "", *told, *rest]


def rows(*pieces: list[str]) -> bytes:
    return workbook(
        {
            "survey": [
                HEAD,
                row("select_one yn", "family_there", sealed=True),
                row("begin_repeat", "relatives", sealed=True),
                *pieces,
                row("end_repeat"),
            ],
            "choices": LISTS,
            "settings": SETTINGS,
        }
    )


AGE = row("integer", "age_now")
SCHOOL = row("integer", "school_years", "${age_now} < 18", ". <= ${age_now}", MESSAGE, "yes")
WORK = row("select_one yn", "works_now", "${family_there} = 'yes' and ${age_now} >= 18")


def compiled(*pieces: list[str]) -> Form:
    reading = read(rows(*pieces))
    assert reading.form is not None, reading.refusals
    return reading.form


def refusals(*pieces: list[str]) -> list[tuple[str, str]]:
    return [(one.column, one.reason) for one in read(rows(*pieces)).refusals]


def found(form: Form, *told: Mapping[str, Any], there: str = "yes") -> list[tuple[str, str]]:
    answers: dict[str, dict[str, Any]] = {"family_there": {"value": there}, "relatives": {"value": [*told]}}
    return [(one["field"], one["check"]) for one in conditions.violations(form.value, answers, ("P01",), "2026-11-24")]


def test_a_question_of_a_repeat_is_asked_in_the_rows_of_its_condition() -> None:
    form = compiled(AGE, SCHOOL, WORK)
    told = [{"age_now": 9, "school_years": 2, "works_now": "no"}, {"age_now": 40, "school_years": 9, "works_now": "no"}]
    for there, works in (("yes", {"works_now": "no"}), ("no", {})):
        answers: dict[str, dict[str, Any]] = {"family_there": {"value": there}, "relatives": {"value": told}}
        held = conditions.counted(form.value, answers, ("P01",))["relatives"]["value"]
        assert held == [{"age_now": 9, "school_years": 2}, {"age_now": 40, **works}]


def test_what_is_required_is_needed_only_where_it_is_asked() -> None:
    form = compiled(AGE, SCHOOL)
    assert found(form, {"age_now": 40}) == []
    assert found(form, {"age_now": 9}) == [("relatives", "row")]
    assert found(form, {"age_now": 9, "school_years": 3}) == []


def test_a_constraint_holds_in_each_row_and_is_said_in_its_own_words() -> None:
    form = compiled(AGE, SCHOOL)
    assert found(form, {"age_now": 9, "school_years": 3}, {"age_now": 9, "school_years": 10}) == [
        ("relatives", "school_years")
    ]
    assert [check.message for check in form.field("relatives").checks] == [MESSAGE]


def test_what_is_unknown_contradicts_no_constraint() -> None:
    form = compiled(AGE, row("integer", "school_years", "", ". <= ${age_now}", MESSAGE))
    assert found(form, {"school_years": 10}) == []


@pytest.mark.parametrize(
    ("pieces", "column", "words"),
    [
        ((SCHOOL, AGE), "relevant", "age_now"),  # it stands after it
        ((AGE, row("integer", "x_y", "", ". < count(${family_there})")), "constraint", ""),
        ((AGE, row("integer", "x_y", "", "${family_there} = 'yes'")), "constraint", "family_there"),
        ((AGE, row("integer", "x_y", "${age_now} <")), "relevant", ""),
    ],
)
def test_what_a_row_cannot_know_is_refused_where_it_stands(
    pieces: tuple[list[str], ...], column: str, words: str
) -> None:
    said = [reason for at, reason in refusals(*pieces) if at == column]
    assert said
    assert words in said[0]


def test_a_group_inside_a_repeat_is_a_condition_of_its_questions() -> None:
    child = row("begin_group", "of_a_child", "${age_now} < 18")
    inner = row("begin_group", "at_home", "${family_there} = 'yes'")
    pieces = (AGE, child, row("integer", "school_years"), inner, row("integer", "rooms"))
    form = compiled(*pieces, row("end_group"), row("end_group"), row("integer", "children"))
    told = [{"age_now": age, "school_years": 1, "rooms": 2, "children": 3} for age in (9, 40)]
    for there, rooms in (("yes", {"rooms": 2}), ("no", {})):
        answers: dict[str, dict[str, Any]] = {"family_there": {"value": there}, "relatives": {"value": told}}
        held = conditions.counted(form.value, answers, ("P01",))["relatives"]["value"]
        assert held == [{"age_now": 9, "school_years": 1, **rooms, "children": 3}, {"age_now": 40, "children": 3}]


@pytest.mark.parametrize(
    ("pieces", "reason"),
    [
        ((AGE, row("end_group")), "no group is open here"),
        ((AGE, row("begin_group", "open_one"), row("integer", "x_y")), "this group is never closed"),
    ],
)
def test_a_group_inside_a_repeat_begins_and_ends_there(pieces: tuple[list[str], ...], reason: str) -> None:
    assert any(said.startswith(reason) for _, said in refusals(*pieces))


def test_a_definition_written_by_hand_looks_at_no_later_question() -> None:
    form = compiled(AGE, SCHOOL)
    definition.require_safe(form)
    fields = {**form.value["fields"]}
    pieces = [dict(piece) for piece in fields["relatives"]["pieces"]]
    pieces[0]["relevant"] = ["answered", "school_years"]
    fields["relatives"] = {**fields["relatives"], "pieces": pieces}
    late = definition.parse(canonical.encode({**form.value, "fields": fields}, depth=DEPTH))
    with pytest.raises(QuestionnaireRefused, match="not asked before"):
        definition.require_safe(late)


def two_repeats(*after: list[str], inner: str = "how_many") -> bytes:
    """Two repeats, of which each has a question `how_many`; the second one also the question `inner`."""
    rows = [row("begin_repeat", "men", sealed=True), row("integer", "how_many"), row("end_repeat")]
    rows += [row("begin_repeat", "women", sealed=True), row("integer", inner), row("end_repeat")]
    survey = [HEAD, *rows, *after]
    return workbook({"survey": survey, "choices": LISTS, "settings": SETTINGS})


def test_two_repeats_may_use_the_same_names() -> None:
    form = read(two_repeats()).form
    assert form is not None
    assert [piece.id for field in form.fields for piece in field.pieces] == ["how_many", "how_many"]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (two_repeats(row("integer", "how_many", sealed=True)), "has the name how_many already"),
        (two_repeats(inner="men"), "has the name men already"),
        (two_repeats(row("integer", "all", "sum(${how_many}) > 3", sealed=True)), "several repeats have a question"),
    ],
)
def test_a_name_that_means_two_things_is_refused(data: bytes, reason: str) -> None:
    assert any(reason in one.reason for one in read(data).refusals)


def counted(form: Form, *told: Mapping[str, Any], there: str = "yes") -> Any:
    answers: dict[str, dict[str, Any]] = {"family_there": {"value": there}, "relatives": {"value": [*told]}}
    return conditions.counted(form.value, answers, ("P01",))["relatives"]["value"]


def calculate(name: str, said: str, relevant: str = "") -> dict[str, object]:
    return {"type": "calculate", "name": name, "calculation": said, "relevant": relevant}


def number(name: str, **more: str) -> dict[str, object]:
    return {"type": "integer", "name": name, "label::English (en)": name, **more}


def repeat(*pieces: dict[str, object], choices: Sequence[dict[str, object]] = (HEARD, SILENT)) -> Form:
    reading = small_form.told(
        question("select_one answered", "family_there"),
        question("begin_repeat", "relatives"),
        *pieces,
        {"type": "end_repeat"},
        choices=choices,
    )
    assert reading.form is not None, reading.refusals
    definition.require_safe(reading.form)
    return reading.form


def test_a_calculation_counts_in_its_own_row() -> None:
    form = repeat(
        number("age_now"),
        calculate("born", "2026 - ${age_now}"),
        number("school_years", relevant="${born} > 2008 and ${family_there} = 'yes'"),
        calculate("free_years", "${age_now} - ${school_years}", relevant="${school_years} > 0"),
        number("work_years", constraint=". <= ${free_years}"),
    )
    told = [{"age_now": 9, "school_years": 2}, {"age_now": 40, "school_years": 9}]
    assert counted(form, *told) == [{"age_now": 9, "school_years": 2}, {"age_now": 40}]
    assert found(form, {"age_now": 9, "school_years": 2, "work_years": 8}) == [("relatives", "work_years")]
    assert found(form, {"age_now": 9, "school_years": 2, "work_years": 7}) == []
    assert found(form, {"age_now": 40, "work_years": 70}) == [], "what is unknown contradicts nothing"


def test_a_calculation_of_a_row_that_looks_elsewhere_is_unknown_to_a_constraint() -> None:
    reading = small_form.told(
        question("integer", "days"),
        question("begin_repeat", "relatives"),
        calculate("most", "${days} * 2"),
        number("nights", relevant="${most} > 4", constraint=". <= ${most}"),
        {"type": "end_repeat"},
    )
    assert [(one.row, one.column) for one in reading.refusals] == [(6, "constraint")]


PLACES = [
    {"list_name": "places", "name": code, "label::English (en)": code, "with": answer}
    for code, answer in (("school", "yes"), ("street", "no"), ("camp", "yes"))
]


@pytest.mark.parametrize(
    ("said", "row", "offered"),
    [
        ("with = ${family_there}", {}, ["school", "camp"]),
        ("with = ${alone}", {"alone": "no"}, ["street"]),
        ("with = ${alone}", {}, []),
        ("with = ${alone} or name = 'camp'", {"alone": "no"}, ["street", "camp"]),
    ],
)
@pytest.mark.parametrize("kind", ["select_one", "select_multiple"])
def test_a_list_in_a_row_depends_on_the_row_and_on_earlier_answers(
    kind: str, said: str, row: Mapping[str, str], offered: list[str]
) -> None:
    form = repeat(
        {"type": "select_one answered", "name": "alone", "label::English (en)": "Alone"},
        {"type": f"{kind} places", "name": "place", "label::English (en)": "Place", "choice_filter": said},
        choices=[HEARD, SILENT, *PLACES],
    )
    codes = ["school", "street", "camp"]
    told = {code: [code] if kind == "select_multiple" else code for code in codes}
    fits = [code for code in codes if not found(form, {**row, "place": told[code]})]
    assert fits == offered
    assert found(form, {**row, "place": "unk"}) == []


def test_a_definition_written_by_hand_filters_only_by_what_it_knows() -> None:
    form = repeat(
        {"type": "select_one answered", "name": "alone", "label::English (en)": "Alone"},
        {
            "type": "select_one places",
            "name": "place",
            "label::English (en)": "Place",
            "choice_filter": "with = ${alone}",
        },
        choices=[HEARD, SILENT, *PLACES],
    )
    forged = form.definition.replace(b'"when":["has","alone","no"]', b'"when":["has","later","no"]')
    assert forged != form.definition
    with pytest.raises(QuestionnaireRefused):
        definition.require_safe(definition.parse(forged))
