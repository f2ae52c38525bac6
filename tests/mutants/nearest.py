"""Which test files belong to a module: its own, those that import it, and then those around it."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path

from tests.support.kept_numbers import PACKAGES

FAR = ("tests/journeys/", "tests/install/", "tests/web/interview/", "tests/architecture/", "tests/screenshots/")
"""Whole stories and looks at the house: not what should notice a small change first, and too long."""

ERRORS = "tests/test_errors.py"
"""Goes through the errors of every package, and imports none by its name."""


LIMITS = "test_limits.py"
"""Of a package: it compares numbers that modules state with what is promised, in no time."""

KEPT = "test_kept_files.py"
"""Of a package: it compares what all its modules write with what they wrote before, in a second."""

NUMBERS = "tests/test_kept_numbers.py::test_each_number_is_the_one_that_was_noted"
"""Compares what all modules of a package state with what was noted."""


class Nearest:
    """The imports of `root`, a copy of the repository."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def to(self, path: str, most: int) -> Sequence[str]:
        """At most `most` test files of the module `path`, nearest first; and those of its whole package."""
        module, found = self._name(path), list[str]()
        around = [name for name in self._importers.get(module, ()) if name.startswith("testimony.")]
        same = [name for name in around if name.rpartition(".")[0] == module.rpartition(".")[0]]
        for group in (
            self._tests(module),
            self._through_support(module),
            *map(self._tests, same),
            *map(self._own, map(self._path, same)),
            *map(self._tests, around),
            *map(self._through_support, around),
        ):
            found += sorted(group, key=lambda test: (-_shared(test, path), test))
        found.sort(key=lambda test: not _shared(test, path))  # its package before pages that lead to it
        chosen = list(dict.fromkeys([*self._own(path), *found]))[:most]
        limits, kept = (Path("tests", Path(path).parts[1], name).as_posix() for name in (LIMITS, KEPT))
        whole = [*(test for test in self._tests(module) if test == limits), kept]
        found = list(dict.fromkeys([*chosen, *(test for test in whole if (self._root / test).is_file())]))
        return found + ([f"{NUMBERS}[{Path(path).parts[1]}]"] if Path(path).parts[1] in PACKAGES else [])

    def _own(self, path: str) -> Iterable[str]:
        mirror = Path("tests", *Path(path).parts[1:-1], f"test_{Path(path).stem}.py")
        named = (str(mirror), self._elsewhere.get(path), ERRORS if Path(path).name == "errors.py" else None)
        return [name for name in named if name and (self._root / name).is_file()]

    def _tests(self, module: str) -> Iterable[str]:
        files = (self._path(name) for name in self._importers.get(module, ()) if ".test_" in name)
        return [file for file in files if not file.startswith(FAR)]

    def _through_support(self, module: str) -> Iterable[str]:
        shared = [name for name in self._importers.get(module, ()) if name.startswith("tests.support.")]
        return [test for name in shared for test in self._tests(name)]

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
