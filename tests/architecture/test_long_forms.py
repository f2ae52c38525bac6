"""No promise is held by `make test-long` alone: every long test has a shorter form that runs each time."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.architecture.long_tests import Source, faults

ROOT = Path(__file__).parents[2]
ALONE = {
    "tests/migrations/test_kept_stations.py::test_this_version_can_be_kept_too": (
        "it makes a whole organisation of this version, and every step of that has tests of its own"
    ),
}
"""Long tests without a shorter form, as `path::name`, and why there is none."""


@pytest.fixture(scope="module")
def files() -> list[Source]:
    return [Source.read(path, ROOT) for path in sorted((ROOT / "tests").rglob("*.py"))]


def test_every_long_test_has_a_shorter_form_that_runs_each_time(files: list[Source]) -> None:
    assert faults(files, ALONE) == []


def test_each_test_without_a_shorter_form_is_long_and_says_why(files: list[Source]) -> None:
    known = {f"{tests.path}::{mark.owner}" for tests in files for mark in tests.marks}
    assert ALONE.keys() <= known
    assert all(ALONE.values())


SHORT = "def test_short(): ...\n"
LACKING = {
    "@mark.long\ndef test_a(): ...": "test_a is long and names no shorter form",
    "@mark.long(short='')\ndef test_a(): ...": "test_a is long and names no shorter form",
    "@mark.long(short='test_b')\ndef test_a(): ...": "there is no test test_b",
    "@mark.long(short='tests/test_b.py::test_b')\ndef test_a(): ...": "there is no test tests/test_b.py::test_b",
    "@mark.long(short='test_a')\ndef test_a(): ...": "test_a is long itself",
    "class TestA:\n    @mark.long\n    def test_a(self): ...": "test_a is long and names no shorter form",
    "pytestmark = mark.long": "pytestmark is long and names no shorter form",
    "pytestmark = [mark.browser, mark.long(short='test_short')]": "test_short is long itself",
    "@mark.parametrize('a', [param(1, marks=mark.long)])\ndef test_a(a): ...": "no parameter of its list stays",
    "@fixture(params=[param(1, marks=mark.long), param(2, marks=[mark.long])])\ndef a(): ...": "no parameter of its",
    "@mark.parametrize('a', [param(a, marks=mark.long) for a in MANY])\ndef test_a(a): ...": "no parameter of its list",
    "LONG = mark.long": "no parameter of its list stays",
}
SOUND = [
    "@mark.long(short='test_short')\ndef test_a(): ...",
    "@mark.long(short='tests/test_a.py::test_short')\ndef test_a(): ...",
    "@mark.parametrize('a', [1, param(2, marks=mark.long)])\ndef test_a(a): ...",
    "@mark.parametrize('a', [1, *(param(a, marks=mark.long) for a in MANY)])\ndef test_a(a): ...",
    "@fixture(params=[param(1, marks=mark.node), param(2, marks=mark.long)])\ndef a(): ...",
    "def marked(a):\n    return param(a, marks=[] if a in FEW else [mark.long])",
]


def found_in(text: str) -> list[str]:
    text = SHORT + text.replace("mark.", "pytest.mark.").replace("param(", "pytest.param(").replace(
        "@fixture", "@pytest.fixture"
    )
    return faults([Source("tests/test_a.py", text)])


@pytest.mark.parametrize("text", LACKING)
def test_what_is_lacking_is_found(text: str) -> None:
    found = found_in(text)
    assert found
    assert all(LACKING[text] in one for one in found)


@pytest.mark.parametrize("text", SOUND)
def test_what_has_a_shorter_form_is_let_through(text: str) -> None:
    assert found_in(text) == []


def test_a_test_that_stands_alone_is_let_through() -> None:
    lone = Source("tests/test_a.py", "@pytest.mark.long\ndef test_a(): ...")
    assert faults([lone], ["tests/test_a.py::test_a"]) == []
