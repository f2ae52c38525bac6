"""Which test files belong to a mutant: its module's own, those that import it, and then those around it."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path

from tests.mutants.points import Point
from tests.support.kept_numbers import PACKAGES

FAR = ("tests/journeys/", "tests/install/", "tests/web/interview/", "tests/architecture/", "tests/screenshots/")
"""Whole stories and looks at the house: not what should notice a small change first, and too long."""

BROWSER = "_in_chromium.py"
"""Ends the name of a file whose tests need a browser."""

ABOVE = (["testimony", "cli"], ["testimony", "sync"], ["testimony", "web"])
"""Packages whose tests begin with a command, a message or an address."""

ERRORS = "tests/test_errors.py"
"""Goes through the errors of every package, and imports none by its name."""


LIMITS = "test_limits.py"
"""Of a package: it compares numbers that modules state with what is promised, in no time."""

KEPT = "test_kept_*.py"
"""Of a package: they compare what all its modules write or read with what they did before, in a second or two."""

NUMBERS = "tests/test_kept_numbers.py::test_each_number_is_the_one_that_was_noted"
"""Compares what all modules of a package state with what was noted."""


class Nearest:
    """The imports of `root`, a copy of the repository."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._said: dict[str, frozenset[str]] = {}

    def of(self, point: Point, files: int, runs: int) -> Sequence[Sequence[str]]:
        """For a first run and for further ones, `files` test files each; the first has those of the package besides."""
        names = changed_names((self._root / point.path).read_bytes(), point)
        first = self.to(point.path, files, names)
        rest = [one for one in self.to(point.path, files * runs, names) if one not in first]
        return [first, *(rest[begin : begin + files] for begin in range(0, len(rest), files))]

    def to(self, path: str, most: int, names: Collection[str] = ()) -> Sequence[str]:
        """At most `most` test files of the module `path`, nearest first; and those of its whole package.

        In its package those come first that lie in its folder and say its name or one of `names`.
        """
        module, found = self._name(path), list[str]()
        around = [name for name in self._importers.get(module, ()) if name.startswith("testimony.")]
        same = [name for name in around if name.rpartition(".")[0] == module.rpartition(".")[0]]
        further = [name for one in same for name in self._importers.get(one, ())]
        beyond = [name for name in (*around, *further) if name.split(".")[:2] in ABOVE]
        for group in (
            self._tests(module),
            self._through_support(module),
            *map(self._tests, same),
            *map(self._own, map(self._path, same)),
            *map(self._tests, around),
            *map(self._through_support, around),
            *map(self._own, map(self._path, beyond)),
            *(self._beside(name, path) for name in beyond),
        ):
            found += sorted(group, key=lambda test: (-_shared(test, path), test))
        found.sort(key=lambda test: self._distance(test, path, {Path(path).stem, *names}))
        folder = Path("tests", Path(path).parts[1])
        limits = [test for test in self._tests(module) if Path(test) == folder / LIMITS]
        found = [test for test in found if test not in limits]  # they come besides
        chosen = list(dict.fromkeys([*self._own(path), *found]))[:most]
        kept = sorted(test.relative_to(self._root).as_posix() for test in (self._root / folder).glob(KEPT))
        found = list(dict.fromkeys([*chosen, *limits, *kept]))
        return found + ([f"{NUMBERS}[{Path(path).parts[1]}]"] if Path(path).parts[1] in PACKAGES else [])

    def _own(self, path: str) -> Iterable[str]:
        mirror = Path("tests", *Path(path).parts[1:-1], f"test_{Path(path).stem}.py")
        named = (str(mirror), self._elsewhere.get(path), ERRORS if Path(path).name == "errors.py" else None)
        return [name for name in named if name and (self._root / name).is_file()]

    def _tests(self, module: str) -> Iterable[str]:
        files = (self._path(name) for name in self._importers.get(module, ()) if ".test_" in name)
        return [file for file in files if not file.startswith(FAR) and not file.endswith(BROWSER)]

    def _through_support(self, module: str) -> Iterable[str]:
        shared = [name for name in self._importers.get(module, ()) if name.startswith("tests.support.")]
        return [test for name in shared for test in self._tests(name)]

    def _beside(self, importer: str, path: str) -> Iterable[str]:
        """Tests of pages, commands and exchanges import nothing of what they lead to, but bear its package's noun."""
        noun, at = Path(path).parts[-2], Path(self._path(importer))
        folder = self._root / "tests" / at.relative_to("testimony").parent
        files = (str(file.relative_to(self._root)) for file in folder.glob("test_*.py"))
        named = [file for file in files if noun in (*Path(file).parent.parts, *Path(file).stem.split("_"))]
        return [file for file in named if not file.startswith(FAR) and not file.endswith(BROWSER)]

    def _distance(self, test: str, path: str, names: Collection[str]) -> tuple[bool, int]:
        """Its package before pages that lead to it."""
        elsewhere = Path(test).parts[1:-1] != Path(path).parts[1:-1]
        return not _shared(test, path), elsewhere + self._words(test).isdisjoint(names)

    def _words(self, test: str) -> frozenset[str]:
        if test not in self._said:
            self._said[test] = frozenset(re.findall(r"\w+", (self._root / test).read_text("utf-8")))
        return self._said[test]

    @cached_property
    def _elsewhere(self) -> Mapping[str, str]:
        named: dict[str, str] = json.loads((self._root / "tests/architecture/tested_elsewhere.json").read_text("utf-8"))
        return named

    @cached_property
    def _importers(self) -> Mapping[str, Sequence[str]]:
        """Module -> those that import it, or a name of it."""
        found: dict[str, list[str]] = {}
        for top in ("testimony", "tests"):
            for file in sorted((self._root / top).rglob("*.py")):
                for name in _imported(file):
                    found.setdefault(name, []).append(self._name(str(file.relative_to(self._root))))
        return found

    @staticmethod
    def _name(path: str) -> str:
        return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")

    def _path(self, name: str) -> str:
        file = name.replace(".", "/")
        return f"{file}.py" if (self._root / f"{file}.py").is_file() else f"{file}/__init__.py"


def changed_names(source: bytes, point: Point) -> frozenset[str]:
    """The function and the class that a mutant changes, and what uses them in the same module."""
    lines = source[: point.start].count(b"\n") + 1, source[: point.end].count(b"\n") + 1
    made = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
    every = [node for node in ast.walk(ast.parse(source)) if isinstance(node, made)]
    names = {node.name for node in every if node.lineno <= lines[0] and lines[1] <= (node.end_lineno or 0)}
    while more := {node.name for node in every if node.name not in names and not _names_in(node).isdisjoint(names)}:
        names |= more
    return frozenset(name for name in names if not name.startswith("_"))


def _names_in(node: ast.AST) -> frozenset[str]:
    inside = list(ast.walk(node))
    plain = {one.id for one in inside if isinstance(one, ast.Name)}
    return frozenset(plain | {one.attr for one in inside if isinstance(one, ast.Attribute)})


def _imported(file: Path) -> Iterable[str]:
    names = dict[str, None]()
    for node in ast.walk(ast.parse(file.read_bytes())):
        if isinstance(node, ast.ImportFrom) and node.module:
            names |= dict.fromkeys([node.module, *(f"{node.module}.{one.name}" for one in node.names)])
        elif isinstance(node, ast.Import):
            names |= dict.fromkeys(one.name for one in node.names)
    return names


def _shared(test: str, path: str) -> int:
    """How many folders a test file has in common with a module."""
    sides = zip(Path(test).parts[1:], Path(path).parts[1:], strict=False)
    return next((number for number, (one, other) in enumerate(sides) if one != other), 99)
