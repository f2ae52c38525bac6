"""A decimal answer, which is sealed as text, leaves as a number."""

from __future__ import annotations

import io
import json
from typing import Any

import jsonschema_rs
import openpyxl
import pytest

from testimony.publication.exports import package, schema
from testimony.publication.exports.account import Account
from testimony.questionnaire.form import Form
from tests.support.publication.exported import ABOUT, account, members, rows
from tests.support.questionnaire.small_form import question, told

SEALED: dict[str, dict[str, Any]] = {
    "weight": {"value": "-3.50"},
    "least": {"value": "0.000001"},
    "silent": {"missing": "unk"},
    "sacks": {"value": [{"kg": "40.25"}, {"kg": "unk"}]},
}


@pytest.fixture(scope="module")
def form() -> Form:
    names = ("weight", "least", "silent")
    piece = {"type": "decimal", "name": "kg", "label::English (en)": "Kilograms"}
    asked = [question("decimal", name) for name in names]
    reading = told(*asked, question("begin_repeat", "sacks"), piece, {"type": "end_repeat"})
    assert reading.form is not None, reading.refusals
    return reading.form


@pytest.fixture
def told_as(form: Form) -> Account:
    assert all(schema.fits(form, name, answer) for name, answer in SEALED.items())
    answers = {name: schema.described(form, name, answer) for name, answer in SEALED.items()}
    return Account(**{**vars(account()), "answers": answers, "form": form.id, "form_sha256": form.sha256})


def test_json_has_numbers_as_its_schema_says(form: Form, told_as: Account) -> None:
    found = members(package.write("jsonl", [told_as], [form], ABOUT))
    line = json.loads(found["testimonies.jsonl"])
    jsonschema_rs.Draft202012Validator(json.loads(found["testimonies.schema.json"])).validate(line)
    assert line["answers"] == {
        "weight": {"value": -3.5},
        "least": {"value": 0.000001},
        "silent": {"missing": "unk"},
        "sacks": {"value": [{"kg": 40.25}, {"kg": "unk"}]},
    }


def test_the_workbook_has_cells_of_numbers(form: Form, told_as: Account) -> None:
    book = openpyxl.load_workbook(io.BytesIO(package.write("xlsx", [told_as], [form], ABOUT)))
    heads, line = book["testimonies"].iter_rows()
    cells = {head.value: cell for head, cell in zip(heads, line, strict=True)}
    assert [(cells[name].value, cells[name].data_type) for name in ("weight", "least")] == [
        (-3.5, "n"),
        (0.000001, "n"),
    ]
    assert cells["silent"].value is None
    assert [row[-1] for row in book["sacks"].iter_rows(values_only=True)] == ["kg", 40.25, "unk"]


@pytest.mark.parametrize(("kind", "file"), [("csv", "testimonies.csv"), ("uwazi", "uwazi.csv")])
def test_csv_has_figures_without_apostrophe_and_without_exponent(
    kind: str, file: str, form: Form, told_as: Account
) -> None:
    (line,) = rows(members(package.write(kind, [told_as], [form], ABOUT))[file])
    assert (line["weight"], line["least"]) == ("-3.5", "0.000001")


@pytest.mark.parametrize(("kind", "file"), [("csv", "testimonies.csv"), ("uwazi", "uwazi.csv")])
def test_a_whole_number_below_zero_is_a_number_too(kind: str, file: str, form: Form, told_as: Account) -> None:
    answers = {**told_as.answers, "weight": schema.described(form, "weight", {"value": "-2"})}
    whole = Account(**{**vars(told_as), "answers": answers})
    (line,) = rows(members(package.write(kind, [whole], [form], ABOUT))[file])
    assert line["weight"] == "-2"


def test_a_missing_answer_stays_as_it_is_and_a_whole_number_stays_whole(form: Form) -> None:
    assert schema.described(form, "silent", {"missing": "ref"}) == {"missing": "ref"}
    assert schema.described(form, "weight", {"value": "12"}) == {"value": 12}
