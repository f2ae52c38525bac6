"""How old the list of readers is. The phone has the same rule (tests/js/interview/node/freshness.test.mjs)."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from testimony.domain import freshness

CASES = json.loads((Path(__file__).parents[1] / "vectors" / "fresh.json").read_text())["ages"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["about"])
def test_the_age_of_the_list_of_readers(case: dict[str, Any]) -> None:
    said = case["said"] and (case["said"]["no"], date.fromisoformat(case["said"]["day"]))
    found = freshness.look(
        date.fromisoformat(case["today"]),
        issued=date.fromisoformat(case["issued"]),
        no=case["no"],
        asked=case["asked"],
        said=said,
    )
    confirmed = found.confirmed and found.confirmed.isoformat()
    assert {
        "confirmed": confirmed,
        "age": found.age,
        "stale": found.stale,
        "newer": found.newer,
    } == case["found"]
