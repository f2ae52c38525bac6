"""The vectors that hold the fold here and on the phone together.

`tests/js/interview/consent/fold.test.mjs` reads the same file.
"""

import json
from datetime import date
from typing import Any

import pytest

from testimony.domain.consent.fold import ConsentState
from testimony.domain.errors import EventUnreadable
from tests.support.domain.fold_vectors import BY_HAND, FILE, outcome, text

CASES = json.loads(FILE.read_text(encoding="utf-8"))["cases"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_every_case_ends_as_the_vectors_say(case: dict[str, Any]) -> None:
    expected = {name: held for name, held in case.items() if name not in ("name", "at", "events")}
    assert outcome(case["events"], date.fromisoformat(case["at"])) == expected


def test_the_vectors_are_those_that_are_written_here() -> None:
    assert FILE.read_text(encoding="utf-8") == text(), "run python -m tests.support.domain.fold_vectors"


def test_the_vectors_reach_every_state_and_everything_that_cannot_be_read() -> None:
    told = {state for case in CASES for _, _, state, _ in case.get("states", ())}
    assert told == set(ConsentState)
    parts = {case["unreadable"] for case in CASES if "unreadable" in case}
    assert parts == set(EventUnreadable.PARTS)
    assert len(BY_HAND) > 80
