"""Compiles a parsed expression to a tree of `expressions.py`: resolves names and checks types.

A missing value never makes an answer impossible: the `denial` of a comparison needs both of its sides.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from testimony.questionnaire.xlsform.syntax import (
    Compare,
    Condition,
    Count,
    Joined,
    Literal,
    Not,
    NotUnderstood,
    Operand,
    Ref,
    Selected,
    Sum,
    Today,
    Truth,
)

Tree = Any  # JSON
SIGNS = {"<": "lt", "<=": "le", ">": "gt", ">=": "ge"}
OPPOSITE = {"lt": "ge", "le": "gt", "gt": "le", "ge": "lt"}
DATE = re.compile(r"[0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2})?)?")


@dataclass(frozen=True)
class Asked:
    """A field that an expression may name: its kind (int, date, text, select, multi, repeat), the codes of its list."""

    kind: str
    codes: frozenset[str] = frozenset()


class Meaning:
    """Knows the fields asked so far, by name."""

    def __init__(self, asked: Mapping[str, Asked]) -> None:
        self.asked = asked

    def truth(self, node: Condition) -> Tree:
        """When `node` is true. Raises `NotUnderstood`."""
        match node:
            case Truth(value):
                return value
            case Not(part):
                return ["not", self.truth(part)]
            case Joined(word, parts):
                return [word, *(self.truth(part) for part in parts)]
        literal, positive = self._literal(node)
        return literal if positive else ["not", literal]

    def denial(self, node: Condition) -> Tree:
        """When what is known contradicts `node`; an answer that is missing contradicts nothing."""
        match node:
            case Truth(value):
                return not value
            case Not(part):
                return self._assertion(part)
            case Joined(word, parts):
                return [_other(word), *(self.denial(part) for part in parts)]
        literal, positive = self._literal(node)
        return _contradicting(literal) if positive else literal

    def _assertion(self, node: Condition) -> Tree:
        """When what is known makes `node` true: the denial of its denial."""
        match node:
            case Truth(value):
                return value
            case Not(part):
                return self.denial(part)
            case Joined(word, parts):
                return [word, *(self._assertion(part) for part in parts)]
        literal, positive = self._literal(node)
        return literal if positive else _contradicting(literal)

    def _literal(self, node: Condition) -> tuple[Tree, bool]:
        """A test of `expressions.py`, and whether it or its opposite is meant."""
        if isinstance(node, Selected):
            return self._has(node.name, node.code), True
        if not isinstance(node, Compare):
            raise NotUnderstood("this is not understood")
        left, right, sign = node.left, node.right, node.sign
        if isinstance(left, Literal | Today) and not isinstance(right, Literal | Today):
            left, right = right, left
            sign = sign.translate(str.maketrans("<>", "><"))
        if isinstance(left, Ref) and self._field(left.name).kind in ("select", "multi"):
            return self._choice(left.name, sign, right)
        if isinstance(left, Ref) and right == Literal("") and sign in ("=", "!="):
            return ["answered", left.name], sign == "!="
        operands = [self._operand(one) for one in (left, right)]
        self._require_one_kind(left, right, sign)
        if sign in SIGNS:
            return [SIGNS[sign], *operands], True
        return ["eq", *operands], sign == "="

    def _choice(self, name: str, sign: str, right: Operand) -> tuple[Tree, bool]:
        if sign not in ("=", "!=") or not isinstance(right, Literal):
            raise NotUnderstood(f"${{{name}}} is a choice: compare it with a code, ${{{name}}} = 'code'")
        if right.value == "":
            return ["answered", name], sign == "!="
        if self._field(name).kind == "multi":
            raise NotUnderstood(f"${{{name}}} can hold several codes: write selected(${{{name}}}, '{right.value}')")
        return self._has(name, str(right.value)), sign == "="

    def _has(self, name: str, code: str) -> Tree:
        field = self._field(name)
        if field.kind not in ("select", "multi"):
            raise NotUnderstood(f"${{{name}}} is no choice")
        if code not in field.codes:
            raise NotUnderstood(f"{code!r} is no code of the list of ${{{name}}}")
        return ["has", name, code]

    def _operand(self, operand: Operand) -> Tree:
        match operand:
            case Ref(name):
                if self._field(name).kind == "repeat":
                    raise NotUnderstood(f"${{{name}}} is a repeat; only count(${{{name}}}) can be asked of it")
                return ["of", name]
            case Sum(names):
                if any(self._field(name).kind != "int" for name in names):
                    raise NotUnderstood("only whole numbers can be added up")
                return ["sum", *names]
            case Count(name, kind):
                if self._field(name).kind != kind:
                    what = "a select_multiple" if kind == "multi" else "a repeat"
                    raise NotUnderstood(f"${{{name}}} is not {what}, so it cannot be counted like this")
                return ["count", name]
            case Today():
                return ["today"]
            case Literal(value):
                return value
        raise NotUnderstood("this is not understood")

    def _require_one_kind(self, left: Operand, right: Operand, sign: str) -> None:
        kinds = {self._kind(left), self._kind(right)}
        dated = "date" in kinds and isinstance(right, Literal) and DATE.fullmatch(str(right.value)) is not None
        if len(kinds) > 1 and not dated:
            raise NotUnderstood("the two sides are of different kinds: numbers, dates and texts do not compare")
        if kinds == {"text"} and sign not in ("=", "!="):
            raise NotUnderstood("texts can be compared with = and != only")
        if isinstance(right, Literal) and isinstance(right.value, str) and not right.value.isascii():
            raise NotUnderstood("texts are compared in plain Latin letters only")

    def _kind(self, operand: Operand) -> str:
        match operand:
            case Ref(name):
                return self._field(name).kind
            case Sum() | Count():
                return "int"
            case Today():
                return "date"
        return "int" if isinstance(operand.value, int) else "text"

    def _field(self, name: str) -> Asked:
        if name not in self.asked:
            raise NotUnderstood(f"no question before this one has the name {name!r}")
        return self.asked[name]


def _contradicting(literal: Tree) -> Tree:
    name, first, *rest = literal
    if name == "has":
        return ["and", ["answered", first], ["not", literal]]
    if name == "answered":
        return ["not", literal]
    if name == "eq":
        return ["or", ["lt", first, *rest], ["gt", first, *rest]]
    return [OPPOSITE[name], first, *rest]


def _other(word: str) -> str:
    return "or" if word == "and" else "and"


def both(left: Tree, right: Tree) -> Tree:
    """When both are true."""
    parts = [part for part in (left, right) if part is not True]
    return True if not parts else parts[0] if len(parts) == 1 else ["and", *parts]
