"""Sums say what the lines say and no more: a blank is something from nothing to two."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from testimony.anonymity.class_table import BLANK_BELOW, NOT_SHOWN, Count
from testimony.domain.release.columns import MARK_IDS
from testimony.publication import content
from testimony.publication.package import build
from testimony.publication.sheets import aggregates
from tests.support.publication.editions import edition, profile, records, usual
from tests.support.publication.zip_reader import rows_of, unpacked


@settings(max_examples=200, deadline=None)
@given(st.lists(st.integers(0, 9), max_size=8))
def test_the_true_sum_lies_in_its_range_and_the_range_is_no_wider_than_blanks_allow(counts: list[int]) -> None:
    found = aggregates.over([(9, count if count >= BLANK_BELOW else None) for count in counts])
    assert found.least <= sum(counts) <= found.most
    assert found.most - found.least == 2 * sum(count < BLANK_BELOW for count in counts)
    assert found.said == any(count >= BLANK_BELOW for count in counts)


def number(count: Count, otherwise: int) -> int:
    return count if isinstance(count, int) else otherwise


def test_a_count_that_is_not_shown_may_be_all_of_its_line() -> None:
    found = aggregates.over([(9, 4), (12, NOT_SHOWN), (7, None)])
    assert (found.least, found.most, str(found)) == (4, 18, "≥ 4")


@pytest.mark.parametrize("seed", range(3))
def test_what_is_told_of_a_mark_holds_the_true_number(seed: int) -> None:
    of = records(500, seed)
    made = edition(of, profile(of))
    said = content.content_of(made)
    for mark in said.marks:
        found = aggregates.of_mark(said, mark)
        assert found.least >= sum(number(row.counts[mark], 0) for row in made.table.rows)
        assert found.most <= sum(
            row.n if row.counts[mark] == NOT_SHOWN else number(row.counts[mark], 2) for row in made.table.rows
        )


def test_every_sum_follows_from_the_lines_of_the_table_alone() -> None:
    """Worked out anew from table.csv, with nothing of the program."""
    files = unpacked(build(usual()))
    heads, _, *lines = rows_of(files["table.csv"])
    table = [dict(zip(heads, line, strict=True)) for line in lines]
    never = [mark for mark in MARK_IDS if not any(line[mark] for line in table)]
    assert never
    for attribute, key in (("gender", _same), ("place", _border), ("age", _majority)):
        names, *sums = rows_of(files[f"sums/by-{attribute}.csv"])
        assert [row[0] for row in sums] == sorted({key(line[attribute]) for line in table})
        for row in (dict(zip(names, one, strict=True)) for one in sums):
            inside = [line for line in table if key(line[attribute]) == row[attribute]]
            assert int(row["accounts"]) == sum(int(line["accounts"]) for line in inside)
            for mark in ("dogs", "injured", "sexual", "undress", *never):
                ends = [row[f"{mark}_{end}"] for end in ("at_least", "at_most")]
                if not any(line[mark].isdigit() for line in inside):
                    assert ends == ["", ""]  # nobody counted: no "0 to 54"
                    continue
                most = [line["accounts"] if line[mark] == NOT_SHOWN else line[mark] or "2" for line in inside]
                assert int(ends[0]) == sum(int(line[mark]) for line in inside if line[mark].isdigit())
                assert int(ends[1]) == sum(map(int, most))


def _same(label: str) -> str:
    return label


def _border(label: str) -> str:
    return label.split(":")[0]


def _majority(label: str) -> str:
    children: Mapping[str, str] = dict.fromkeys(("a0to11", "a12to14", "a15to17", "child"), "child")
    return label if label in ("any", "missing") else children.get(label, "adult")
