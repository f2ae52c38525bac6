"""Describe exported testimonies as JSON Schema (2020-12), generated from the questionnaires that were asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from testimony.answer import MISSING
from testimony.publication.exports.account import VERSION
from testimony.questionnaire import conditions, operands
from testimony.questionnaire.form import Form

DRAFT: Final = "https://json-schema.org/draft/2020-12/schema"
SEVERAL: Final = frozenset({"multi", "multi_code"})
_TEXT: Final = {"type": "string"}
_ID: Final = {"type": "string", "pattern": "^[0-9a-f]{32}$"}
_SHA256: Final = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
_DAY: Final = {"type": "string", "format": "date"}


def of(forms: Iterable[Form]) -> dict[str, Any]:
    """The JSON Schema of testimonies. It describes the answers to `forms`; with another form any answers are valid."""
    known = sorted(forms, key=lambda form: form.id)
    return {
        "$schema": DRAFT,
        "title": "A testimony, as a lawyer's desk exports it",
        **_whole(),
        "allOf": [
            {
                "if": {"properties": {"form_sha256": {"const": form.sha256}}},
                "then": {"properties": {"answers": {"$ref": f"#/$defs/{form.sha256}"}}},
            }
            for form in known
        ],
        "$defs": {form.sha256: _answers(form) for form in known},
    }


def fits(form: Form, name: str, answer: Mapping[str, Any]) -> bool:
    """Whether `of` describes this answer to the question `name`. A dishonest phone may have sealed anything."""
    asked = form.value["fields"].get(name)
    if asked is None or answer.keys() not in ({"value"}, {"missing"}):
        return False
    if "missing" in answer:
        return answer["missing"] in MISSING
    if asked["type"] == "repeat" and not asked.get("pieces"):
        return _are_rows_of_early_forms(answer["value"])
    return (
        _is_shaped(asked, answer["value"])
        and conditions.malformed(form.value, _without_conditional_duties(asked), answer["value"]) is None
    )


def described(form: Form, name: str, answer: Mapping[str, Any]) -> Mapping[str, Any]:
    """An answer that `fits`, as `of` describes it: decimals, which are sealed as text, are numbers."""
    asked = form.value["fields"][name]
    return {"value": _numbered(asked, answer["value"])} if "value" in answer else answer


def _numbered(asked: Mapping[str, Any], value: Any) -> Any:
    if asked["type"] == "repeat":
        pieces = {piece["id"]: piece for piece in asked.get("pieces", ())}
        return [
            {name: _numbered(pieces[name], one) if name in pieces else one for name, one in row.items()}
            for row in value
        ]
    return operands.decimal(value) if asked["type"] == "decimal" and value not in MISSING else value


def _without_conditional_duties(asked: Mapping[str, Any]) -> Mapping[str, Any]:
    """`asked`, where no piece of a row that has a condition is required.

    The condition was judged when the row was sealed, by answers that a lawyer may have corrected since or that this use
    does not cover.
    """
    pieces = [{**one, "required": False} if "relevant" in one else one for one in asked.get("pieces", ())]
    return {**asked, "pieces": pieces}


def _are_rows_of_early_forms(value: Any) -> bool:
    """Early questionnaires did not describe the rows of a repeat: any rows of plain values are accepted."""
    rows = value if isinstance(value, list) and all(isinstance(row, Mapping) for row in value) else None
    return rows is not None and all(_is_flat(one) for row in rows for one in row.values())


def _is_flat(value: Any) -> bool:
    if isinstance(value, list):
        return all(isinstance(one, str) for one in value)
    return isinstance(value, int | str) and not isinstance(value, bool)


def _is_shaped(asked: Mapping[str, Any], value: Any) -> bool:
    """Whether `value` has the type that the question asks for."""
    if asked["type"] == "repeat":
        return isinstance(value, list) and all(isinstance(row, Mapping) and _is_row(asked, row) for row in value)
    if asked["type"] in SEVERAL:
        return isinstance(value, list) and all(isinstance(one, str) for one in value)
    return isinstance(value, int if asked["type"] == "int" else str) and not isinstance(value, bool)


def _is_row(asked: Mapping[str, Any], row: Mapping[str, Any]) -> bool:
    pieces = {piece["id"]: piece for piece in asked["pieces"]}
    return all(name in pieces and (one in MISSING or _is_shaped(pieces[name], one)) for name, one in row.items())


def _whole() -> dict[str, Any]:
    names = {"type": "array", "items": _TEXT}
    properties: dict[str, Any] = {
        "v": {"const": VERSION},
        "id": _ID,
        "day": _DAY | {"description": "The day on which it was sealed."},
        "form": _TEXT | {"description": "The questionnaire and its version."},
        "form_sha256": _SHA256,
        "seal": {"enum": ["yes", "open"], "description": "“open”: some proofs cannot be checked at the desk yet."},
        "use": _object({"purpose": _TEXT, "recipient": _TEXT}),
        "answers": {"type": "object"},
        "corrected": names | {"description": "Questions whose answer a lawyer changed after the interview."},
        "unread": names | {"description": "Questions whose sealed answer does not fit the questionnaire."},
        "statements": {
            "type": "array",
            "items": _object(
                {
                    "id": _TEXT,
                    "lang": _TEXT | {"description": "BCP 47"},
                    "dir": {"enum": ["ltr", "rtl"]},
                    "text": _TEXT,
                    "original": {"type": ["string", "null"], "description": "The id of the statement it translates."},
                    "made": {"enum": ["interview", "desk"]},
                }
            ),
        },
        "incidents": {"type": "array", "items": _ID},
        "media": {
            "type": "array",
            "items": _object(
                {
                    "number": {"type": "integer", "minimum": 1},
                    "kind": {"enum": ["voice", "picture", "file"]},
                    "bytes": {"type": "integer", "minimum": 0},
                }
            ),
        },
        "closed": {"type": "object", "additionalProperties": _TEXT, "description": "What is not in it, and why."},
    }
    return _object(properties)


def _answers(form: Form) -> dict[str, Any]:
    return {
        "title": form.id,
        "type": "object",
        "additionalProperties": False,
        "properties": {field.id: _answer(form, form.value["fields"][field.id]) for field in form.fields},
    }


def _answer(form: Form, asked: Mapping[str, Any]) -> dict[str, Any]:
    said = _object({"value": _value(form, asked, ())})
    return {"title": asked["label"], "oneOf": [said, _object({"missing": {"enum": list(MISSING)}})]}


def _value(form: Form, asked: Mapping[str, Any], beside: tuple[str, ...]) -> dict[str, Any]:
    """The schema of a value. `beside`: codes that are valid too, for a missing value in a row of a repeat."""
    kind = asked["type"]
    if kind == "repeat" and not asked.get("pieces"):
        flat = {"anyOf": [_TEXT, {"type": "integer"}, {"type": "array", "items": _TEXT}]}
        return {"type": "array", "items": {"type": "object", "additionalProperties": flat}}
    if kind == "repeat":
        rows = {piece["id"]: _piece(form, piece) for piece in asked["pieces"]}
        return {"type": "array", "items": {"type": "object", "properties": rows, "additionalProperties": False}}
    if kind == "int":
        return {"type": "integer", "minimum": 0, "maximum": conditions.INTEGER_LIMIT}
    if kind == "decimal":
        return {"type": "number", "exclusiveMinimum": -operands.BEYOND, "exclusiveMaximum": operands.BEYOND}
    if kind == "date":
        return _TEXT | {"pattern": f"^(?:{conditions.DATE.pattern})$"}
    if kind == "geo":
        return _TEXT | {"pattern": f"^(?:{conditions.POINT.pattern})$", "description": "latitude,longitude"}
    codes = _code(form, asked, beside)
    return {"type": "array", "items": codes} if kind in SEVERAL else codes


def _piece(form: Form, piece: Mapping[str, Any]) -> dict[str, Any]:
    return {"title": piece["label"], "anyOf": [_value(form, piece, MISSING), {"enum": list(MISSING)}]}


def _code(form: Form, asked: Mapping[str, Any], beside: tuple[str, ...]) -> dict[str, Any]:
    """The codes of the list; any text if the questionnaire does not contain the list, such as that of languages."""
    options = form.value["lists"].get(asked.get("list"), {"options": ()})["options"]
    if asked["type"] == "text" or not options:
        return dict(_TEXT)
    return {"enum": list(dict.fromkeys([*(one["code"] for one in options), *beside]))}


def _object(properties: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "required": list(properties),
        "additionalProperties": False,
        "properties": dict(properties),
    }
