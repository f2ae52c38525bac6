"""Every page that tells people what to type is followed by a test of this folder, or says why none can."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.cli.page import ROOT, Step, compare, steps

PAGE = re.compile(r'page\("([\w-]+\.md)"\)')
"""How a test of this folder names the page that it follows."""
NOT_RUN = re.compile(r"^> No test runs the commands of this page: .+\.$", re.M)
"""What stands at the top of a page whose commands no test can run, with the reason."""
ELSEWHERE = {"docs/backup.md": "tests/journeys/test_lost_stations.py"}
"""Pages that another test follows, with stations that burn."""


def pages_with_commands() -> Iterator[str]:
    for file in sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]):
        if any(steps(file.read_text("utf-8"))):
            yield str(file.relative_to(ROOT))


def test_every_page_with_commands_is_run_or_says_why_not() -> None:
    followed = set(PAGE.findall("".join(file.read_text("utf-8") for file in Path(__file__).parent.glob("test_*.py"))))
    alone = {
        name
        for name in pages_with_commands()
        if name.removeprefix("docs/") not in followed
        and name not in ELSEWHERE
        and not NOT_RUN.search((ROOT / name).read_text("utf-8"))
    }
    assert all(Path(name).name in (ROOT / test).read_text("utf-8") for name, test in ELSEWHERE.items())
    assert alone == set(), "follow it, or say at its top why no test can"


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
