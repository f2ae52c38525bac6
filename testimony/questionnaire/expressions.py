"""The expression language for skip logic and constraints: JSON trees, compiled once into functions.

Twin of `interview/form/expressions.js`.

Truths:

    true | false | ["and", …] | ["or", …] | ["not", x] | ["answered", field] | ["missing", field] | ["stands", purpose]
    ["has", field, code, …]     the answer is, or holds, one of the codes
    ["holds", field, operand]   the answer is, or holds, what the operand says
    ["eq"|"lt"|"le"|"gt"|"ge", operand, operand]
    ["begins"|"contains", operand, operand]
    ["matches", operand, pattern]   the whole text is of the pattern (patterns.py)

Operands:

    integer | "text" | ["of", field] | ["sum", field, …] | ["today"]
    ["count", field]            how many codes or rows the answer has
    ["rows", repeat, truth]     in how many rows of a repeat the truth holds; it sees the pieces of that row alone
    ["pairs", repeat, truth]    of how many neighbouring rows; the pieces of the second are called `next.PIECE`
    ["first"|"last", repeat, piece] | ["total", repeat, piece]
    ["length", operand] | ["slice", operand, from, to] | ["number", operand]
    ["decimal", operand]        the number that the answer of a decimal question writes
    ["plus"|"minus"|"times"|"over"|"mod", operand, operand]
    ["floor"|"ceil"|"trunc"|"round", operand]
    ["min"|"max", operand, …]   of the numbers that are there
    ["if", truth, operand, operand] | ["coalesce", operand, operand]
    ["concat", operand, …]      a text; what is missing adds nothing
    ["days", operand] | ["day", operand]    the number of a date, and the date of a number

An operand without a value is missing; a comparison is false unless both sides are there and of one kind (two numbers
or two ASCII texts). A sum counts what is missing as 0, and is itself missing when nothing is there. Dates compare as
ISO text: "2022" precedes "2022-02".
"""

from __future__ import annotations

import itertools
import operator
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeGuard

from testimony.answer import Answers, read
from testimony.questionnaire import operands, patterns
from testimony.questionnaire.operands import LARGEST, Number, Value

OF_A_FIELD = frozenset(
    ("answered", "count", "first", "has", "last", "missing", "of", "pairs", "rows", "total")
)  # what names one field first, and else only codes or pieces
DIGITS = re.compile(r"[0-9]{1,9}")
Operand = Value


@dataclass(frozen=True)
class Scope:
    """What an expression looks at."""

    answers: Answers
    purposes: Collection[str] = ()
    today: str = ""  # an ISO date

    def value(self, field: str) -> Any:
        return read(self.answers.get(field)).get("value")

    def beside(self, pieces: Mapping[str, Any]) -> Scope:
        """With the pieces of a row among the answers."""
        return Scope({**self.answers, **self.of_row(pieces).answers}, self.purposes, self.today)

    def of_row(self, pieces: Mapping[str, Any]) -> Scope:
        return Scope({name: {"value": value} for name, value in pieces.items()}, self.purposes, self.today)


Truth = Callable[[Scope], bool]
Reading = Callable[[Scope], Operand]
COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "eq": operator.eq,
    "lt": operator.lt,
    "le": operator.le,
    "gt": operator.gt,
    "ge": operator.ge,
}
TEXTS: dict[str, Callable[[str, str], bool]] = {"begins": str.startswith, "contains": operator.contains}
SUMS: dict[str, Callable[[Number, Number], Number | None]] = {
    "plus": operator.add,
    "minus": operator.sub,
    "times": operator.mul,
    "over": operands.over,
    "mod": operands.remainder,
}


def evaluate(tree: Any, answers: Answers, purposes: Collection[str] = (), today: str = "") -> bool:
    """The truth of `tree`. `purposes` are those that stand. Raises ValueError as `compiled` does."""
    return compiled(tree)(Scope(answers, purposes, today))


def compiled(tree: Any) -> Truth:
    """`tree` as a function. Raises ValueError for what is not of the language: a form with it must not be loaded."""
    if isinstance(tree, bool):
        return lambda scope: tree
    match tree:
        case ["and" | "or" as name, *parts]:
            truths = [compiled(part) for part in parts]
            together = all if name == "and" else any
            return lambda scope: together(truth(scope) for truth in truths)
        case ["not", part]:
            truth = compiled(part)
            return lambda scope: not truth(scope)
        case ["answered", str(field)]:
            return lambda scope: scope.value(field) is not None
        case ["missing", str(field)]:
            return lambda scope: "missing" in read(scope.answers.get(field))
        case ["stands", str(purpose)]:
            return lambda scope: purpose in scope.purposes
        case ["has", str(field), *codes]:
            return lambda scope: any(_same(one, code) for one in entries(scope.value(field)) for code in codes)
        case ["holds", str(field), operand]:
            wanted = reading(operand)
            return lambda scope: any(_same(one, wanted(scope)) for one in entries(scope.value(field)))
        case [str(name), left, right] if name in COMPARISONS or name in TEXTS:
            return _comparison(name, reading(left), reading(right))
        case ["matches", operand, str(pattern)] if patterns.plain(pattern) == pattern:
            said, exact = reading(operand), re.compile(pattern)
            return lambda scope: operands.matches(said(scope), exact)
    raise ValueError(f"not an expression: {tree!r}")


def _comparison(name: str, left: Reading, right: Reading) -> Truth:
    compare: Callable[[Any, Any], bool] = COMPARISONS.get(name) or TEXTS[name]

    def truth(scope: Scope) -> bool:
        a, b = left(scope), right(scope)
        if (
            a is None
            or b is None
            or isinstance(a, str) != isinstance(b, str)
            or (name in TEXTS and not isinstance(a, str))
        ):
            return False
        return compare(a, b)

    return truth


def reading(operand: Any) -> Reading:
    """`operand` as a function: what it says, None where that is missing. Raises ValueError."""
    match operand:
        case int() | str() if not isinstance(operand, bool):
            return lambda scope: operand
        case ["of", str(field)]:
            return lambda scope: _plain(scope.value(field))
        case ["sum", *fields] if all(isinstance(field, str) for field in fields):
            return lambda scope: _sum(scope.value(field) for field in fields)
        case ["today"]:
            return lambda scope: scope.today or None
        case ["count", str(field)]:
            return lambda scope: len(value) if isinstance(value := scope.value(field), list) else None
        case ["rows" | "pairs" as name, str(field), tree]:
            return _counting(field, compiled(tree), _rows if name == "rows" else _pairs)
        case ["first" | "last" as name, str(field), str(piece)]:
            return _from_row(field, piece, 0 if name == "first" else -1)
        case ["total", str(field), str(piece)]:
            return lambda scope: operands.added(row.get(piece) for row in _rows(scope.value(field)) or ())
        case ["length", part]:
            text = reading(part)
            return lambda scope: len(said) if isinstance(said := text(scope), str) else None
        case ["slice", part, int(start), int(end)] if _is_place(start) and _is_place(end):
            text = reading(part)
            return lambda scope: said[start:end] if isinstance(said := text(scope), str) else None
        case ["number", part]:
            text = reading(part)
            return lambda scope: _number(text(scope))
        case ["decimal", part]:
            text = reading(part)
            return lambda scope: operands.decimal(text(scope))
        case [str(name), left, right] if name in SUMS:
            return _arithmetic(SUMS[name], reading(left), reading(right))
        case [str(name), *parts]:
            return _calculation(name, parts)
    raise ValueError(f"not an operand: {operand!r}")


def _calculation(name: str, parts: list[Any]) -> Reading:
    match name, parts:
        case (("floor" | "ceil" | "trunc" | "round"), [part]):
            return _of_number(operands.ROUNDINGS[name], reading(part))
        case (("days" | "day"), [part]):
            value, convert = reading(part), operands.days if name == "days" else operands.day
            return lambda scope: convert(value(scope))
        case (("min" | "max"), [_, *_]):
            values, choose = [reading(part) for part in parts], min if name == "min" else max
            return lambda scope: choose((one for value in values if _is_number(one := value(scope))), default=None)
        case "if", [truth, then, otherwise]:
            holds, yes, no = compiled(truth), reading(then), reading(otherwise)
            return lambda scope: yes(scope) if holds(scope) else no(scope)
        case "coalesce", [first, second]:
            one, other = reading(first), reading(second)
            return lambda scope: other(scope) if (said := one(scope)) is None else said
        case "concat", [*_]:
            texts = [reading(part) for part in parts]
            return lambda scope: "".join(operands.written(text(scope)) for text in texts)
    raise ValueError(f"not an operand: {[name, *parts]!r}")


def _of_number(act: Callable[[Number], Number], value: Reading) -> Reading:
    def result(scope: Scope) -> Operand:
        said = value(scope)
        return operands.number(act(said)) if _is_number(said) else None

    return result


def _counting(
    field: str, truth: Truth, choose: Callable[[Any], Sequence[Mapping[str, Any]] | None]
) -> Callable[[Scope], int | None]:
    def count(scope: Scope) -> int | None:
        rows = choose(scope.value(field))
        return None if rows is None else sum(truth(scope.of_row(row)) for row in rows)

    return count


def _from_row(field: str, piece: str, at: int) -> Reading:
    def value_in_row(scope: Scope) -> Operand:
        rows = _rows(scope.value(field))
        return _plain(read({"value": rows[at].get(piece)}).get("value")) if rows else None

    return value_in_row


def _rows(value: Any) -> list[Mapping[str, Any]] | None:
    return [row for row in value if isinstance(row, Mapping)] if isinstance(value, list) else None


def _pairs(value: Any) -> list[Mapping[str, Any]] | None:
    rows = _rows(value)
    if rows is None:
        return None
    return [
        {**row, **{f"next.{piece}": said for piece, said in following.items()}}
        for row, following in itertools.pairwise(rows)
    ]


def _arithmetic(act: Callable[[Number, Number], Number | None], left: Reading, right: Reading) -> Reading:
    def result(scope: Scope) -> Operand:
        a, b = left(scope), right(scope)
        if not _is_number(a) or not _is_number(b):
            return None
        value = act(a, b)
        return None if value is None else operands.number(value)

    return result


def _sum(values: Iterable[Any]) -> Operand:
    numbers = [value for value in values if _is_integer(value)]
    return _plain(sum(numbers)) if numbers else None


def _number(said: Operand) -> Operand:
    return int(said) if isinstance(said, str) and DIGITS.fullmatch(said) else _integer(said)


def _integer(said: Operand) -> int | None:
    return said if isinstance(said, int) else None


def _plain(value: Any) -> Operand:
    """`value` where an operand can be it: a text or an integer that is not too large."""
    if isinstance(value, str):
        return value
    return value if _is_integer(value) and abs(value) <= LARGEST else None


def _is_number(value: Operand) -> TypeGuard[Number]:
    return operands.is_number(value)


def _is_integer(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_place(value: Any) -> bool:
    return _is_integer(value) and 0 <= value <= 10_000


def entries(value: Any) -> Iterable[Any]:
    return value if isinstance(value, list) else [value]


def _same(one: Any, other: Any) -> bool:
    return one is not None and type(one) is type(other) and bool(one == other)


def fields_of(tree: Any) -> set[str]:
    """The fields that an expression or operand looks at; the pieces of rows are no fields."""
    match tree:
        case [str(name), field, *_] if name in OF_A_FIELD:
            return {field}
        case ["holds", field, operand]:
            return {field} | fields_of(operand)
        case ["sum", *fields]:
            return set(fields)
        case [str(), *parts]:
            return set[str]().union(*(fields_of(part) for part in parts))
    return set()
