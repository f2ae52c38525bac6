"""The borders that a plan may name beside those of the form."""

from __future__ import annotations

from testimony.domain.tables.account import is_border
from testimony.domain.tables.neighbours import NEIGHBOURS, both_ways
from testimony.questionnaire.codebook import Codebook


def test_neighbours_are_countries_that_the_codebook_knows_and_each_is_listed_once() -> None:
    assert all(is_border(one, Codebook.load().countries) for one in NEIGHBOURS)
    assert len(both_ways(NEIGHBOURS)) == 2 * len(NEIGHBOURS)


def test_a_border_is_offered_in_both_directions() -> None:
    assert both_ways(["HRV-BIH"]) == {"HRV-BIH", "BIH-HRV"}


def test_none_is_in_the_list_of_the_form_already() -> None:
    of_form = {segment.border for segment in Codebook.load().segments.values()}
    assert both_ways(NEIGHBOURS).isdisjoint(of_form)
