"""What the site publishes in English gets shorter: a page that says the same again is merged or cut."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from tests.support.architecture.documents import ROOT

WRITTEN: Final = 93_736
"""Words of the pages that people write. It only ever goes down; 60,000 is the aim."""
MADE: Final = 18_405
"""Words of the pages that a program writes: the help of each command, and the figures that were measured."""
AIM: Final = 60_000
BY_PROGRAM: Final = {"commands.md", "benchmarks.md"}
GROWS: Final = "CHANGELOG.md"
"""With every version, so nothing limits it."""
OTHER_LANGUAGE: Final = re.compile(r"(?:^|/)(?:fr|es|ar)/|^witnesses/")
NAVIGATION: Final = re.compile(r"(\S+\.md)$", re.M)
TASK: Final = 300
"""Words of a page for coordinators or administrators that explains one task."""


def published() -> dict[str, Path]:
    """The pages of the navigation in English, by the name that the site gives them. Its list of decisions is made."""
    named = NAVIGATION.findall((ROOT / "mkdocs.yml").read_text("utf-8").partition("\nnav:")[2])
    pages = {name: ROOT / "docs" / name for name in named if not OTHER_LANGUAGE.search(name)}
    del pages["decisions/index.md"], pages[GROWS]
    return {name: page if page.is_file() else ROOT / name for name, page in pages.items()}


def words_of(page: Path) -> int:
    """How many words a page has: what stands between spaces and holds a letter, in sentences, tables and commands."""
    return sum(any(map(str.isalpha, word)) for word in page.read_text("utf-8").split())


def test_the_site_says_no_more_than_before() -> None:
    lengths = {name: words_of(page) for name, page in published().items()}
    made = sum(lengths.pop(name) for name in BY_PROGRAM)
    written = sum(lengths.values())
    longest = sorted(lengths, key=lambda name: -lengths[name])[:5]
    assert written <= max(WRITTEN, AIM), f"{written} words: shorten one of {longest} for what you add"
    assert made <= MADE, f"{made} words: say it shorter in the help of the command"


def test_the_limit_follows_what_was_cut() -> None:
    """There is room for two pages about a task: a sentence more needs no new number, a chapter more does."""
    written = sum(words_of(page) for name, page in published().items() if name not in BY_PROGRAM)
    assert WRITTEN - written <= 2 * TASK, f"set WRITTEN to {written}"
