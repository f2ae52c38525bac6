"""Parses the subset of XPath that XLSForms use into a syntax tree. It does not resolve names.

It refuses with a sentence whatever `expressions.py` does not support. functions.py has the functions.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from testimony.questionnaire.xlsform.functions import called
from testimony.questionnaire.xlsform.nodes import (
    Calc,
    Compare,
    Condition,
    Count,
    Joined,
    Literal,
    Node,
    Not,
    NotUnderstood,
    Ref,
    Selected,
    Sum,
    Today,
    Truth,
    condition,
    operand,
)

LONGEST, DEEPEST = 2000, 40
TOKEN = re.compile(
    r"\s*(?:(?P<field>\$\{[^{}]*\})|(?P<text>\"[^\"]*\"|'[^']*')|(?P<number>[0-9]+(?:\.[0-9]+)?)"
    r"|(?P<sign><=|>=|!=|[=<>+*(),.\-/|\[\]])|(?P<name>[A-Za-z_][A-Za-z0-9_-]*))"
)
FIELD = re.compile(r"\$\{\s*([^\s{}]*)\s*\}")
QUOTES = str.maketrans({"‘": "'", "’": "'", "“": '"', "”": '"'})
MOST_DIGITS = 12
PRODUCTS = {("sign", "*"): "times", ("name", "div"): "over", ("name", "mod"): "mod"}
COMPARISONS = ("=", "!=", "<", "<=", ">", ">=")
Columns = Mapping[str, str]
NO_COLUMNS: Columns = {}


def parse(text: str, *, itself: str | None = None, columns: Columns = NO_COLUMNS) -> Condition:
    """The condition that `text` says. Raises `NotUnderstood`.

    `itself`: the field that a dot means. `columns`: what the names of columns mean in a choice_filter, for one choice.
    """
    reader = _Reader(_tokens(text.translate(QUOTES)), itself, columns)
    found = reader.disjunction()
    reader.require_end()
    return condition(found)


def parse_value(text: str) -> Node:
    """What `text` calculates, a value or a condition. Raises `NotUnderstood`."""
    reader = _Reader(_tokens(text.translate(QUOTES)), None, NO_COLUMNS)
    found = reader.disjunction()
    reader.require_end()
    return found


def names_in(text: str) -> frozenset[str]:
    """The names in `text` that are no fields: of functions, operators, and columns. Raises `NotUnderstood`."""
    return frozenset(word for kind, word in _tokens(text.translate(QUOTES)) if kind == "name")


def _tokens(text: str) -> list[tuple[str, str]]:
    if len(text) > LONGEST:
        raise NotUnderstood("the expression is too long")
    found, at = [], 0
    text = text.rstrip()
    while at < len(text):
        match = TOKEN.match(text, at)
        if match is None:
            raise NotUnderstood(f"the sign {text[at:].lstrip()[0]!r} is not understood")
        found.append((str(match.lastgroup), match[match.lastgroup or 0]))
        at = match.end()
    if not found:
        raise NotUnderstood("the expression is empty")
    return found


class _Reader:
    """Recursive descent: or, and, comparison, sum, what stands alone."""

    def __init__(self, tokens: list[tuple[str, str]], itself: str | None, columns: Columns) -> None:
        self.tokens, self.at, self.depth, self.itself, self.columns = tokens, 0, 0, itself, columns

    def disjunction(self) -> Node:
        self.depth += 1
        if self.depth > DEEPEST:
            raise NotUnderstood("there are too many brackets in each other")
        parts = [self._conjunction()]
        while self._take("name", "or"):
            parts.append(self._conjunction())
        self.depth -= 1
        return parts[0] if len(parts) == 1 else Joined("or", tuple(map(condition, parts)))

    def require_end(self) -> None:
        if self.at < len(self.tokens):
            raise NotUnderstood(f"{self.tokens[self.at][1]!r} is not expected there")

    def _conjunction(self) -> Node:
        parts = [self._comparison()]
        while self._take("name", "and"):
            parts.append(self._comparison())
        return parts[0] if len(parts) == 1 else Joined("and", tuple(map(condition, parts)))

    def _comparison(self) -> Node:
        left = self._sum()
        kind, sign = self._next()
        if kind != "sign" or sign not in COMPARISONS:
            return left
        self.at += 1
        return Compare(sign, operand(left), operand(self._sum()))

    def _sum(self) -> Node:
        left = self._product()
        added = [left]
        while (sign := self._next()) in (("sign", "+"), ("sign", "-")):
            self.at += 1
            right = self._product()
            added.append(right)
            left = Calc("plus" if sign[1] == "+" else "minus", (operand(left), operand(right)))
        if len(added) > 1 and _is_sum(left):
            return Sum(tuple(part.name for part in added if isinstance(part, Ref)))
        return left

    def _product(self) -> Node:
        left = self._alone()
        while (token := self._next()) in PRODUCTS:
            self.at += 1
            left = Calc(PRODUCTS[token], (operand(left), operand(self._alone())))
        if token[1] in ("|", "[", "/"):
            raise NotUnderstood(f"{token[1]!r} is not understood: paths are not supported, only ${{field}}")
        return left

    def _alone(self) -> Node:
        kind, word = self._next()
        self.at += 1
        match kind:
            case "field":
                name = FIELD.fullmatch(word)
                return Ref(name[1] if name else "")
            case "text":
                return Literal(word[1:-1])
            case "number":
                return _number(word)
            case "name" if word in self.columns and self._next() != ("sign", "("):
                return Literal(self.columns[word])
            case "name":
                return self._call(word)
        if word == "(":
            inner = self.disjunction()
            self._require(")")
            return inner
        if word == ".":
            return self._itself()
        if word == "-":
            below = operand(self._alone())
            negative = isinstance(below, Literal) and isinstance(below.value, int)
            return (
                Literal(-int(below.value))
                if negative and isinstance(below, Literal)
                else Calc("minus", (Literal(0), below))
            )
        raise NotUnderstood("the expression ends too early" if kind == "end" else f"{word!r} is not expected there")

    def _itself(self) -> Ref:
        if self.itself is None:
            raise NotUnderstood("the dot means the field itself and stands in the column constraint only")
        return Ref(self.itself)

    def _call(self, name: str) -> Node:
        self._require_call(name)
        match name.lower():
            case "not":
                node: Node = Not(condition(self.disjunction()))
            case "selected":
                node = self._selected()
            case "count-selected":
                node = Count(self._referred(name), "multi")
            case "count":
                node = Count(self._referred(name), "repeat")
            case "today":
                node = Today()
            case "true" | "false":
                node = Truth(name.lower() == "true")
            case _:
                return called(name.lower(), self._arguments())
        self._require(")")
        return node

    def _arguments(self) -> list[Node]:
        """Up to the closing bracket."""
        found: list[Node] = []
        while not self._take("sign", ")"):
            if found:
                self._require(",")
            found.append(self.disjunction())
        return found

    def _require_call(self, name: str) -> None:
        if not self._take("sign", "("):
            raise NotUnderstood(f"{name!r} is not understood; a field is written ${{{name}}} and a code '{name}'")

    def _selected(self) -> Selected:
        which = self._referred("selected")
        self._require(",")
        code = self._alone()
        if isinstance(code, Literal) and isinstance(code.value, str):
            return Selected(which, code.value)
        if isinstance(code, Ref):
            return Selected(which, code)
        raise NotUnderstood("selected() needs a code in quotation marks, or ${field}")

    def _referred(self, name: str) -> str:
        which = self._alone()
        if not isinstance(which, Ref):
            raise NotUnderstood(f"{name}() asks about a field, such as ${{field}}")
        return which.name

    def _next(self) -> tuple[str, str]:
        return self.tokens[self.at] if self.at < len(self.tokens) else ("end", "")

    def _take(self, kind: str, word: str) -> bool:
        taken = self._next() == (kind, word)
        self.at += taken
        return taken

    def _require(self, sign: str) -> None:
        if not self._take("sign", sign):
            raise NotUnderstood(f"a {sign!r} is missing")


def _number(word: str) -> Node:
    whole, _, places = word.partition(".")
    places = places.rstrip("0")
    if len(whole) + len(places) > MOST_DIGITS:
        raise NotUnderstood(f"{word} has more than {MOST_DIGITS} digits")
    if not places:
        return Literal(int(whole))
    return Calc("over", (Literal(int(whole + places)), Literal(10 ** len(places))))


def _is_sum(node: Node) -> bool:
    """Only fields and +: what is missing counts as 0 then, as in the sum of a group."""
    if isinstance(node, Calc):
        return node.name == "plus" and all(map(_is_sum, node.parts))
    return isinstance(node, Ref)
