"""Sums say what the lines say and no more: a blank is something from nothing to two."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from testimony.anonymity.class_table import BLANK_BELOW
from testimony.publication import content
from testimony.publication.package import build
from testimony.publication.sheets import aggregates
from tests.support.publication.editions import edition, profile, records, usual
from tests.support.publication.zip_reader import rows_of, unpacked


@settings(max_examples=200, deadline=None)
@given(st.lists(st.integers(0, 9), max_size=8))
def test_the_true_sum_lies_in_its_range_and_the_range_is_no_wider_than_blanks_allow(counts: list[int]) -> None:
    found = aggregates.over([count if count >= BLANK_BELOW else None for count in counts])
    assert found.least <= sum(counts) <= found.most
    assert found.most - found.least == 2 * sum(count < BLANK_BELOW for count in counts)


@pytest.mark.parametrize("seed", range(3))
def test_what_is_told_of_a_mark_holds_the_true_number(seed: int) -> None:
    of = records(500, seed)
    made = edition(of, profile(of))
    said = content.content_of(made)
    for mark in said.marks:
        found = aggregates.of_mark(said, mark)
        assert found.least >= sum(row.counts[mark] or 0 for row in made.table.rows)
        assert found.most <= sum(2 if row.counts[mark] is None else row.counts[mark] for row in made.table.rows)


def test_every_sum_follows_from_the_lines_of_the_table_alone() -> None:
    """Worked out anew from table.csv, with nothing of the program."""
    files = unpacked(build(usual()))
    heads, _, *lines = rows_of(files["table.csv"])
    table = [dict(zip(heads, line, strict=True)) for line in lines]
    for attribute, key in (("gender", _same), ("place", _border), ("age", _majority)):
        names, *sums = rows_of(files[f"sums/by-{attribute}.csv"])
        assert [row[0] for row in sums] == sorted({key(line[attribute]) for line in table})
        for row in (dict(zip(names, one, strict=True)) for one in sums):
            inside = [line for line in table if key(line[attribute]) == row[attribute]]
            assert int(row["accounts"]) == sum(int(line["accounts"]) for line in inside)
            for mark in ("dogs", "injured", "sexual"):
                assert int(row[f"{mark}_at_least"]) == sum(int(line[mark] or 0) for line in inside)
                assert int(row[f"{mark}_at_most"]) == sum(int(line[mark] or 2) for line in inside)


def _same(label: str) -> str:
    return label


def _border(label: str) -> str:
    return label.split(":")[0]


def _majority(label: str) -> str:
    children: Mapping[str, str] = dict.fromkeys(("a0to11", "a12to14", "a15to17", "child"), "child")
    return label if label in ("any", "missing") else children.get(label, "adult")
