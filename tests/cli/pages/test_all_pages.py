"""Every command that a page tells people to type is typed by a test, or the list says why none can."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

import pytest

from tests.support.cli import followed
from tests.support.cli.followed import FOLLOWED, Followed, require_typed
from tests.support.cli.page import ROOT, TYPED, Step, compare, steps, steps_of

NOT_RUN = re.compile(r"^> No test runs the commands of this page: .+\.$", re.M)
"""What stands at the top of a page whose commands no test can run, with the reason."""
HOOKED = ("tests/cli/pages/", "tests/journeys/")
"""The folders in which a test that does not type what the list says fails."""


def pages_with_commands() -> Iterator[str]:
    for file in sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]):
        if any(steps(file.read_text("utf-8"))):
            yield str(file.relative_to(ROOT))


def test_every_page_with_commands_is_in_the_list_or_the_list_says_why_not() -> None:
    assert list(pages_with_commands()) == sorted(f"docs/{name}" for name in FOLLOWED)
    for name, found in FOLLOWED.items():
        says = bool(NOT_RUN.search((ROOT / "docs" / name).read_text("utf-8")))
        assert says == (not found.tests), f"{name} says at its top that no test runs its commands, and only then"


@pytest.mark.parametrize("name", FOLLOWED)
def test_every_command_of_a_page_has_its_test_or_its_reason(name: str) -> None:
    found, commands = FOLLOWED[name], steps_of(name)
    numbers = Counter([*(number for typed in found.tests.values() for number in typed), *found.left_out])
    alone = [step.command for step in commands if numbers[step.number] != 1]
    assert alone == [], "name one test that types it, or say why none does"
    assert max(numbers) == len(commands), "the list has a command that the page no longer has"
    assert all(reason.strip() for reason in found.left_out.values())


@pytest.mark.parametrize("test", sorted({test for found in FOLLOWED.values() for test in found.tests}))
def test_the_list_names_tests_that_are_there_and_that_the_hook_sees(test: str) -> None:
    file, _, name = test.partition("::")
    function, _, case = name.removesuffix("]").partition("[")
    text = (ROOT / file).read_text("utf-8")
    assert file.startswith(HOOKED)
    assert f"def {function}(" in text
    assert not case or f'id="{case}"' in text


def test_a_test_that_names_a_page_and_types_nothing_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(followed, "FOLLOWED", {"exports.md": Followed({"this test": [1, 2]})})
    monkeypatch.setattr(followed, "TYPED", set())
    make, open_it = steps_of("exports.md")
    with pytest.raises(AssertionError, match="export testimonies"):
        require_typed("this test")
    typed = {(step.page, step.number) for step in (make, open_it) if step.words()} & TYPED
    monkeypatch.setattr(followed, "TYPED", typed)
    require_typed("this test")
    require_typed("a test of which the list says nothing")


def test_a_page_that_shows_something_else_is_found_out() -> None:
    step = Step("doctor", ["one …", "three 2026-01-01"])
    compare(step, "one and two\ntwo\nthree 1999-12-31\n")
    for said in ("one and two\n", "three 1999-12-31\none and two\n", "one and two\nthree days\n"):
        with pytest.raises(AssertionError):
            compare(step, said)


def test_what_stands_below_a_command_is_what_it_prints_and_a_remark_is_no_part_of_it() -> None:
    block = (
        "    testimony sync --home HOME   # now\n    sudo -u x .venv/bin/python -m testimony check --home H\n      ok\n"
    )
    text = f"Text.\n\n{block}\nText.\n"
    assert list(steps(text)) == [Step("sync --home HOME"), Step("check --home H", ["  ok"])]
