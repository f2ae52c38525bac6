"""The report of published tables: the numbers of the file in words, in three languages, and nothing besides."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import pytest

from testimony.domain.tables import count
from testimony.domain.tables.offsets import Offsets, Unit
from testimony.domain.tables.periods import Period
from testimony.domain.tables.plan import Plan
from testimony.domain.tables.published import Published
from testimony.publication.tables import lines as tables_lines
from testimony.publication.tables import report
from testimony.publication.text.phrases import LANGUAGES
from tests.support.domain.told_accounts import account, population

TEXT = "{http://www.w3.org/2000/svg}text"
PLAN = Plan.fitting(2026, 2400, borders=["HRV-BIH", "ROU-UKR"], codebook="1")


@pytest.fixture(scope="module")
def made() -> Published:
    return count.publish(population(2400, 2), PLAN, Period.of("2026"), Offsets.of(bytes(range(32))))


@pytest.fixture(scope="module")
def pages(made: Published) -> dict[str, bytes]:
    return report.pages(made, PLAN)


def parsed(page: bytes) -> Element:
    """As XML: the only tags that stay open are those of the head."""
    return ElementTree.fromstring(re.sub(rb"<!DOCTYPE html>|<meta[^>]*>", b"", page))


def cells(page: bytes) -> Iterator[str]:
    for cell in parsed(page).iter("td"):
        yield "".join(cell.itertext())


def test_each_language_has_a_whole_page_in_it(pages: dict[str, bytes]) -> None:
    assert tuple(pages) == LANGUAGES
    titles = {lang: parsed(page).findtext(".//h1") for lang, page in pages.items()}
    assert titles["en"] == "What people reported about pushbacks: 2026"
    assert len(set(titles.values())) == len(LANGUAGES)
    for lang, page in pages.items():
        assert parsed(page).get("lang") == lang
        assert "script" not in {one.tag for one in parsed(page).iter()}


def test_a_number_of_the_report_is_a_number_of_the_file(made: Published, pages: dict[str, bytes]) -> None:
    """The report counts nothing and adds nothing up."""
    known = {one.shown for one in tables_lines.lines(made)} | {"–"}
    said = [re.sub(r"^[^;]*: | \(.*\)$", "", one) for cell in cells(pages["en"]) for one in cell.split("; ")]
    assert len(said) > 500
    assert set(said) <= known
    drawn = {one.text for one in parsed(pages["en"]).iter(TEXT) if (one.text or "").isdigit()}
    assert drawn
    assert drawn <= known


def test_it_says_the_totals_first_and_how_to_read_them_last(made: Published, pages: dict[str, bytes]) -> None:
    sections = parsed(pages["en"]).findall(".//section")
    titles = [one.findtext("h2") for one in sections]
    assert titles[:3] == ["Summary", "Accounts by border", "Charts"]
    assert titles[-1] == "How to read these numbers"
    whole = made.number({}, Unit.ACCOUNTS)
    assert f">{whole}<".encode() in ElementTree.tostring(sections[0])
    assert "do not add or subtract" in "".join(sections[-1].itertext())


def test_a_known_border_without_a_row_is_named(pages: dict[str, bytes]) -> None:
    assert "ROU-UKR" not in pages["en"].decode()
    assert "Romania" in "".join(parsed(pages["en"]).findall(".//section")[-1].itertext())


def test_what_is_not_shown_has_no_bar() -> None:
    """Nearly all were undressed: the sentence says so, and a bar would give the number away."""
    stripped = [account(n, told={"act": frozenset({"undress", "dogs"})}) for n in range(2400)]
    told = count.publish(stripped, PLAN, Period.of("2026"), Offsets.of(bytes(range(32))))
    page = parsed(report.pages(told, PLAN)["en"])
    words = [one.text for one in page.iter(TEXT)]
    shown = next(one for one in tables_lines.lines(told) if (one.row, one.column) == ("all", "undress"))
    assert shown.number is None
    assert any("dog" in (one or "").lower() for one in words)
    assert not any("undress" in (one or "").lower() or "naked" in (one or "").lower() for one in words)
    assert "not shown (four in five or more)" in "".join(page.itertext())
