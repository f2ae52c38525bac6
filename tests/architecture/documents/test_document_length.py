"""The documents get shorter, for each of their readers: a page that says the same again is merged or cut."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from typing import Final

import pytest

from tests.support.architecture.documents import ROOT

LIMITS: Final = dict(
    re.findall(r"^\| (\w[\w ]*) \| .* \| ([\d,]+) \|$", (ROOT / "docs/decisions/site.md").read_text("utf-8"), re.M)
)
"""By the readers of the pages, as docs/decisions/site.md has them. One goes up for a new feature or format alone."""
ROOM: Final = 600
"""Words below a limit: two pages about a task. A sentence more needs no new number, a chapter more does."""
AIM: Final = 60_000
"""For users and developers, with what a program writes for them."""


@pytest.fixture(scope="module")
def words() -> dict[str, int]:
    done = subprocess.run([sys.executable, ".ci/words", "--json"], cwd=ROOT, capture_output=True, check=True)
    counted: dict[str, int] = json.loads(done.stdout)
    return counted


def test_every_kind_of_page_has_a_limit(words: dict[str, int]) -> None:
    assert set(words) == {*LIMITS, "translations"}


@pytest.mark.parametrize("readers", LIMITS)
def test_pages_say_no_more_than_before(words: dict[str, int], readers: str) -> None:
    limit = int(LIMITS[readers].replace(",", ""))
    assert words[readers] <= limit, "shorten a page for what you add"
    assert limit - words[readers] <= ROOM, f"set the limit in docs/decisions/site.md to {words[readers]:,}"


def test_what_users_and_developers_read_stays_within_the_aim(words: dict[str, int]) -> None:
    assert words["users"] + words["developers"] + words["by program"] <= AIM
