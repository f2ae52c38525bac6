"""Translates the functions of XLSForm expressions to nodes."""

from __future__ import annotations

from collections.abc import Sequence

from testimony.questionnaire.xlsform.nodes import (
    Calc,
    Check,
    Condition,
    Joined,
    Literal,
    Node,
    Not,
    NotUnderstood,
    Ref,
    condition,
    is_condition,
    operand,
)

OF_ONE = {"floor": "floor", "ceiling": "ceil", "int": "trunc", "string-length": "length", "string": "concat"} | {
    "number": "number",
    "decimal-date-time": "days",
    "date": "day",
    "date-time": "day",
    "sum": "total",
}
OF_TWO = {"contains": "contains", "starts-with": "begins", "regex": "matches"}
OF_MANY = {"concat": "concat", "min": "min", "max": "max"}
DECIMALS = 6
"""The most digits after the point that `round` supports."""


def called(name: str, parts: Sequence[Node]) -> Node:
    """The node for a call of the function `name` with `parts`. Raises `NotUnderstood`."""
    if name in OF_ONE:
        _require(name, parts, 1, 1)
        if name == "date" and isinstance(parts[0], Literal):
            return parts[0]
        return Calc(OF_ONE[name], (operand(parts[0]),))
    if name in OF_TWO:
        _require(name, parts, 2, 2)
        return Check(OF_TWO[name], operand(parts[0]), operand(parts[1]))
    if name in OF_MANY:
        _require(name, parts, 1, 99)
        return Calc(OF_MANY[name], tuple(map(operand, parts)))
    match name:
        case "if":
            return _if(parts)
        case "coalesce":
            _require(name, parts, 2, 2)
            return Calc("coalesce", (operand(parts[0]), operand(parts[1])))
        case "round":
            return _round(parts)
        case "substr":
            return _slice(parts)
        case "once":
            _require(name, parts, 1, 1)
            return parts[0] if isinstance(parts[0], Calc | Ref) else _refuse(name)
    return _refuse(name)


def _refuse(name: str) -> Node:
    raise NotUnderstood(f"the function {name}() is not supported")


def _if(parts: Sequence[Node]) -> Node:
    _require("if", parts, 3, 3)
    when, then, otherwise = condition(parts[0]), parts[1], parts[2]
    if is_condition(then) and is_condition(otherwise):
        yes: Condition = Joined("and", (when, condition(then)))
        return Joined("or", (yes, Joined("and", (Not(when), condition(otherwise)))))
    return Calc("if", (when, operand(then), operand(otherwise)))


def _round(parts: Sequence[Node]) -> Node:
    _require("round", parts, 1, 2)
    value = operand(parts[0])
    if len(parts) == 1:
        return Calc("round", (value,))
    places = _whole(parts[1], DECIMALS)
    scale = Literal(10**places)
    return Calc("over", (Calc("round", (Calc("times", (value, scale)),)), scale))


def _slice(parts: Sequence[Node]) -> Node:
    _require("substr", parts, 2, 3)
    end = _whole(parts[2], 10_000) if len(parts) == 3 else 10_000
    return Calc("slice", (operand(parts[0]), Literal(_whole(parts[1], 10_000)), Literal(end)))


def _whole(node: Node, most: int) -> int:
    if isinstance(node, Literal) and isinstance(node.value, int) and 0 <= node.value <= most:
        return node.value
    raise NotUnderstood(f"only a number from 0 to {most} is supported there")


def _require(name: str, parts: Sequence[Node], least: int, most: int) -> None:
    if not least <= len(parts) <= most:
        raise NotUnderstood(f"{name}() has the wrong number of arguments")
