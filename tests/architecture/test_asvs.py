"""docs/asvs.csv: every control of five chapters of ASVS 5.0, once, and behind each that is met a test that exists."""

from __future__ import annotations

import csv

import pytest

from tests.support.architecture.documents import ROOT, names_of

CONTROLS = {
    "6.1": 3, "6.2": 12, "6.3": 8, "6.4": 6, "6.5": 8, "6.6": 4, "6.7": 2, "6.8": 4,
    "7.1": 3, "7.2": 4, "7.3": 2, "7.4": 5, "7.5": 3, "7.6": 2,
    "9.1": 3, "9.2": 4, "10.1": 2, "10.2": 3, "10.3": 5, "10.4": 16, "10.5": 5, "10.6": 2, "10.7": 3,
    "17.1": 2, "17.2": 8, "17.3": 2,
}  # fmt: skip
STATUSES = {"met", "partly", "open", "not applicable"}
with (ROOT / "docs" / "asvs.csv").open(encoding="utf-8", newline="") as file:
    ROWS = list(csv.DictReader(file))


def test_every_control_stands_there_once() -> None:
    wanted = [f"{part}.{number}" for part, count in CONTROLS.items() for number in range(1, count + 1)]
    assert [row["control"] for row in ROWS] == wanted


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["control"])
def test_what_is_met_names_the_tests_that_show_it(row: dict[str, str]) -> None:
    assert row["status"] in STATUSES
    assert row["level"] in {"1", "2", "3"}
    assert row["how"]
    cited = row["tests"].split()
    assert cited or row["status"] != "met"
    for each in cited:
        path, _, name = each.partition("::")
        assert name in names_of(ROOT / path), each
