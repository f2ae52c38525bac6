"""Evaluates the conditions of a form: which fields are asked, required or wrong. The language is in `expressions.py`.

Twin of `interview/form/conditions.js`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

from testimony.answer import MISSING, Answers, read
from testimony.questionnaire.expressions import Scope, Truth, compiled, entries, reading
from testimony.questionnaire.operands import DECIMAL

INTEGER_LIMIT = 1_000_000  # no group of people is larger
DATE = re.compile(r"[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01])|\.\.[0-9]{4}-(0[1-9]|1[0-2]))?)?")
COARSE = re.compile(r"-?[0-9]+(\.[0-9])?,-?[0-9]+(\.[0-9])?")
"""A place to a tenth of a degree."""
POINT = re.compile(r"-?([0-8]?[0-9](\.[0-9]{1,9})?|90),-?((1[0-7][0-9]|[0-9]?[0-9])(\.[0-9]{1,9})?|180)")
COMPARTMENTS = ("incident", "identity", "narrative", "provenance")
FOR_LAWYERS = ["stands", "P04"]  # who somebody is is asked only where somebody may read it
KEPT = 8
"""How many forms are held compiled: the one in force, and those of older testimonies on a desk."""

Definition = Mapping[str, Any]
Given = Mapping[str, Mapping[str, Any]]
NOBODY = Scope({})


class Rules:
    """A form's skip logic and checks, compiled. Raises ValueError for a form that must not be loaded."""

    def __init__(self, definition: Definition) -> None:
        self.definition = definition
        fields = definition["fields"]
        self.order = [name for section in definition["sections"] for name in section["fields"]]
        self.relevance: dict[str, Truth] = {name: compiled(fields[name].get("relevant", True)) for name in self.order}
        self.checks: dict[str, list[tuple[Mapping[str, Any], Truth]]] = {
            name: [(check, compiled(check["when"])) for check in fields[name].get("checks", ())] for name in self.order
        }
        self.offers: dict[str, list[tuple[Collection[str], Truth]]] = {
            name: [(frozenset(one["codes"]), compiled(one["when"])) for one in fields[name].get("offered", ())]
            for name in self.order
        }
        for operand in (operand for name in self.order for operand in fields[name].get("suggest", ())):
            reading(operand)  # only the page offers them
        for offer in (
            offer for name in self.order for piece in fields[name].get("pieces", ()) for offer in _offers(piece)
        ):
            compiled(offer["when"])
        self.in_rows = {name: _conditions(fields[name].get("pieces", ())) for name in self.order}
        for note in (
            note for name in self.order for use in ("notes", "row_notes") for note in fields[name].get(use, ())
        ):
            compiled(note.get("when", True))  # only the page reads notes
        for step in definition.get("path", ()):
            compiled(step.get("when", True))  # only the page walks the path, but a form that it cannot walk is no form
        for operand in definition.get("calculated", {}).values():
            reading(operand)  # only the page says them


def _conditions(pieces: Collection[Mapping[str, Any]]) -> list[tuple[str, Truth]]:
    """The pieces of a repeat that are asked only sometimes, and when."""
    return [(piece["id"], compiled(piece["relevant"])) for piece in pieces if "relevant" in piece]


def _offers(piece: Mapping[str, Any]) -> Collection[Mapping[str, Any]]:
    found: Collection[Mapping[str, Any]] = piece.get("offered", ())
    return found


_held: dict[int, Rules] = {}


def rules(definition: Definition) -> Rules:
    """The compiled rules of `definition`; made once for each."""
    found = _held.get(id(definition))
    if found is None or found.definition is not definition:
        while len(_held) >= KEPT:
            _held.pop(next(iter(_held)), None)
        found = _held[id(definition)] = Rules(definition)
    return found


def relevant(definition: Definition, answers: Answers, purposes: Collection[str]) -> list[str]:
    """Ids of the fields to ask, in the order of the form; an answer to a skipped field counts for nothing."""
    return [*_asked(definition, answers, purposes)]


def _asked(definition: Definition, answers: Answers, purposes: Collection[str]) -> dict[str, Mapping[str, Any]]:
    """The fields to ask and their answers; of rows what is asked in them."""
    asked: dict[str, Mapping[str, Any]] = {}
    held = rules(definition)
    for name in held.order:
        scope = Scope(asked, purposes)
        if held.relevance[name](scope):
            asked[name] = _settled(answers.get(name, {}), held.in_rows[name], scope)
    return asked


def _settled(answer: Mapping[str, Any], conditions: Collection[tuple[str, Truth]], scope: Scope) -> Mapping[str, Any]:
    """`answer` of a repeat without the pieces that are not asked in their row, and without rows that are empty."""
    rows = answer.get("value")
    if not conditions or not isinstance(rows, list):
        return answer
    told = [_row_as_asked(row, conditions, scope) if isinstance(row, Mapping) else row for row in rows]
    return {**answer, "value": [row for row in told if row != {}]}


def _row_as_asked(row: Mapping[str, Any], conditions: Collection[tuple[str, Truth]], scope: Scope) -> dict[str, Any]:
    held = dict(row)
    for piece, holds in conditions:
        if not holds(scope.beside(held)):
            held.pop(piece, None)
    return held


def counted(definition: Definition, answers: Answers, purposes: Collection[str]) -> dict[str, dict[str, Any]]:
    """The answers that count, as `read` gives them: of relevant fields, and not empty."""
    shown = {name: read(answer) for name, answer in _asked(definition, answers, purposes).items()}
    return {name: answer for name, answer in shown.items() if answer}


def needed(definition: Definition, answers: Answers, purposes: Collection[str]) -> list[str]:
    """Required relevant fields with neither a value nor a reason for its absence."""
    given = counted(definition, answers, purposes)
    fields = definition["fields"]
    shown = relevant(definition, answers, purposes)
    return [name for name in shown if fields[name].get("required") and name not in given]


def violations(definition: Definition, answers: Answers, purposes: Collection[str], today: str) -> list[dict[str, str]]:
    """What is impossible ("block") or unlikely ("ask"), as {"field", "check", "kind"} in the order of the form.

    Checks see the answers of the consent step too. Built in, all of them blocks: "number" (not a whole number of 0 to
    1,000,000), "decimal" (no number), "code" (not in the list), "exclusive" (a code that stands alone, beside others),
    "date", "point" (no coordinates), "row" (of a repeat: not complete, too many, or a piece that is wrong in one of
    these ways), "offered" (a code that an earlier answer leaves out).
    """
    asked, given = _asked(definition, answers, purposes), counted(definition, answers, purposes)
    beside = {name: answers.get(name, {}) for name in definition.get("consent", ())}
    scope = Scope({**beside, **given}, purposes, today)
    found = []
    for name in given:
        value = asked[name].get("value")
        built_in = malformed(definition, definition["fields"][name], value, scope)
        if built_in is None and any(code in withheld(definition, name, scope) for code in entries(value)):
            built_in = "offered"
        if built_in is not None:
            found.append({"field": name, "check": built_in, "kind": "block"})
            continue
        for check, holds in rules(definition).checks[name]:
            if holds(scope):
                found.append({"field": name, "check": check["id"], "kind": check["kind"]})
    return found


def withheld(definition: Definition, name: str, scope: Scope) -> list[str]:
    """The codes of the list of `name` that are not offered with the answers in `scope`."""
    offers = rules(definition).offers[name]
    return [code for codes, holds in offers if not holds(scope) for code in codes]


def malformed(definition: Definition, field: Mapping[str, Any], value: Any, scope: Scope = NOBODY) -> str | None:
    """Which built-in check `value` fails as an answer of `field`, or as a piece of a row; None for none.

    `scope`: the other answers, on which it may depend what a row must say.
    """
    if value is None or (isinstance(value, str) and value in MISSING):
        return None
    if field["type"] == "int":
        plain = isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= INTEGER_LIMIT
        return None if plain else "number"
    if field["type"] == "decimal":
        return None if isinstance(value, str) and DECIMAL.fullmatch(value) else "decimal"
    if field["type"] == "date":
        return None if isinstance(value, str) and DATE.fullmatch(value) else "date"
    if field["type"] == "geo":
        coarse = COARSE if field.get("coarse") else POINT
        return None if isinstance(value, str) and POINT.fullmatch(value) and coarse.fullmatch(value) else "point"
    if field["type"] == "repeat":
        return None if _rows_fit(definition, field, value, scope) else "row"
    entry = definition["lists"].get(field.get("list"))
    return None if entry is None else _wrong_code(entry["options"], value)


def _wrong_code(options: list[Mapping[str, Any]], value: Any) -> str | None:
    codes = value if isinstance(value, list) else [value]
    known = {option["code"]: option for option in options}
    if any(not isinstance(code, str) or (code not in known and code not in MISSING) for code in codes):
        return "code"
    alone = any(code in MISSING or known[code].get("exclusive") for code in codes)
    return "exclusive" if alone and len(codes) > 1 else None


def _rows_fit(definition: Definition, field: Mapping[str, Any], value: Any, scope: Scope) -> bool:
    if not isinstance(value, list) or len(value) > field.get("most", len(value)):
        return False
    return all(_row_fits(definition, field.get("pieces", ()), row, scope) for row in value)


def _row_fits(definition: Definition, pieces: Collection[Mapping[str, Any]], row: Any, scope: Scope) -> bool:
    if not isinstance(row, Mapping) or not set(row) <= {piece["id"] for piece in pieces}:
        return False
    return all(
        malformed(definition, piece, row.get(piece["id"])) is None
        and not any(code in _withheld_in_row(piece, row, scope) for code in entries(row.get(piece["id"])))
        and (piece["id"] in row or not piece.get("required") or not _is_asked(piece, row, scope))
        for piece in pieces
    )


def _withheld_in_row(piece: Mapping[str, Any], row: Mapping[str, Any], scope: Scope) -> list[str]:
    beside = scope.beside(row)
    return [code for offer in _offers(piece) if not compiled(offer["when"])(beside) for code in offer["codes"]]


def _is_asked(piece: Mapping[str, Any], row: Mapping[str, Any], scope: Scope) -> bool:
    return compiled(piece.get("relevant", True))(scope.beside(row))


def by_compartment(definition: Definition, answers: Answers, purposes: Collection[str]) -> dict[str, dict[str, Any]]:
    """The answers that count, sorted into COMPARTMENTS: what each of them seals."""
    sorted_answers: dict[str, dict[str, Any]] = {name: {} for name in COMPARTMENTS}
    for name, answer in counted(definition, answers, purposes).items():
        sorted_answers[definition["fields"][name]["compartment"]][name] = answer
    return sorted_answers
