"""Parses the subset of XPath that XLSForms use into a syntax tree. It does not resolve names.

It refuses with a sentence whatever `expressions.py` does not support: arithmetic other than +, and most functions.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

LONGEST, DEEPEST = 2000, 40
TOKEN = re.compile(
    r"\s*(?:(?P<field>\$\{[^{}]*\})|(?P<text>\"[^\"]*\"|'[^']*')|(?P<number>[0-9]+(?:\.[0-9]+)?)"
    r"|(?P<sign><=|>=|!=|[=<>+*(),.\-/|\[\]])|(?P<name>[A-Za-z_][A-Za-z0-9_-]*))"
)
FIELD = re.compile(r"\$\{\s*([^\s{}]*)\s*\}")
QUOTES = str.maketrans({"‘": "'", "’": "'", "“": '"', "”": '"'})
COMPARISONS = ("=", "!=", "<", "<=", ">", ">=")


class NotUnderstood(ValueError):
    """An expression that cannot be used; its text is the sentence for its author."""


@dataclass(frozen=True)
class Ref:
    """${name}; the dot, the field itself, has the name that the caller gave."""

    name: str


@dataclass(frozen=True)
class Literal:
    value: int | str


@dataclass(frozen=True)
class Today:
    """today()"""


@dataclass(frozen=True)
class Sum:
    names: tuple[str, ...]


@dataclass(frozen=True)
class Count:
    name: str
    kind: str  # multi: of its codes; repeat: of its rows


@dataclass(frozen=True)
class Truth:
    value: bool


@dataclass(frozen=True)
class Compare:
    sign: str
    left: Operand
    right: Operand


@dataclass(frozen=True)
class Selected:
    name: str
    code: str


@dataclass(frozen=True)
class Not:
    part: Condition


@dataclass(frozen=True)
class Joined:
    word: str  # and, or
    parts: tuple[Condition, ...]


Operand = Ref | Literal | Today | Sum | Count
Condition = Truth | Compare | Selected | Not | Joined
CONDITIONS = (Truth, Compare, Selected, Not, Joined)
Node = Operand | Condition


def parse(text: str, *, itself: str | None = None) -> Condition:
    """The condition that `text` says. `itself` is the field that a dot means. Raises `NotUnderstood`."""
    reader = _Reader(_tokens(text.translate(QUOTES)), itself)
    found = reader.disjunction()
    reader.require_end()
    return _condition(found)


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


def _condition(node: Node) -> Condition:
    if not isinstance(node, CONDITIONS):
        raise NotUnderstood("a condition is needed, such as ${field} = 'code'; this is only a value")
    return node


def _operand(node: Node) -> Operand:
    if isinstance(node, CONDITIONS):
        raise NotUnderstood("a condition is compared with something; only values can be")
    return node


class _Reader:
    """Recursive descent: or, and, comparison, sum, what stands alone."""

    def __init__(self, tokens: list[tuple[str, str]], itself: str | None) -> None:
        self.tokens, self.at, self.depth, self.itself = tokens, 0, 0, itself

    def disjunction(self) -> Node:
        self.depth += 1
        if self.depth > DEEPEST:
            raise NotUnderstood("there are too many brackets in each other")
        parts = [self._conjunction()]
        while self._take("name", "or"):
            parts.append(self._conjunction())
        self.depth -= 1
        return parts[0] if len(parts) == 1 else Joined("or", tuple(map(_condition, parts)))

    def require_end(self) -> None:
        if self.at < len(self.tokens):
            raise NotUnderstood(f"{self.tokens[self.at][1]!r} is not expected there")

    def _conjunction(self) -> Node:
        parts = [self._comparison()]
        while self._take("name", "and"):
            parts.append(self._comparison())
        return parts[0] if len(parts) == 1 else Joined("and", tuple(map(_condition, parts)))

    def _comparison(self) -> Node:
        left = self._sum()
        kind, sign = self._next()
        if kind != "sign" or sign not in COMPARISONS:
            return left
        self.at += 1
        return Compare(sign, _operand(left), _operand(self._sum()))

    def _sum(self) -> Node:
        parts = [self._alone()]
        while self._take("sign", "+"):
            parts.append(self._alone())
        self._refuse_arithmetic()
        if len(parts) == 1:
            return parts[0]
        if not all(isinstance(part, Ref) for part in parts):
            raise NotUnderstood("only fields can be added up: ${a} + ${b}")
        return Sum(tuple(part.name for part in parts if isinstance(part, Ref)))

    def _refuse_arithmetic(self) -> None:
        kind, word = self._next()
        if (kind == "sign" and word in "-*/|[") or (kind == "name" and word in ("div", "mod")):
            raise NotUnderstood(f"{word!r} cannot be calculated here; only sums with + can")

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
                return Literal(_whole(word))
            case "name":
                return self._call(word)
        if word == "(":
            inner = self.disjunction()
            self._require(")")
            return inner
        if word == ".":
            return self._itself()
        if word == "-":
            raise NotUnderstood("numbers below 0 cannot be answered and need no comparison")
        raise NotUnderstood("the expression ends too early" if kind == "end" else f"{word!r} is not expected there")

    def _itself(self) -> Ref:
        if self.itself is None:
            raise NotUnderstood("the dot means the field itself and stands in the column constraint only")
        return Ref(self.itself)

    def _call(self, name: str) -> Node:
        self._require_call(name)
        match name:
            case "not":
                node: Node = Not(_condition(self.disjunction()))
            case "selected":
                node = self._selected()
            case "count-selected":
                node = Count(self._referred(name), "multi")
            case "count":
                node = Count(self._referred(name), "repeat")
            case "date":
                node = Literal(self._quoted("date"))
            case "today":
                node = Today()
            case "true" | "false":
                node = Truth(name == "true")
            case _:
                raise NotUnderstood(f"the function {name}() is not supported")
        self._require(")")
        return node

    def _require_call(self, name: str) -> None:
        if not self._take("sign", "("):
            raise NotUnderstood(f"{name!r} is not understood; a field is written ${{{name}}} and a code '{name}'")

    def _selected(self) -> Selected:
        which = self._referred("selected")
        self._require(",")
        return Selected(which, self._quoted("selected"))

    def _referred(self, name: str) -> str:
        which = self._alone()
        if not isinstance(which, Ref):
            raise NotUnderstood(f"{name}() asks about a field, such as ${{field}}")
        return which.name

    def _quoted(self, name: str) -> str:
        kind, word = self._next()
        if kind != "text":
            raise NotUnderstood(f"{name}() needs a text in quotation marks")
        self.at += 1
        return word[1:-1]

    def _next(self) -> tuple[str, str]:
        return self.tokens[self.at] if self.at < len(self.tokens) else ("end", "")

    def _take(self, kind: str, word: str) -> bool:
        taken = self._next() == (kind, word)
        self.at += taken
        return taken

    def _require(self, sign: str) -> None:
        if not self._take("sign", sign):
            raise NotUnderstood(f"a {sign!r} is missing")


def _whole(word: str) -> int:
    if "." in word or len(word) > 7:
        raise NotUnderstood(f"{word} is no whole number from 0 to 1000000")
    return int(word)
