"""Writes conditions of the form as the expressions of an XLSForm: the way back from xlsform/logic.py."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from testimony.questionnaire.conditions import FOR_LAWYERS
from testimony.questionnaire.form import Tree

SIGNS = {"eq": "=", "lt": "<", "le": "<=", "gt": ">", "ge": ">="}
OPPOSITE = {"lt": ">=", "le": ">", "gt": "<=", "ge": "<"}


def relevant(tree: Tree) -> str:
    """When a question is asked, for the column `relevant`; empty for always. Raises ValueError.

    The consent that questions of `identity` need is left out: the compiler adds it to each.
    """
    parts = tree[1:] if isinstance(tree, list) and tree[0] == "and" else [tree]
    own = [part for part in parts if part is not True and part != FOR_LAWYERS]
    return _joined("and", own) if own else ""


def constraint(wrong: Iterable[Tree], itself: str) -> str:
    """For the column `constraint` of the question `itself`: none of `wrong` is true. Raises ValueError."""
    return " and ".join(_denied(tree, itself) for tree in wrong)


def _denied(tree: Tree, itself: str) -> str:
    match tree:
        case [str(name), left, right] if name in OPPOSITE:
            return f"{_operand(left, itself)} {OPPOSITE[name]} {_operand(right, itself)}"
    return f"not({_truth(tree, itself)})"


def _joined(word: str, parts: list[Tree], itself: str | None = None) -> str:
    """The parts with `word` between them. A part of several others stands in brackets."""
    if len(parts) == 1:
        return _truth(parts[0], itself)
    return f" {word} ".join(f"({_truth(part, itself)})" if _is_joined(part) else _truth(part, itself) for part in parts)


def _is_joined(tree: Tree) -> bool:
    match tree:
        case ["and" | "or", _, _, *_]:
            return True
        case ["has", _, _, _, *_]:
            return True
    return False


def _truth(tree: Tree, itself: str | None = None) -> str:
    match tree:
        case True | False:
            return "true()" if tree else "false()"
        case ["and" | "or" as word, *parts]:
            return _joined(word, parts, itself)
        case ["not", ["answered", str(name)]] | ["missing", str(name)]:
            return f"{_field(name, itself)} = ''"  # an XLSForm has one word for "not known" and "not asked yet"
        case ["not", part]:
            return f"not({_truth(part, itself)})"
        case ["answered", str(name)]:
            return f"{_field(name, itself)} != ''"
        case ["has", str(name), *codes]:
            return " or ".join(f"selected({_field(name, itself)}, '{code}')" for code in codes)
        case [str(name), left, right] if name in SIGNS:
            return f"{_operand(left, itself)} {SIGNS[name]} {_operand(right, itself)}"
    raise ValueError(f"an XLSForm cannot say {tree!r}")


def _operand(operand: Any, itself: str | None) -> str:
    match operand:
        case bool():
            pass
        case int():
            return str(operand)
        case str() if "'" not in operand:
            return f"'{operand}'"
        case ["of", str(name)]:
            return _field(name, itself)
        case ["sum", *names]:
            return " + ".join(_field(name, itself) for name in names)
        case ["today"]:
            return "today()"
        case ["length", part]:
            return f"string-length({_operand(part, itself)})"
    raise ValueError(f"an XLSForm cannot say {operand!r}")


def _field(name: str, itself: str | None) -> str:
    return "." if name == itself else f"${{{name}}}"
