"""What the syntax trees of tests say about `@pytest.mark.long`."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

FILE = "pytestmark"
"""What a mark of a whole file belongs to."""


@dataclass(frozen=True)
class Mark:
    """A mark in a file of tests. `owner`: a test, `FILE`, or "" for a parameter; `short`: the test that it names.

    `leaves`: of a parameter, whether its list has another one that stays.
    """

    owner: str
    line: int
    short: str = ""
    leaves: bool = False


@dataclass(frozen=True)
class Source:
    """A file of tests, by its path below the project."""

    path: str
    text: str

    @classmethod
    def read(cls, path: Path, root: Path) -> Source:
        return cls(path.relative_to(root).as_posix(), path.read_text(encoding="utf-8"))

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @cached_property
    def marks(self) -> list[Mark]:
        """Every place that says `mark.long`, in the order of the lines."""
        return sorted(self._marks(), key=lambda mark: mark.line) if "mark.long" in self.text else []

    @cached_property
    def names(self) -> set[str]:
        """Names of the tests, also of those in classes."""
        return {one.name for one in _functions(self.tree) if one.name.startswith("test_")}

    @cached_property
    def each_time(self) -> set[str]:
        """Names of the tests that run every time, with some of their parameters at least."""
        owners = {mark.owner for mark in self.marks}
        return set() if FILE in owners else self.names - owners

    def _marks(self) -> Iterator[Mark]:
        owners = {id(one): owner for owner, marks in self._owned() for mark in marks for one in ast.walk(mark)}
        calls = [one for one in ast.walk(self.tree) if isinstance(one, ast.Call)]
        shorts = {id(one.func): _short(one) for one in calls}
        leaving = {id(inside) for one in self._leaving() for inside in ast.walk(one)}
        for one in ast.walk(self.tree):
            if isinstance(one, ast.Attribute) and _says_long(one):
                yield Mark(owners.get(id(one), ""), one.lineno, shorts.get(id(one), ""), id(one) in leaving)

    def _leaving(self) -> Iterator[ast.expr]:
        """Parameters that are long or not by their value, and those in a list that has one that stays."""
        for one in ast.walk(self.tree):
            if isinstance(one, ast.IfExp):
                yield one
            elif isinstance(one, ast.List | ast.Tuple) and not all(map(_is_long, one.elts)):
                yield from filter(_is_long, one.elts)

    def _owned(self) -> Iterator[tuple[str, list[ast.expr]]]:
        """Whole tests and the file, with the marks that are theirs and no parameter's."""
        for function in _functions(self.tree):
            yield function.name, [one for one in function.decorator_list if not _parametrizes(one)]
        for one in self.tree.body:
            if isinstance(one, ast.Assign) and any(isinstance(to, ast.Name) and to.id == FILE for to in one.targets):
                yield FILE, [one.value]


def faults(files: Iterable[Source], alone: Iterable[str] = ()) -> list[str]:
    """What long tests lack, a line each; nothing of the tests in `alone`, as `path::name`, that have no short form."""
    known = {one.path: one for one in files}
    return [
        f"{tests.path}:{mark.line}: {fault}"
        for tests in known.values()
        for mark in tests.marks
        if f"{tests.path}::{mark.owner}" not in alone and (fault := _fault(tests, mark, known))
    ]


def _fault(tests: Source, mark: Mark, known: dict[str, Source]) -> str:
    if not mark.owner:
        return "" if mark.leaves else "no parameter of its list stays for every time"
    if not mark.short:
        return f"{mark.owner} is long and names no shorter form"
    path, _, name = mark.short.rpartition("::")
    named = known.get(path or tests.path)
    if named is None or name not in named.names:
        return f"there is no test {mark.short}"
    return "" if name in named.each_time else f"{mark.short} is long itself"


def _functions(tree: ast.Module) -> Iterator[ast.FunctionDef]:
    yield from (one for one in ast.walk(tree) if isinstance(one, ast.FunctionDef))


def _says_long(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Attribute)
        and node.attr == "long"
        and isinstance(node.value, ast.Attribute)
        and node.value.attr == "mark"
    )


def _is_long(parameter: ast.expr) -> bool:
    """Whether it is long whatever its value is; a list that holds one that stays is not."""
    kinds = [one for one in ast.walk(parameter) if _is_parameter(one)]
    return any(any(map(_says_long, ast.walk(one))) and not _depends(one) for one in kinds)


def _depends(node: ast.AST) -> bool:
    return any(isinstance(one, ast.IfExp) and any(map(_says_long, ast.walk(one))) for one in ast.walk(node))


def _is_parameter(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "param"


def _parametrizes(node: ast.expr) -> bool:
    called = node.func if isinstance(node, ast.Call) else node
    return isinstance(called, ast.Attribute) and called.attr in {"parametrize", "fixture"}


def _short(call: ast.Call) -> str:
    for one in call.keywords:
        if one.arg == "short" and isinstance(one.value, ast.Constant) and isinstance(one.value.value, str):
            return one.value.value
    return ""
