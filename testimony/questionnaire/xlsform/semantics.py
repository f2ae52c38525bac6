"""Compiles a parsed expression to a tree of `expressions.py`: resolves names and checks types.

A missing value never makes an answer impossible: the `denial` of a comparison needs both of its sides.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from testimony.questionnaire import patterns
from testimony.questionnaire.xlsform.nodes import (
    CONDITIONS,
    Calc,
    Check,
    Compare,
    Condition,
    Count,
    Joined,
    Literal,
    Node,
    Not,
    NotUnderstood,
    Operand,
    Ref,
    Selected,
    Sum,
    Today,
    Truth,
    condition,
)

Tree = Any  # JSON
SIGNS = {"<": "lt", "<=": "le", ">": "gt", ">=": "ge"}
OPPOSITE = {"lt": "ge", "le": "gt", "gt": "le", "ge": "lt"}
DATE = re.compile(r"[0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2})?)?")


@dataclass(frozen=True)
class Asked:
    """A field that an expression may name: its kind, as in `outline.Question`, and the codes of its list."""

    kind: str
    codes: frozenset[str] = frozenset()
    tree: Tree = None  # of a calculation: what it says; `kind` is int, date or text
    pieces: frozenset[str] = frozenset()  # of a repeat: its numbers


class Meaning:
    """Knows the fields asked so far, by name."""

    def __init__(self, asked: Mapping[str, Asked], *, codes_known: bool = True) -> None:
        """`codes_known`: whether a code that its list does not have is an error; else no answer is that code."""
        self.asked, self.codes_known = asked, codes_known

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
            if isinstance(node.code, Ref):
                self._require_choice(node.name)
                return ["holds", node.name, self._operand(node.code)], True
            return self._has(node.name, node.code), True
        if isinstance(node, Check):
            return self._check(node), True
        if not isinstance(node, Compare):
            raise NotUnderstood("this is not understood")
        left, right, sign = node.left, node.right, node.sign
        if isinstance(left, Literal | Today) and not isinstance(right, Literal | Today):
            left, right = right, left
            sign = sign.translate(str.maketrans("<>", "><"))
        if isinstance(left, Ref) and isinstance(right, Ref) and self._are_codes(left, right) and sign in ("=", "!="):
            return ["eq", self._operand(left), self._operand(right)], sign == "="
        if isinstance(left, Ref) and self._field(left.name).kind in ("select", "multi"):
            return self._choice(left.name, sign, right)
        if (
            isinstance(left, Ref)
            and right == Literal("")
            and sign in ("=", "!=")
            and self._field(left.name).tree is None
        ):
            return ["answered", left.name], sign == "!="
        if not self.codes_known and Literal("") in (left, right):
            kinds = {self._kind(one) for one in (left, right)}
            if kinds != {"text"}:
                return (
                    False,
                    sign != "!=",
                )  # an empty cell is no number and no date: it compares with nothing, as in ODK
        left, right = self._alike(left, right)
        operands = [self._operand(one) for one in (left, right)]
        self._require_one_kind(left, right, sign)
        if sign in SIGNS:
            return [SIGNS[sign], *operands], True
        return ["eq", *operands], sign == "="

    def _are_codes(self, left: Ref, right: Ref) -> bool:
        """Whether both hold one code each, or one does and the other a text."""
        kinds = {self._kind(left), self._kind(right)}
        return "select" in kinds and kinds <= {"select", "text"}

    def _choice(self, name: str, sign: str, right: Operand) -> tuple[Tree, bool]:
        if sign not in ("=", "!=") or not isinstance(right, Literal):
            raise NotUnderstood(f"${{{name}}} is a choice: compare it with a code, ${{{name}}} = 'code'")
        if right.value == "":
            return ["answered", name], sign == "!="
        if self._field(name).kind == "multi":
            raise NotUnderstood(f"${{{name}}} can hold several codes: write selected(${{{name}}}, '{right.value}')")
        return self._has(name, str(right.value)), sign == "="

    def _require_choice(self, name: str) -> None:
        if self._field(name).kind not in ("select", "multi"):
            raise NotUnderstood(f"${{{name}}} is no choice")

    def _check(self, node: Check) -> Tree:
        said = self._text(node.left)
        if node.name != "matches":
            return [node.name, said, self._text(node.right)]
        if not isinstance(node.right, Literal) or not isinstance(node.right.value, str):
            raise NotUnderstood("regex() needs a pattern in quotation marks")
        try:
            return ["matches", said, patterns.plain(node.right.value)]
        except ValueError as error:
            raise NotUnderstood(str(error)) from error

    def _alike(self, left: Operand, right: Operand) -> tuple[Operand, Operand]:
        """A date and a number compare as days, a number in quotation marks is one, and so is one that was typed."""
        kinds = self._kind(left), self._kind(right)
        if set(kinds) == {"date", "int"}:
            left, right = (Calc("days", (one,)) if self._kind(one) == "date" else one for one in (left, right))
        elif set(kinds) == {"int", "text"}:
            left, right = (_as_number(one) if self._kind(one) == "text" else one for one in (left, right))
        return left, right

    def _has(self, name: str, code: str) -> Tree:
        self._require_choice(name)
        field = self._field(name)
        if code not in field.codes and not self.codes_known:
            return False
        if code not in field.codes:
            raise NotUnderstood.no_code(code, name)
        return ["has", name, code]

    def _operand(self, operand: Operand) -> Tree:
        match operand:
            case Ref(name):
                field = self._field(name)
                if field.tree is not None:
                    return field.tree
                if field.kind == "repeat":
                    raise NotUnderstood(f"${{{name}}} is a repeat; only count(${{{name}}}) can be asked of it")
                return ["decimal", ["of", name]] if field.kind == "decimal" else ["of", name]
            case Sum(names):
                fields = [self._field(name) for name in names]
                if all(field.kind == "int" and field.tree is None for field in fields):
                    return ["sum", *names]
                first, *others = (self._number(Ref(name)) for name in names)
                for other in others:
                    first = ["plus", first, other]
                return first
            case Count(name, kind):
                if self._field(name).kind != kind:
                    what = "a select_multiple" if kind == "multi" else "a repeat"
                    raise NotUnderstood(f"${{{name}}} is not {what}, so it cannot be counted like this")
                return ["count", name]
            case Today():
                return ["today"]
            case Literal(value):
                return value
            case Calc(word, parts):
                return self._calc(word, parts)
        raise NotUnderstood("this is not understood")

    def value(self, node: Node) -> tuple[Tree, str]:
        """What `node` says as an operand, and its kind. Raises `NotUnderstood`."""
        if isinstance(node, CONDITIONS):
            node = Calc("if", (node, Literal(1), Literal(0)))
        return self._operand(node), self._kind(node)

    def _calc(self, word: str, parts: tuple[Node, ...]) -> Tree:
        if word == "if":
            when, *others = parts
            return ["if", self.truth(condition(when)), *(self._operand(_value(one)) for one in others)]
        values = [*map(_value, parts)]
        if word == "total":
            return self._total(values[0])
        if word == "slice":
            return ["slice", self._text(values[0]), *(self._operand(one) for one in values[1:])]
        if word == "length":
            return ["length", self._text(values[0])]
        if word == "days":
            kind = self._kind(values[0])
            return self._operand(values[0]) if kind == "int" else ["days", self._operand(values[0])]
        if word == "day":
            kind = self._kind(values[0])
            return ["day", self._operand(values[0])] if kind == "int" else self._operand(values[0])
        if word == "number":
            return self._number(values[0])
        if word == "concat":
            return ["concat", *(self._part(one) for one in values)]
        if word == "coalesce":
            return ["coalesce", *map(self._operand, values)]
        return [word, *map(self._number, values)]

    def _total(self, value: Operand) -> Tree:
        if isinstance(value, Ref):
            repeats = [repeat for repeat, field in self.asked.items() if value.name in field.pieces]
            if len(repeats) > 1:
                raise NotUnderstood(f"several repeats have a question {value.name}; give each a name of its own")
            if repeats:
                return ["total", repeats[0], value.name]
            if self._kind(value) == "int":
                return self._operand(value)  # outside of a repeat it is there once
        raise NotUnderstood("sum() adds up numbers, such as sum(${age})")

    def _number(self, value: Operand) -> Tree:
        """`value` as a number; a date is its days."""
        kind = self._kind(value)
        if kind == "int":
            return self._operand(value)
        if kind == "date":
            return ["days", self._operand(value)]
        if kind in ("text", "select"):
            return ["number", self._operand(value)]
        raise NotUnderstood("only numbers and dates can be calculated with")

    def _text(self, value: Operand) -> Tree:
        return (
            self._operand(value) if self._kind(value) in ("text", "date", "select") else self._part(value, whole=True)
        )

    def _part(self, value: Operand, *, whole: bool = False) -> Tree:
        """`value` as a part of a text."""
        if self._kind(value) in ("multi", "repeat"):
            raise NotUnderstood("several answers at once are no text")
        return ["concat", self._operand(value)] if whole else self._operand(value)

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
                kind = self._field(name).kind
                return "int" if kind == "decimal" else kind
            case Sum() | Count():
                return "int"
            case Today():
                return "date"
            case Calc(word, parts):
                return self._kind_of_calc(word, parts)
        return "int" if isinstance(operand.value, int) else "text"

    def _kind_of_calc(self, word: str, parts: tuple[Node, ...]) -> str:
        if word in ("concat", "slice"):
            return "text"
        if word == "day":
            return "date"
        if word in ("if", "coalesce"):
            kinds = {self._kind(_value(one)) for one in parts[word == "if" :] if one != Literal("")}
            kinds = {"text" if kind == "select" else kind for kind in kinds}
            return kinds.pop() if len(kinds) == 1 else "text" if not kinds or "text" in kinds else "int"
        return "int"

    def _field(self, name: str) -> Asked:
        if name not in self.asked:
            raise NotUnderstood.unknown(name)
        return self.asked[name]


def _contradicting(literal: Tree) -> Tree:
    name, first, *rest = literal
    if name == "has":
        return ["and", ["answered", first], ["not", literal]]
    if name == "answered":
        return ["not", literal]
    if name == "holds":
        return ["and", ["answered", first], ["not", literal]]
    if name in ("begins", "contains", "matches"):
        return ["and", ["ge", ["length", first], 1], ["not", literal]]
    if name == "eq":
        return ["or", ["lt", first, *rest], ["gt", first, *rest]]
    return [OPPOSITE[name], first, *rest]


def _value(node: Node) -> Operand:
    if isinstance(node, CONDITIONS):
        raise NotUnderstood("a condition stands where a value is needed")
    return node


def _as_number(value: Operand) -> Operand:
    if isinstance(value, Literal):
        whole = re.fullmatch(r"-?[0-9]{1,12}", str(value.value))
        return Literal(int(str(value.value))) if whole else value
    return Calc("number", (value,))


def _other(word: str) -> str:
    return "or" if word == "and" else "and"


def both(left: Tree, right: Tree) -> Tree:
    """When both are true."""
    parts = [part for part in (left, right) if part is not True]
    return True if not parts else parts[0] if len(parts) == 1 else ["and", *parts]
