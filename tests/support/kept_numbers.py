"""The numbers that the modules of a package state: limits, defaults and members of lists, as they are noted.

`python -m tests.support.kept_numbers` notes them anew; the change of each shows in the diff.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import json
import subprocess
import sys
import types
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from enum import Enum
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).parents[2]
FOLDER: Final = ROOT / "tests" / "vectors" / "numbers"
PACKAGES: Final = (
    "anonymity", "certificates", "domain", "publication", "questionnaire", "sealing", "services", "station", "store",
    "sync",
)  # fmt: skip
PLAIN: Final = (bool, int, float)
OF_THE_SYSTEM: Final = frozenset({"FORBIDDEN", "FULL"})
"""Numbers of errors, which each system has of its own."""
LONGEST: Final = 60
"""Collections with more numbers are tables of data, which tests of their own look at."""


def stated(package: str) -> dict[str, dict[str, Any]]:
    """Module -> name -> its number, or numbers; only of modules that state one."""
    files = sorted((ROOT / "testimony" / package).rglob("*.py"))
    found = {module: dict(_of(importlib.import_module(module), file)) for file in files if (module := _name(file))}
    return {module.removeprefix("testimony."): names for module, names in found.items() if names}


def in_a_program_of_its_own(package: str) -> dict[str, dict[str, Any]]:
    """As `stated`: where tests have changed nothing for their own ends."""
    run = [sys.executable, "-m", __name__, package]
    done = subprocess.run(run, cwd=ROOT, capture_output=True, check=True)
    found: dict[str, dict[str, Any]] = json.loads(done.stdout)
    return found


def noted(package: str) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = json.loads((FOLDER / f"{package}.json").read_text("utf-8"))
    return found


def _name(file: Path) -> str:
    return ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def _of(module: types.ModuleType, file: Path) -> Iterator[tuple[str, Any]]:
    for node in ast.parse(file.read_bytes()).body:
        if isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            several = [one for target in targets for one in getattr(target, "elts", [target])]  # A, B = 1, 2
            names = {target.id for target in several if isinstance(target, ast.Name)}
            for name in sorted(names - OF_THE_SYSTEM):
                yield from _value(name, vars(module).get(name))
        elif isinstance(node, ast.FunctionDef):
            yield from _defaults(node.name, vars(module).get(node.name))
        elif isinstance(node, ast.ClassDef):
            yield from _class(node, vars(module)[node.name])


def _class(node: ast.ClassDef, made: type) -> Iterator[tuple[str, Any]]:
    if issubclass(made, Enum):
        yield from ((f"{node.name}.{one.name}", one.value) for one in made if isinstance(one.value, PLAIN))
    own = {one.target.id for one in node.body if isinstance(one, ast.AnnAssign) and isinstance(one.target, ast.Name)}
    for field, default in getattr(made, "__dataclass_fields__", {}).items():
        if field in own:
            yield from _value(f"{node.name}.{field}", default.default)
    for inside in node.body:
        if isinstance(inside, ast.FunctionDef):
            yield from _defaults(f"{node.name}.{inside.name}", vars(made).get(inside.name))


def _defaults(name: str, made: object) -> Iterator[tuple[str, Any]]:
    made = getattr(made, "__func__", made)
    if isinstance(made, types.FunctionType):
        for parameter in inspect.signature(made).parameters.values():
            yield from _value(f"{name}({parameter.name})", parameter.default)


def _value(name: str, value: object) -> Iterator[tuple[str, Any]]:
    if isinstance(value, PLAIN):
        yield name, value
    elif isinstance(value, timedelta | date):
        yield name, str(value)
    elif isinstance(value, Mapping):
        inside = {str(key): one for key, one in value.items() if isinstance(one, PLAIN)}
        if inside and len(value) <= LONGEST:
            yield name, inside
    elif isinstance(value, list | tuple) and 0 < len(value) <= LONGEST and all(isinstance(one, PLAIN) for one in value):
        yield name, list(value)


def write() -> None:
    FOLDER.mkdir(exist_ok=True)
    for package in PACKAGES:
        (FOLDER / f"{package}.json").write_text(json.dumps(stated(package), indent=1, sort_keys=True) + "\n", "utf-8")


if __name__ == "__main__":
    if sys.argv[1:]:
        print(json.dumps(stated(sys.argv[1])))
    else:
        write()
