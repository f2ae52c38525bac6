"""Which numbers of published tables become smaller for somebody who knows a story, and when that is too small."""

from __future__ import annotations

import pytest

from testimony.domain.stories.beside_tables import LEAST_LEFT, Told, cells
from testimony.domain.stories.story import Story


def story(**more: object) -> Story:
    plain = {
        "id": "0" * 32,
        "of": "a" * 64,
        "lang": "en",
        "title": "At night",
        "month": "2025-07",
        "border": "HRV-BIH:all",
    }
    return Story.parse({**plain, "people": None, "answers": {}, "losses": {}, "paragraphs": ["We left."], **more})


def told(number: int, border: str = "HRV-BIH", when: str = "2025-07", start: int = 0) -> list[Told]:
    return [Told(name=f"{border}{when}{start + n}", border=border, when=when) for n in range(number)]


OWN = Told(name="a" * 64, border="HRV-BIH", when="2025-07")


def found(one: Story, counted: list[Told], known: list[str] | None = None) -> dict[tuple[str, str], tuple[int, int]]:
    return {(cell.border, cell.when): (cell.accounts, cell.left) for cell in cells(one, counted, known or [])}


def test_a_story_counts_out_of_every_number_that_it_stands_in() -> None:
    counted = [OWN, *told(9), *told(590, "GRC-TUR", "2025-03")]
    assert found(story(), counted) == {
        ("HRV-BIH", ""): (10, 9),
        ("", "2025-07"): (10, 9),
        ("HRV-BIH", "2025-07"): (10, 9),
    }


def test_published_stories_count_out_too() -> None:
    counted = [OWN, *told(9), *told(590, "GRC-TUR", "2025-03")]
    known = [one.name for one in counted[1:4]]
    assert found(story(), counted, known)["HRV-BIH", "2025-07"] == (10, 6)


@pytest.mark.parametrize(
    ("accounts", "places"),
    [
        (60, {("HRV-BIH", "")}),
        (120, {("HRV-BIH", ""), ("", "2025"), ("HRV-BIH", "2025")}),
        (600, {("HRV-BIH", ""), ("", "2025-07"), ("HRV-BIH", "2025-07")}),
    ],
)
def test_only_what_tables_of_so_many_accounts_print_is_named(accounts: int, places: set[tuple[str, str]]) -> None:
    assert found(story(), told(accounts)).keys() == places


def test_a_story_that_says_neither_border_nor_time_stands_in_no_number() -> None:
    assert cells(story(month="", border=""), told(600), []) == ()
    assert found(story(border=""), told(600)).keys() == {("", "2025-07")}


@pytest.mark.parametrize(("others", "small"), [(0, False), (1, True), (LEAST_LEFT - 1, True), (LEAST_LEFT, False)])
def test_a_number_is_too_small_where_it_would_stand_for_a_few_others(others: int, small: bool) -> None:
    (cell,) = cells(story(month=""), [OWN, *told(others)], [])
    assert (cell.left, cell.is_small) == (others, small)
