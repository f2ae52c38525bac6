"""Skip logic and checks: a small expression language in JSON. Twin of `relevance.js`.

    true | false | ["and", …] | ["or", …] | ["not", x] | ["answered", field] | ["missing", field]
    ["has", field, code, …] | ["stands", purpose] | ["eq"|"lt"|"le"|"gt"|"ge", operand, operand]
    operand: integer | "text" | ["of", field] | ["sum", field, …] | ["today"]

A comparison is false unless both operands are there and of one kind (two integers or two ASCII texts); a sum counts
what is missing as 0, and is itself missing when nothing is there. Dates compare as ISO text: "2022" precedes "2022-02".
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Collection, Mapping
from typing import Any

from testimony.answer import MISSING, Answers, read

INTEGER_LIMIT = 1_000_000  # no group of people is larger; keeps sums exact in both languages
Operand = int | str | None
COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "eq": operator.eq,
    "lt": operator.lt,
    "le": operator.le,
    "gt": operator.gt,
    "ge": operator.ge,
}


def evaluate(tree: Any, answers: Answers, purposes: Collection[str] = (), today: str = "") -> bool:
    """The truth of `tree`. `today` is an ISO date; `purposes` are those that stand.

    Raises ValueError for a tree that is not of the language: a form with one must not be loaded.
    """
    if isinstance(tree, bool):
        return tree
    match tree:
        case ["and" | "or" as name, *parts]:
            truths = [evaluate(part, answers, purposes, today) for part in parts]
            return all(truths) if name == "and" else any(truths)
        case ["not", part]:
            return not evaluate(part, answers, purposes, today)
        case ["answered", str(field)]:
            return "value" in read(answers.get(field))
        case ["missing", str(field)]:
            return "missing" in read(answers.get(field))
        case ["has", str(field), *codes]:
            value = read(answers.get(field)).get("value")
            return any(code in codes for code in (value if isinstance(value, list) else [value]))
        case ["stands", str(purpose)]:
            return purpose in purposes
        case [str(name), left, right] if name in COMPARISONS:
            return _compare(name, _operand(left, answers, today), _operand(right, answers, today))
    raise ValueError(f"not an expression: {tree!r}")


def _compare(name: str, left: Operand, right: Operand) -> bool:
    if left is None or right is None or type(left) is not type(right):
        return False
    return COMPARISONS[name](left, right)


def _operand(operand: Any, answers: Answers, today: str) -> Operand:
    match operand:
        case int() | str() if not isinstance(operand, bool):
            return operand
        case ["of", str(field)]:
            value = read(answers.get(field)).get("value")
            return value if isinstance(value, int | str) and not isinstance(value, bool) else None
        case ["sum", *fields]:
            numbers = [value for field in fields if isinstance(value := _operand(["of", field], answers, today), int)]
            return sum(numbers) if numbers else None
        case ["today"]:
            return today or None
    raise ValueError(f"not an operand: {operand!r}")


def relevant(definition: Mapping[str, Any], answers: Answers, purposes: Collection[str]) -> list[str]:
    """Ids of the fields to ask, in the order of the form; an answer to a skipped field counts for nothing."""
    asked: dict[str, Mapping[str, Any]] = {}
    for section in definition["sections"]:
        for name in section["fields"]:
            if evaluate(definition["fields"][name].get("relevant", True), asked, purposes):
                asked[name] = answers.get(name, {})
    return [*asked]


def counted(definition: Mapping[str, Any], answers: Answers, purposes: Collection[str]) -> dict[str, dict[str, Any]]:
    """The answers that count, as `read` gives them: of relevant fields, and not empty."""
    shown = {name: read(answers.get(name)) for name in relevant(definition, answers, purposes)}
    return {name: answer for name, answer in shown.items() if answer}


def needed(definition: Mapping[str, Any], answers: Answers, purposes: Collection[str]) -> list[str]:
    """Required relevant fields with neither a value nor a reason for its absence."""
    given = counted(definition, answers, purposes)
    fields = definition["fields"]
    shown = relevant(definition, answers, purposes)
    return [name for name in shown if fields[name].get("required") and name not in given]


def violations(
    definition: Mapping[str, Any], answers: Answers, purposes: Collection[str], today: str
) -> list[dict[str, str]]:
    """What is impossible ("block") or unlikely ("ask"), as {"field", "check", "kind"} in the order of the form.

    Built in, all of them blocks: "number" (not a whole number of 0 to 1,000,000), "code" (not in the list),
    "exclusive" (a code that stands alone, beside others).
    """
    given = counted(definition, answers, purposes)
    found = []
    for name in given:
        field = definition["fields"][name]
        built_in = _malformed(definition, field, answers[name].get("value"))
        if built_in is not None:
            found.append({"field": name, "check": built_in, "kind": "block"})
            continue
        for check in field.get("checks", ()):
            if evaluate(check["when"], given, purposes, today):
                found.append({"field": name, "check": check["id"], "kind": check["kind"]})
    return found


def _malformed(definition: Mapping[str, Any], field: Mapping[str, Any], value: Any) -> str | None:
    if value is None:
        return None
    if field["type"] == "int":
        plain = isinstance(value, int) and not isinstance(value, bool)
        return None if (plain and 0 <= value <= INTEGER_LIMIT) or value in MISSING else "number"
    entry = definition["lists"].get(field.get("list"))
    if entry is None or field["type"] == "repeat":
        return None
    codes = value if isinstance(value, list) else [value]
    known = {option["code"]: option for option in entry["options"]}
    if any(not isinstance(code, str) or (code not in known and code not in MISSING) for code in codes):
        return "code"
    alone = any(code in MISSING or known[code].get("exclusive") for code in codes)
    return "exclusive" if alone and len(codes) > 1 else None


def by_compartment(
    definition: Mapping[str, Any], answers: Answers, purposes: Collection[str]
) -> dict[str, dict[str, Any]]:
    """The answers that count, sorted into {"incident", "identity", "narrative"}: what each compartment seals."""
    sorted_answers: dict[str, dict[str, Any]] = {"incident": {}, "identity": {}, "narrative": {}}
    for name, answer in counted(definition, answers, purposes).items():
        sorted_answers[definition["fields"][name]["compartment"]][name] = answer
    return sorted_answers
