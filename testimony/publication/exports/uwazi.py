"""Exported testimonies for the CSV import of Uwazi: values in words, several separated by a bar.

Uwazi matches columns to properties by name, and adds the values of lists as it reads them (its wiki, "Import CSV").
`title` is required and need not be unique.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from testimony.publication.exports.account import Account
from testimony.publication.exports.tables import fields_of, writable
from testimony.publication.sheets.sheet import Cell, Column, Sheet
from testimony.questionnaire.form import Field, Form
from testimony.questionnaire.form_labels import Wording

LANG = "en"
BETWEEN = "|"


def sheet(accounts: Sequence[Account], forms: Sequence[Form]) -> Sheet:
    """One line for each testimony, and a column for each question that somebody answered."""
    said = {name for account in accounts for name, one in account.answers.items() if "value" in one}
    asked = [field for field in fields_of(forms).values() if field.id in said]
    wordings = {form.sha256: Wording(form, LANG) for form in forms}
    heads = ("title", "testimony_id", "taken_down", *(field.id for field in asked), "account", "translations")
    return Sheet(
        name="uwazi",
        columns=tuple(Column(name=name) for name in heads),
        rows=tuple(tuple(_line(account, asked, wordings)) for account in accounts),
    )


def _line(account: Account, asked: Sequence[Field], wordings: Mapping[str, Wording]) -> list[Cell]:
    wording = wordings.get(account.form_sha256) or Wording(None, LANG)
    told = [one.text for one in account.statements if one.original is None]
    beside = [f"[{one.lang}] {one.text}" for one in account.statements if one.original is not None]
    return [
        f"{account.day} {account.id[:8]}",
        account.id,
        account.day,
        *(_cell(account, field, wording) for field in asked),
        writable("\n\n".join(told)),
        writable("\n\n".join(beside)),
    ]


def _cell(account: Account, field: Field, wording: Wording) -> Cell:
    answer = account.answers.get(field.id, {})
    value = answer.get("value")
    if value is None:
        return None
    if field.type == "geo":
        return str(value).replace(",", BETWEEN)
    if field.type == "decimal" or isinstance(value, float):
        number: float = value
        return number
    if field.type in ("text", "date"):
        return writable(str(value))
    return writable(BETWEEN.join(one.replace(BETWEEN, "/") for one in wording.answer_texts(field.id, answer)))
