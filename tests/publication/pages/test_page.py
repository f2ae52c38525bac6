"""The parts of a page: a table has heads where it is given them, and its numbers stand to the right."""

from __future__ import annotations

from testimony.publication.pages import page
from testimony.publication.text.phrases import Words


def test_a_table_has_heads_and_each_row_a_name() -> None:
    made = page.grid("Name", ["a", "b", "c"], [("one", 2, None), ("three", "4", 5)])
    assert [(one.text, one.get("scope")) for one in made.iter("th")] == [
        ("a", "col"), ("b", "col"), ("c", "col"), ("one", "row"), ("three", "row"),
    ]  # fmt: skip
    cells = [(one.text, one.get("class")) for one in made.iter("td")]
    assert cells == [("2", "number"), ("", None), ("4", None), ("5", "number")]
    assert (made.get("aria-label"), made.get("tabindex"), made.get("class")) == ("Name", "0", "wide")


def test_a_table_without_heads_has_no_empty_ones() -> None:
    made = page.grid("Name", [], [("one", 2)])
    assert [one.tag for one in made.iter() if one.tag in ("thead", "tbody")] == ["tbody"]


def test_a_page_loads_nothing_and_says_its_language() -> None:
    text = page.document(Words("ar"), "Title", [page.section("Part", page.paragraph("words"))]).decode()
    assert text.startswith("<!DOCTYPE html>\n<html")
    assert 'lang="ar"' in text
    assert 'dir="rtl"' in text
    assert page.POLICY.replace("'", "'") in text
    assert text.count("Title") == 2
    assert "<h2>Part</h2><p>words</p>" in text
