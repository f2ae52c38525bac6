"""Pages and charts of a release open anywhere: no script, nothing from elsewhere, every number as text too."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest
from playwright.sync_api import sync_playwright

from testimony.publication import content
from testimony.publication.package import build
from testimony.publication.pages import charts
from testimony.publication.text.phrases import LANGUAGES, Words
from tests.support.publication.editions import usual
from tests.support.publication.zip_reader import unpacked
from tests.support.web.browsers.chromium import FLAGS

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def files() -> Mapping[str, bytes]:
    return unpacked(build(usual()))


class Tags(HTMLParser):
    """Collects tags with their attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def tags(page: bytes) -> list[tuple[str, dict[str, str | None]]]:
    reader = Tags()
    reader.feed(page.decode())
    return reader.found


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", ["report", "codebook"])
def test_a_page_has_no_script_and_takes_nothing_from_elsewhere(
    files: Mapping[str, bytes], name: str, lang: str
) -> None:
    found = tags(files[f"{name}.{lang}.html"])
    assert not {"script", "link", "iframe", "img", "object", "form"} & {tag for tag, _ in found}
    for _, attributes in found:
        assert not [key for key in attributes if key.startswith("on") or key in ("src", "href", "action")]
    assert next(attributes for tag, attributes in found if tag == "html") == {"lang": lang, "dir": "ltr"}
    policy = [attributes for tag, attributes in found if attributes.get("http-equiv") == "Content-Security-Policy"]
    assert policy
    assert policy[0]["content"].startswith("default-src 'none'")  # type: ignore[union-attr]


def test_the_name_of_an_organisation_is_text_and_no_markup() -> None:
    page = unpacked(build(replace(usual(), organisation="<script>alert(1)</script> & Co")))["report.en.html"]
    assert b"<script" not in page
    assert b"&lt;script&gt;alert(1)&lt;/script&gt; &amp; Co" in page


def test_the_report_says_the_promise_with_its_numbers(files: Mapping[str, bytes]) -> None:
    page = files["report.en.html"].decode()
    assert "Each line stands for at least 5 different people from at least 2 different pushbacks." in page
    assert "c" + "0a" * 16 in page  # of which somebody withdrew


def test_every_bar_has_its_words_and_its_number(files: Mapping[str, bytes]) -> None:
    said = content.content_of(usual())
    for lang in LANGUAGES:
        words = Words(lang)
        for chart in charts.charts(said, words):
            picture = ElementTree.fromstring(files[f"charts/{chart.name}.{lang}.svg"])
            texts = " ".join(one.text or "" for one in picture.iter(f"{SVG}text"))
            assert picture.find(f"{SVG}title").text == chart.title  # type: ignore[union-attr]
            for word, found in chart.bars:
                assert (f"{word} {found}" if found.said else word) in texts


def test_a_bar_is_as_long_as_its_number() -> None:
    said = content.content_of(usual())
    chart = next(one for one in charts.charts(said, Words("en")) if one.name == "place")
    picture = charts.draw(chart, Words("en"))
    wide = [float(one.get("width", "0")) for one in picture.iter("rect") if one.get("fill") == charts.DARK]
    most = max(found.least for _, found in chart.bars)
    assert wide == [round((charts.WIDTH - charts.ROOM) * found.least / most, 1) for _, found in chart.bars]


def test_what_blanks_leave_open_is_hatched() -> None:
    said = content.content_of(usual())
    chart = next(one for one in charts.charts(said, Words("en")) if one.name == "told")
    hatched = [one for one in charts.draw(chart, Words("en")).iter("rect") if "url" in one.get("fill", "")]
    open_ones = [found for _, found in chart.bars if found.said and not found.open and found.least != found.most]
    assert len(hatched) == len(open_ones) + 1  # one in the legend
    assert len(hatched) > 1


def test_what_no_line_says_has_words_and_no_bar_from_nothing_to_all() -> None:
    said = content.content_of(usual())
    chart = next(one for one in charts.charts(said, Words("en")) if one.name == "told")
    unsaid = [word for word, found in chart.bars if not found.said]
    assert any(word.endswith(": fewer than three in each line, or nobody") for word in unsaid)
    assert any(word.endswith(": not shown") for word in unsaid)
    texts = [one.text or "" for one in charts.draw(chart, Words("en")).iter("text")]
    assert not [text for text in texts if text.startswith("0–")]


@pytest.mark.browser
@pytest.mark.parametrize("name", ["report.en.html", "report.fr.html", "codebook.es.html"])
def test_a_small_phone_shows_it_without_scrolling_sideways(
    files: Mapping[str, bytes], name: str, tmp_path: Path, chromium: str
) -> None:
    (tmp_path / name).write_bytes(files[name])
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        page = browser.new_page(viewport={"width": 360, "height": 640})
        told: list[str] = []
        page.on("console", lambda message: told.append(message.text))
        page.goto((tmp_path / name).as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") == 360
        assert told == []
        browser.close()


def test_no_page_tells_a_number_that_is_blank_in_the_table(files: Mapping[str, bytes]) -> None:
    """No share of a stigma, and no number held back below what a line needs."""
    held = replace(usual(), risk=replace(usual().risk, waiting=((0, 2), (1, 30)), stigma=(0.1234, 0.4321)))
    for name, data in unpacked(build(held)).items():
        if name.startswith("report"):
            assert not re.search(rb"12[.,]34|43[.,]21", data)
    page = unpacked(build(held))["report.en.html"].decode()
    assert "fewer than 5" in page
    assert "Accounts that left, of those that could" not in page
