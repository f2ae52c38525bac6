"""The house keeps its layout: small packages named by nouns, and a place for each test."""

from __future__ import annotations

import ast
import json
import re
import subprocess
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MOST_MODULES = 30  # in one folder of Python; about twenty is what a person finds their way in
LONGEST = 350  # lines of a module; about 100 read well

FAIR_ENDINGS = {
    "coding": "the trade's word for turning an account into codes",
    "content_coding": "the term of HTTP (RFC 9110)",
    "pending": "an adjective: a station that waits to be admitted",
    "sealing": "the name of the format and of what it does",
    "shredding": "crypto-shredding: destroying a key so that what it sealed is gone",
    "wording": "an ordinary noun",
}
"""File names that end in -ing, each with its reason. Modules are nouns; what a module does is said by its functions."""


def tracked(*suffixes: str) -> list[Path]:
    """Files of ours with these endings, relative to the repository."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout.decode()
    return [
        Path(name)
        for name in filter(None, listed.split("\0"))
        if name.endswith(suffixes) and "/vendor/" not in name and (ROOT / name).is_file()
    ]


def modules() -> list[Path]:
    return [path for path in tracked(".py") if path.parts[0] == "testimony"]


def test_no_folder_holds_more_modules_than_a_person_can_look_over() -> None:
    sizes = Counter(path.parent for path in modules() if path.name != "__init__.py")
    assert {str(folder): size for folder, size in sizes.items() if size > MOST_MODULES} == {}


def test_no_module_is_too_long() -> None:
    lines = {str(path): len((ROOT / path).read_text("utf-8").splitlines()) for path in modules()}
    assert {name: size for name, size in lines.items() if size > LONGEST} == {}


def test_modules_are_nouns() -> None:
    scripts = [path for path in tracked(".js") if path.parts[0] == "testimony"]
    endings = {path.stem for path in [*modules(), *scripts] if path.stem.endswith("ing")}
    assert endings == endings & FAIR_ENDINGS.keys(), "name it with a noun, or give the reason in FAIR_ENDINGS"


IMPORTS_A_TEST = re.compile(
    r"^[ \t]*(?:from\b[^\n]*\bimport\s*\([^)]*|(?:from|import)\b[^\n]*)\b(?:test_|conftest)", re.MULTILINE
)
"""Where it finds nothing there is nothing to parse."""


@cache
def imported(path: Path) -> set[str]:
    """The modules that this file imports from, in full; none where it imports nothing that is called like a test."""
    names = set[str]()
    text = (ROOT / path).read_text("utf-8")
    for node in ast.walk(ast.parse(text)) if IMPORTS_A_TEST.search(text) else ():
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names |= {node.module} | {f"{node.module}.{one.name}" for one in node.names}
        elif isinstance(node, ast.Import):
            names |= {one.name for one in node.names}
    return names


@pytest.mark.parametrize("kind", ["test_", "conftest"])
def test_no_test_imports_from_another_test(kind: str) -> None:
    """What tests share lies in `tests/support/`, or is a fixture."""
    tests = {".".join(path.with_suffix("").parts) for path in tracked(".py") if path.parts[0] == "tests"}
    shared = {name for name in tests if name.rsplit(".", 1)[-1].startswith(kind)}
    found = {
        str(path): sorted(imported(path) & shared)
        for path in tracked(".py")
        if path.parts[0] == "tests" and imported(path) & shared
    }
    assert found == {}


def test_the_look_for_imports_of_tests_finds_each_form() -> None:
    for text in (
        "from tests.a.test_b import c",
        "from tests.a import d, test_b",
        "from tests.a import (\n    d,\n    test_b,\n)",
        "import tests.conftest",
        "    from tests.web import conftest as c",
    ):
        assert IMPORTS_A_TEST.search(text), text
    assert not IMPORTS_A_TEST.search("from tests.a import (\n    b,\n)\n\n\ndef test_c() -> None: ...")


def test_every_service_and_every_part_of_sync_has_its_test() -> None:
    """Under its own name, or `tested_elsewhere.json` names the test that goes through it."""
    elsewhere = json.loads((ROOT / "tests" / "architecture" / "tested_elsewhere.json").read_text("utf-8"))
    tests = {str(path) for path in tracked(".py") if path.parts[0] == "tests"}
    held = {path for path in modules() if path.parts[1] in {"services", "sync"}}
    asked = {path for path in held if path.stem not in {"__init__", "errors"}}
    named = {str(path): str(Path("tests", *path.parts[1:-1], f"test_{path.stem}.py")) for path in asked}
    alone = {path for path, test in named.items() if test not in tests}
    assert alone == elsewhere.keys(), "write its test, or name the one that goes through it"
    assert set(elsewhere.values()) <= tests
