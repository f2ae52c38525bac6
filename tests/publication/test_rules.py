"""No total tells a blank, found by trying all numbers; labels are those of the ladders and no others."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from testimony.anonymity.class_table import BLANK_BELOW
from testimony.anonymity.hierarchies import ANY, MISSING
from testimony.publication import content, package
from testimony.publication.content import FIRST_FORMAT, HIDDEN
from testimony.publication.errors import EditionUnfit
from testimony.publication.rules import faults, holds, said_safely
from tests.support.publication.editions import usual
from tests.support.publication.random_tables import LADDERS, values


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 12), st.integers(0, 5), st.one_of(st.none(), st.integers(0, 24)))
def test_a_total_is_accepted_only_where_every_blank_may_be_any_number(
    said: int, blanks: int, total: int | None
) -> None:
    tried = [one for one in itertools.product(range(BLANK_BELOW), repeat=blanks) if total in (None, said + sum(one))]
    told = [set(one) for one in zip(*tried, strict=True)]
    if total is None:
        assert said_safely(total, said, blanks) == (blanks > 0)
        return
    small = blanks > 0 and total - said < BLANK_BELOW
    free = all(len(numbers) == BLANK_BELOW for numbers in told)
    assert said_safely(total, said, blanks) == (bool(tried) and free and not small)
    two = bool(tried) and all(len(numbers) > 1 for numbers in told)
    assert said_safely(total, said, blanks, FIRST_FORMAT) == two


@pytest.mark.parametrize("ladder", LADDERS, ids=lambda one: one.name)
def test_every_label_of_a_ladder_is_one_at_its_level(ladder) -> None:  # type: ignore[no-untyped-def]
    for value in (*values(ladder), MISSING):
        for level, label in zip(ladder.levels, ladder.ladder(value), strict=True):
            assert holds(ladder.name, *(HIDDEN if one == ANY else one for one in (level, label))), (level, label)


@pytest.mark.parametrize(
    ("attribute", "level", "label"),
    [
        ("date", "day", "2021-03-04"),
        ("date", "month", "2021-03-04"),
        ("date", "month", "2021-01..2021-02"),
        ("date", "quarter", "2021-02..2021-04"),
        ("date", "year", "2021-03"),
        ("date", "three_years", "2021-01..2023-12"),  # begins in no year that three divides
        ("date", "any", "any"),
        ("place", "any", "any"),
        ("place", "border", "HRV-BIH:north"),
        ("place", "segment", "45.2,15.1"),
        ("age", "band", "a16"),
        ("age", "majority", "a18to24"),
        ("age", "any", "child"),
        ("nat", "country", "Afghanistan"),
        ("nat", "region", "m034"),
        ("size", "bin", "399"),
        ("unheard", "of", "it"),
    ],
)
def test_what_is_finer_than_the_floor_coarser_than_the_ceiling_or_no_label_is_refused(
    attribute: str, level: str, label: str
) -> None:
    assert not holds(attribute, level, label)


def test_labels_of_one_column_nest() -> None:
    """Whatever step a line is of, its label lies in the coarser labels of the others, or beside them."""
    said = content.content_of(usual())
    for place, ladder in enumerate(LADDERS):
        used = {(line.levels[place], line.labels[place]) for line in said.lines}
        inside: dict[tuple[str, str], set[str]] = {one: set() for one in used}
        for value in values(ladder):
            for level, label in zip(ladder.levels, ladder.ladder(value), strict=True):
                key = tuple(HIDDEN if one == ANY else one for one in (level, label))
                if key in inside:
                    inside[key].add(value)  # type: ignore[index]
        for one, other in itertools.combinations(inside.values(), 2):
            assert not one & other or one <= other or other <= one


def test_what_a_check_would_refuse_is_not_built() -> None:
    edition = usual()
    small = replace(
        edition, table=replace(edition.table, rows=(replace(edition.table.rows[0], n=4), *edition.table.rows[1:]))
    )
    with pytest.raises(EditionUnfit, match=r"its check would fail \(small\)\. Nothing was made"):
        package.build(small)


def test_a_usual_release_has_no_fault() -> None:
    assert list(faults(content.content_of(usual()))) == []
