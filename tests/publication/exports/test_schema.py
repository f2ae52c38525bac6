"""The schema of exports is generated from the questionnaire: what fits it is exported, and nothing else."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import jsonschema_rs
import pytest

from testimony.publication.exports import package, schema, tables
from testimony.questionnaire import definition
from testimony.questionnaire.form import Form
from testimony.questionnaire.xlsform.reader import read
from tests.support.publication.exported import LONG, TURNED, account
from tests.support.questionnaire.workbooks import workbook

FORM = Form.load()
VALIDATOR = jsonschema_rs.Draft202012Validator(schema.of([FORM]), validate_formats=True)

FITTING: list[tuple[str, dict[str, Any]]] = [
    ("i_date", {"value": "2025"}),
    ("i_date", {"value": "2025-01..2025-03"}),
    ("i_date", {"missing": "ref"}),
    ("g_size", {"value": 12}),
    ("v_acts", {"value": ["none"]}),
    ("i_loc_point", {"value": "41.5,-26.5"}),
    ("o_text", {"value": TURNED}),
    ("x_groups", {"value": []}),
    ("e_exists", {"value": [{"kind": FORM.field("e_exists").options[0], "n": "unk"}]}),
]
STRANGE: list[tuple[str, dict[str, Any]]] = [
    ("i_date", {"value": "yesterday"}),
    ("g_size", {"value": "12"}),
    ("g_size", {"value": True}),
    ("v_acts", {"value": "beat"}),
    ("v_acts", {"value": ["invented"]}),
    ("w_gender", {"value": ["f"]}),
    ("i_loc_point", {"value": "at the river"}),
    ("o_text", {"value": 3}),
    ("o_text", {"missing": "no idea"}),
    ("o_text", {"value": "a", "missing": "unk"}),
    ("x_groups", {"value": [{"name": "an officer"}]}),
    ("x_groups", {"value": ["police"]}),
    ("nobody_asked", {"value": "a"}),
]


@pytest.mark.parametrize(("name", "answer", "right"), [
    *((name, answer, True) for name, answer in FITTING), *((name, answer, False) for name, answer in STRANGE)
])  # fmt: skip
def test_the_schema_takes_just_the_answers_that_an_export_lets_through(
    name: str, answer: dict[str, Any], right: bool
) -> None:
    assert schema.fits(FORM, name, answer) is right
    value = account().to_value()
    value["answers"] = {name: answer}
    assert VALIDATOR.is_valid(value) is right


def test_every_question_is_described_in_words() -> None:
    described = schema.of([FORM])["$defs"][FORM.sha256]["properties"]
    assert list(described) == [field.id for field in FORM.fields]
    assert all(one["title"] for one in described.values())


def test_rows_of_questionnaires_that_described_none_are_exported_as_they_are() -> None:
    early = next(
        form
        for form in definition.all_shipped()
        if form.value["fields"].get("i_chain") and not form.value["fields"]["i_chain"].get("pieces")
    )
    row = {"from": "HRV", "to": "BIH", "method": "van"}
    assert schema.fits(early, "i_chain", {"value": [row]})
    for strange in ([{"from": {"deep": 1}}], ["police"], "", {"from": "HRV"}):
        assert not schema.fits(early, "i_chain", {"value": strange})
    value = {**account().to_value(), "form_sha256": early.sha256, "answers": {"i_chain": {"value": [row]}}}
    validator = jsonschema_rs.Draft202012Validator(schema.of(definition.all_shipped()))
    assert validator.is_valid(value)
    old = replace(account(), form_sha256=early.sha256, answers=value["answers"])
    (chain,) = (sheet for sheet in tables.sheets([old], [early]) if sheet.name == "i_chain")
    assert {column.name for column in chain.columns} == {"PARENT_KEY", "KEY", "from", "to", "method"}


def test_rows_are_exported_though_the_answer_that_made_a_piece_required_is_another_or_hidden_today() -> None:
    head = ["type", "name", "label", "compartment", "disclosure", "relevant", "required"]
    survey = [
        head,
        ["select_one yn", "family_there", "Family?", "incident", "sensitive", "", ""],
        ["begin_repeat", "relatives", "Relatives?", "incident", "sensitive", "", ""],
        ["integer", "age_now", "Age?", "", "", "", "yes"],
        ["select_one yn", "works_now", "Work?", "", "", "not(${family_there} = 'yes')", "yes"],
        ["end_repeat", "", "", "", "", "", ""],
    ]
    lists = [["list_name", "name", "label"], ["yn", "yes", "Yes"], ["yn", "no", "No"]]
    settings = [["form_id", "version", "default_language"], ["mine", "1", "en"]]
    form = read(workbook({"survey": survey, "choices": lists, "settings": settings})).form
    assert form is not None
    for row, fits in (
        ({"age_now": 40}, True),
        ({"age_now": 40, "works_now": "no"}, True),
        ({"works_now": "no"}, False),
    ):
        assert schema.fits(form, "relatives", {"value": [row]}) is fits, row


@pytest.mark.parametrize("text", [TURNED, LONG, "one\u2028two\nthree\x00four", "a\ud800b"])
def test_a_line_is_one_line_whatever_is_in_it_and_gives_the_same_words_back(text: str) -> None:
    line = package.json_line(account(text=text).to_value())
    assert len(line.splitlines()) == 1
    assert not package.INVISIBLE.search(line)
    assert json.loads(line)["statements"][0]["text"] == text
    line.encode()
    if "\ud800" not in text:
        VALIDATOR.validate(json.loads(line))
