"""The parts of a parsed expression."""

from __future__ import annotations

from dataclasses import dataclass

NO_SUCH = "no question that stands before this one and can be used here has the name"
NO_CODE = "is no code of the list"
LAST_SAVED = "values of the last saved form (last-saved) are not supported"


class NotUnderstood(ValueError):
    """An expression that cannot be used; its text is the sentence for its author."""

    @classmethod
    def unknown(cls, name: str) -> NotUnderstood:
        """Of a name that no question has, or one that cannot be used there."""
        return cls(LAST_SAVED if is_last_saved(name) else f"{NO_SUCH} {name!r}")

    @classmethod
    def no_code(cls, code: str, name: str = "") -> NotUnderstood:
        """Of a code that the list of the question `name` does not have; "" for the question itself."""
        return cls(f"{code!r} {NO_CODE}{f' of ${{{name}}}' if name else ''}")


def is_last_saved(name: str) -> bool:
    """Whether `${name}` is an answer that the same device gave in the form before."""
    return name.startswith("last-saved#")


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
class Calc:
    """A value made of others: an operator or a function by its name in `expressions.py`."""

    name: str
    parts: tuple[Node, ...]


@dataclass(frozen=True)
class Check:
    """begins, contains or matches."""

    name: str
    left: Operand
    right: Operand


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
    code: str | Ref


@dataclass(frozen=True)
class Not:
    part: Condition


@dataclass(frozen=True)
class Joined:
    word: str  # and, or
    parts: tuple[Condition, ...]


Operand = Ref | Literal | Today | Sum | Count | Calc
Condition = Truth | Compare | Selected | Check | Not | Joined
CONDITIONS = (Truth, Compare, Selected, Check, Not, Joined)
Node = Operand | Condition


def condition(node: Node) -> Condition:
    if not isinstance(node, CONDITIONS):
        raise NotUnderstood("a condition is needed, such as ${field} = 'code'; this is only a value")
    return node


def operand(node: Node) -> Operand:
    if isinstance(node, CONDITIONS):
        raise NotUnderstood("a condition is compared with something; only values can be")
    return node


def is_condition(node: Node) -> bool:
    return isinstance(node, CONDITIONS)
