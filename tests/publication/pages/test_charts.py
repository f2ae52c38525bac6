"""A bar chart, element by element: a small one whose every place was reckoned by hand."""

from __future__ import annotations

import pytest

from testimony.publication.pages import charts
from testimony.publication.pages.charts import BAR, DARK, LETTERS, ROOM, WIDTH, Chart
from testimony.publication.sheets.aggregates import Range
from testimony.publication.text.phrases import Words

WORDS = Words("en")
LONG = "letters " * 8
"""As words, they need two lines."""


def drawn(*bars: tuple[str, Range]) -> tuple[list[tuple[str, ...]], list[tuple[str, str, str]], str]:
    """Bars (x, y, width, height, fill), texts (x, y, text) without the title, and the height of all."""
    picture = charts.draw(Chart(name="name", title="Title", bars=bars), WORDS)
    rects = [one for one in picture if one.tag == "rect"]
    title, *texts = [one for one in picture if one.tag == "text"]
    assert (title.get("x"), title.get("y"), title.text) == ("0", "14", "Title")
    (paper, *others) = rects
    assert (paper.get("width"), paper.get("height")) == (str(WIDTH), (picture.get("viewBox") or "").split()[-1])
    sides = ("x", "y", "width", "height", "fill")
    return (
        [tuple(one.get(side, "") for side in sides) for one in others],
        [(one.get("x", ""), one.get("y", ""), one.text or "") for one in texts],
        paper.get("height", ""),
    )


def test_each_bar_has_its_word_above_and_its_number_behind() -> None:
    bars, texts, height = drawn(("One", Range(least=10, most=10)), ("Two", Range(least=5, most=5)))
    wide = WIDTH - ROOM
    assert bars == [("0", "41", f"{wide}.0", "12", DARK), ("0", "81", f"{wide / 2}", "12", DARK)]
    assert texts == [
        ("0", "36", "One"),
        (f"{wide + 6}.0", "51", "10"),
        ("0", "76", "Two"),
        (f"{wide / 2 + 6}", "91", "5"),
    ]
    assert height == "106"


def test_what_is_possible_is_hatched_behind_what_is_certain_with_a_legend() -> None:
    bars, texts, height = drawn(("One", Range(least=5, most=10)), ("Two", Range(least=0, most=2)))
    assert bars == [
        ("0", "41", "129.0", "12", DARK),
        ("129.0", "41", "129.0", "12", "url(#h-name)"),
        ("0.0", "81", "51.6", "12", "url(#h-name)"),
        ("0", "106", "14", "12", "url(#h-name)"),
    ]
    legend = [text for text in texts if int(float(text[1])) > 106]
    assert [text[:2] for text in legend] == [("20", "116"), ("20", "132")]
    assert height == str(106 + 32)


def test_what_the_table_does_not_say_has_a_word_and_no_bar() -> None:
    bars, texts, height = drawn(("No", Range(least=0, most=99, said=False)), ("One", Range(least=1, most=1)))
    assert bars == [("0", "69", "258.0", "12", DARK)]
    assert [text[:2] for text in texts] == [("0", "36"), ("0", "64"), ("264.0", "79")]
    assert height == "94"


def test_a_count_that_is_not_shown_has_no_end() -> None:
    bars, texts, _ = drawn(("One", Range(least=2, most=90, open=True)), ("Two", Range(least=4, most=4)))
    assert [bar[2] for bar in bars] == ["129.0", "258.0"]
    assert ("135.0", "51", "≥ 2") in texts


def test_long_words_have_several_lines() -> None:
    bars, texts, height = drawn((LONG, Range(least=1, most=1)))
    assert [text[:2] for text in texts[:2]] == [("0", "36"), ("0", "52")]
    assert all(len(text[2]) <= LETTERS for text in texts)
    assert (bars[0][1], height) == ("57", str(26 + 32 + BAR + 12))


def test_a_chart_of_nothing_is_a_title() -> None:
    assert drawn() == ([], [], "26")
    assert drawn(("", Range(least=0, most=0)))[0] == []


@pytest.mark.parametrize(
    ("attribute", "label", "word"),
    [("date", "y2022", "2022"), ("date", "y2022to2024", "2022–2024"), ("place", "HRV-BIH", None)],
)
def test_years_are_written_as_years(attribute: str, label: str, word: str | None) -> None:
    said = charts.coarse_word(attribute, label, WORDS)
    assert said == word if word else "HRV" not in said


def test_the_words_have_room_on_a_small_phone() -> None:
    assert (WIDTH, ROOM, LETTERS, charts.LINE, BAR, charts.GAP) == (320, 62, 44, 16, 12, 12)
