"""What a desk must show of a case: worked out from the codes and the codebook's own labels, not by the pages."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import testimony.questionnaire
from testimony.domain.coding import coded_account
from testimony.questionnaire import labels
from testimony.questionnaire.form import Form
from testimony.questionnaire.form_labels import Wording

REASONS = ("unk", "ref", "nask")
BOOK = json.loads(Path(testimony.questionnaire.__file__).with_name("codebook.json").read_text("utf-8"))
FIELDS: dict[str, dict[str, Any]] = {each["id"]: each for each in BOOK["fields"]}
FAMILY_OF = {each["code"]: each["family"] for each in BOOK["lists"]["vio"]["options"] if each.get("family")}

Shown = dict[str, list[str]]
"""Field -> the texts that stand beside it, in English."""


def incident(codes: Mapping[str, Any]) -> Shown:
    """Every code of the case in words."""
    return {name: _texts(name, value, codes) for name, value in codes.items()}


def generalised(codes: Mapping[str, Any]) -> Shown:
    """What is left of the case for those who count."""
    answers = coded_account.generalise({name: _answer(value) for name, value in codes.items()}, Form.load().value)
    say = Wording(Form.load(), "en").answer_texts
    return {name: say(name, held, coded=True) for name, held in _dated(answers).items()}


def label(list_name: str, code: str) -> str:
    """The codebook's own English label of a code."""
    if list_name in ("iso3", "gaz_segment"):
        return labels.option_label(list_name, code, "en")
    return str(next(each["label_en"] for each in BOOK["lists"][list_name]["options"] if each["code"] == code))


def _texts(name: str, value: Any, codes: Mapping[str, Any]) -> list[str]:
    if name == "i_date":
        return [_date(value, codes["i_date_prec"])]
    values = value if isinstance(value, list) else [value]
    return [_text(FIELDS[name], each) for each in values]


def _text(field: Mapping[str, Any], value: Any) -> str:
    if isinstance(value, dict):  # one leg of a chain
        way = f"{label('iso3', value['from'])} to {label('iso3', value['to'])}"
        return f"{way} ({label('ret_method', value['method'])})"
    if isinstance(value, int):
        return str(value)
    return label("yn5", value) if value in REASONS else label(field["list"], value)


def _date(value: str, precision: str) -> str:
    day = date.fromisoformat(value)
    return f"{day.day} {day:%B %Y}" if precision == "day" else f"{day:%B %Y}"


def _answer(value: Any) -> dict[str, Any]:
    told = value[0] if isinstance(value, list) and len(value) == 1 else value
    return {"missing": told} if told in REASONS else {"value": value}


def _dated(answers: Mapping[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """The month as a word, as everywhere that a person reads a date."""
    found = dict(answers)
    month = found["i_date"]["value"]
    found["i_date"] = {"value": _date(f"{month}-01", "month")}
    return found
