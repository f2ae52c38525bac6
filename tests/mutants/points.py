"""Where a module can be changed by one small step, and the module after it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

COMPARISONS: dict[type[ast.cmpop], tuple[str, ...]] = {
    ast.Eq: ("==", "!="),
    ast.NotEq: ("!=", "=="),
    ast.Lt: ("<", "<=", ">="),
    ast.LtE: ("<=", "<", ">"),
    ast.Gt: (">", ">=", "<="),
    ast.GtE: (">=", ">", "<"),
    ast.In: ("in", "not in"),
    ast.NotIn: ("not in", "in"),
    ast.Is: ("is", "is not"),
    ast.IsNot: ("is not", "is"),
}
"""Operator -> how it is written, and what it becomes."""
ARITHMETIC: dict[type[ast.operator], tuple[str, str]] = {
    ast.Add: ("+", "-"),
    ast.Sub: ("-", "+"),
    ast.Mult: ("*", "//"),
    ast.FloorDiv: ("//", "*"),
    ast.Div: ("/", "*"),
    ast.Mod: ("%", "+"),
    ast.BitAnd: ("&", "|"),
    ast.BitOr: ("|", "&"),
    ast.BitXor: ("^", "&"),
    ast.LShift: ("<<", ">>"),
    ast.RShift: (">>", "<<"),
}
SKIPPED = (ast.JoinedStr, ast.Import, ast.ImportFrom)
"""What is not looked into: positions inside f-strings are wrong before Python 3.12."""
TYPES = {"annotation", "returns", "decorator_list", "type_params"}
"""Fields of the syntax tree that decide nothing while the program runs, or stand before a definition."""


@dataclass(frozen=True, order=True)
class Point:
    """Bytes `start` to `end` of `path`, a file relative to the repository, become `becomes`."""

    path: str
    start: int
    end: int
    becomes: bytes

    def applied(self, source: bytes) -> bytes:
        return source[: self.start] + self.becomes + source[self.end :]

    def said(self, source: bytes) -> str:
        """`path: the line before -> the line after`, the name of the mutant: it outlives moved lines."""
        begin = source.rfind(b"\n", 0, self.start) + 1
        rest = source.find(b"\n", self.end)
        rest = len(source) if rest < 0 else rest
        before, after = source[begin:rest], source[begin : self.start] + self.becomes + source[self.end : rest]
        return f"{self.path}: {_on_one_line(before)} -> {_on_one_line(after)}"


def points(root: Path, path: str) -> Sequence[Point]:
    """Every point of one module, in the order of its text."""
    source = (root / path).read_bytes()
    return sorted(set(_Finder(path, source).of(ast.parse(source))))


class _Finder:
    def __init__(self, path: str, source: bytes) -> None:
        self._path = path
        self._lines = [0, *(found.end() for found in re.finditer(rb"\n", source))]
        self._source = source

    def of(self, node: ast.AST) -> Iterator[Point]:
        if isinstance(node, SKIPPED) or _only_for_types(node) or _only_for_mistakes(node):
            return
        yield from self._here(node)
        for name, value in ast.iter_fields(node):
            if name not in TYPES:
                for child in value if isinstance(value, list) else [value]:
                    if isinstance(child, ast.AST):
                        yield from self.of(child)

    def _here(self, node: ast.AST) -> Iterator[Point]:
        match node:
            case ast.Compare():
                for (left, right), operator in zip(pairwise([node.left, *node.comparators]), node.ops, strict=True):
                    written, *others = COMPARISONS[type(operator)]
                    yield from self._between(left, right, written, others)
            case ast.BoolOp():
                written, other = ("and", "or") if isinstance(node.op, ast.And) else ("or", "and")
                for left, right in pairwise(node.values):
                    yield from self._between(left, right, written, [other])
            case ast.BinOp() if type(node.op) in ARITHMETIC:
                written, other = ARITHMETIC[type(node.op)]
                yield from self._between(node.left, node.right, written, [other])
            case ast.UnaryOp(op=ast.Not()):
                yield Point(self._path, start := self._start(node), start + len("not"), b"")
            case ast.Constant(value=bool(value)):
                yield self._whole(node, str(not value))
            case ast.Constant(value=int(value)):
                yield self._whole(node, str(value + 1))
            case ast.If() | ast.While() | ast.IfExp() if _is_plain(node.test):
                yield self._whole(node.test, f"(not {self._text(node.test)})")
            case ast.Expr(value=ast.Call()) | ast.Raise():
                yield self._whole(node, "pass")
            case ast.Break():
                yield self._whole(node, "continue")
            case ast.Continue():
                yield self._whole(node, "break")

    def _between(self, left: ast.AST, right: ast.AST, written: str, others: Sequence[str]) -> Iterator[Point]:
        """The operator stands somewhere between its two sides, perhaps with brackets and ends of lines."""
        begin, end = self._end(left), self._start(right)
        place = self._source.find(written.encode(), begin, end)
        if place >= 0:  # two strings side by side are one constant: its sides say nothing of what stands between
            yield from (Point(self._path, place, place + len(written), other.encode()) for other in others)

    def _whole(self, node: ast.AST, becomes: str) -> Point:
        return Point(self._path, self._start(node), self._end(node), becomes.encode())

    def _text(self, node: ast.AST) -> str:
        return self._source[self._start(node) : self._end(node)].decode()

    def _start(self, node: Any) -> int:
        return int(self._lines[node.lineno - 1] + node.col_offset)

    def _end(self, node: Any) -> int:
        return int(self._lines[node.end_lineno - 1] + node.end_col_offset)


def _is_plain(test: ast.expr) -> bool:
    """Whether no point of its own turns the condition round already."""
    return not isinstance(test, ast.Compare | ast.BoolOp | ast.UnaryOp | ast.Constant)


def _only_for_types(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"


def _only_for_mistakes(node: ast.AST) -> bool:
    """`strict=True` of `zip`: it stops a program that is wrong, and changes nothing of one that is right."""
    return isinstance(node, ast.keyword) and node.arg == "strict"


def _on_one_line(source: bytes) -> str:
    return " ".join(source.decode().split())
