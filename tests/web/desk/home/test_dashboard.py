"""A coordinator's dashboard: borders and languages out of what the key opens, never a small number, and what ends."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from typing import Any

import pytest
from playwright.sync_api import Browser as Chrome

from testimony.domain.release.release_line import MISSING
from testimony.domain.testimony.languages import dir_of
from testimony.services.coding import coded_record, counts
from testimony.services.coding.counts import OTHERS
from testimony.services.enrolment.organisation import Organisation
from testimony.station.station import Station
from testimony.web.text import i18n, labels
from tests.support.each_time import each_time
from tests.support.services.batches import bring, told
from tests.support.services.desks import reader_of
from tests.support.web.browser import LAWYERS, Browser, Filled, Served, passphrase_of
from tests.support.web.browsers import axe
from tests.support.web.browsers.pages_in_chromium import enter
from tests.support.web.desk.dashboard import require_within

BORDERS = {"HRV-BIH:north": 6, "GRC-TUR:evros": 8, "HRV-BIH:south": 3, "POL-BLR:all": 2, "HUN-SRB:all": 3}


def accounts(wanted: dict[str, int], purposes: Sequence[str] = ("P01", "P06")) -> list[dict[str, Any]]:
    """One in three is told in French."""
    return [
        told(number, purposes, i_segment=segment) | ({} if number % 3 else {"lang": "fr", "script": "fr"})
        for number, segment in enumerate(segment for segment, many in wanted.items() for _ in range(many))
    ]


def rows(page: str, chart: str) -> dict[str, str]:
    block = page.split(f'data-chart="{chart}"')[1].split("</figure>")[0]
    return dict(re.findall(r'<bdi>([^<]+)</bdi></th><td class="number">([^<]+)</td>', block))


@pytest.fixture
def desk(opened: Callable[[str], Station], organisation: Organisation) -> Station:
    """With what was brought from all these borders; five more that the fixture has were sealed before."""
    station = opened("coordinator")
    bring(organisation, station, accounts(BORDERS))
    return station


def test_borders_and_languages_are_counted_and_the_rare_ones_added_up(
    desk: Station, browser: Callable[..., Browser]
) -> None:
    page = browser("coordinator").get("/en/dashboard/").text
    found = rows(page, "borders")
    assert found == {
        "Croatia to Bosnia &amp; Herzegovina": "12",
        "Greece to Türkiye": "8",
        "others, with few each": "5",
    }
    assert not re.search("Poland|Belarus|Hungary|Serbia", page)
    assert "north" not in page, "no finer than a release"
    assert rows(page, "languages") == {"Arabic": "15", "others, with few each": "10"}, "ten in two others"
    assert re.search(r'data-number="counted"><b>25</b>', page)


def test_it_names_no_testimony(desk: Station, browser: Callable[..., Browser], filled: Filled) -> None:
    page = browser("coordinator").get("/en/dashboard/").text
    for number, sealed in enumerate(filled.sealed):
        assert filled.tid(number)[:8] not in page
        assert sealed.record.id not in page


def test_too_few_are_no_chart(browser: Callable[..., Browser]) -> None:
    """The fixture's two that open to coordinators."""
    page = browser("coordinator").get("/en/dashboard/").text
    assert 'data-few="borders"' in page
    assert 'data-few="languages"' in page
    assert "data-chart" not in page


@pytest.mark.parametrize(
    ("counted", "expected"),
    [
        ({"a": 7, "b": 9}, (("b", 9), ("a", 7))),
        ({"a": 7, "b": 2, "c": 3, "d": 20}, (("d", 20), ("a", 7), (OTHERS, 5))),
        ({"a": 7, "b": 2, "d": 20}, (("d", 20), (OTHERS, 9))),
        ({"a": 24, "b": 1, "c": 1}, None),
        ({"a": 1, MISSING: 2}, None),
        ({}, None),
    ],
)
def test_what_is_rare_has_no_name_and_no_number_of_its_own(counted: dict[str, int], expected: object) -> None:
    assert counts.shown_counts(counted).counts == expected


def test_what_may_not_be_counted_today_is_not(desk: Station, organisation: Organisation) -> None:
    """Without a yes to counting, and on a day after its end, nothing is in a chart."""
    reader = reader_of(organisation, "coordinator-1")

    def count(at: date) -> counts.CodedCounts:
        from testimony.services.opening.annexes import AnnexIndex

        with desk.database.reading() as session:
            return counts.count(desk, session, reader, AnnexIndex(), at=at)

    before = count(date(2026, 1, 20))
    bring(organisation, desk, [told(40, ("P01", "P04"), i_segment="ITA-SVN:all")])
    after = count(date(2026, 1, 20))
    assert (after.counted, after.left_out) == (before.counted, before.left_out + 1)
    later = count(date(2099, 1, 1))
    assert later.counted == 0
    assert later.borders.counts is None


def test_a_language_that_no_list_has_is_no_word_on_the_page() -> None:
    assert coded_record.language({"language": "<b>call me</b>"}) == MISSING
    assert coded_record.language({"language": ["ar"]}) == MISSING
    assert coded_record.language({"language": "ar", "script": {"lang": "en"}}) == "ar"
    assert coded_record.language({"script": {"lang": "prs"}}) == "prs"
    assert coded_record.language({"script": "prs"}) == MISSING
    assert labels.border("XQZ-QQQ", "en") == "XQZ-QQQ"


def test_what_ends_is_counted_by_use_and_leads_to_the_list(
    browser: Callable[..., Browser], filled: Filled, organisation: Organisation, opened: Callable[[str], Station]
) -> None:
    one = browser("coordinator")
    assert "data-ending" not in one.get("/en/dashboard/").text
    bring(organisation, opened("coordinator"), accounts({"HRV-BIH:north": 3}))
    last = None
    for year in range(2026, 2040):
        one.app.config["CLOCK"] = lambda year=year: datetime(year, 1, 5, 12, tzinfo=UTC)
        found = re.findall(r'data-ending="(\w+)"><b>(\d+)</b>', one.get("/en/dashboard/").text)
        if "P06" in dict(found):  # other uses may end before
            last = dict(found)
            break
    assert last is not None
    assert last["P06"] >= "3"
    page = one.get("/en/ending/").text
    assert page.partition('id="ended"')[0].count("data-tid=") == sum(map(int, last.values()))


def test_how_far_ahead_is_chosen(browser: Callable[..., Browser], filled: Filled) -> None:
    lawyer = browser("lawyer")
    lawyer.app.config["CLOCK"] = lambda: datetime(2026, 3, 1, 12, tzinfo=UTC)
    assert filled.tid(LAWYERS) not in lawyer.get("/en/ending/").text, "the clinic's three months end in seven weeks"
    page = lawyer.get("/en/ending/?weeks=8").text
    assert filled.tid(LAWYERS) in page
    assert re.search(r'weeks=8" aria-current="true">8 weeks<', page)
    for wrong in ("7", "x", "-1", "99999"):
        assert filled.tid(LAWYERS) not in lawyer.get(f"/en/ending/?weeks={wrong}").text


def test_what_has_ended_is_listed_until_the_witness_agrees_again(
    browser: Callable[..., Browser], filled: Filled
) -> None:
    lawyer = browser("lawyer")
    for day, has_ended in ((datetime(2026, 3, 1, tzinfo=UTC), False), (datetime(2026, 6, 1, tzinfo=UTC), True)):
        lawyer.app.config["CLOCK"] = lambda day=day: day
        soon, _, ended = lawyer.get("/en/ending/?weeks=8").text.partition('id="ended"')
        assert (filled.tid(LAWYERS) in ended) is has_ended, "the clinic's three months"
        assert (filled.tid(LAWYERS) in soon) is not has_ended


@pytest.mark.parametrize("lang", each_time(["en", "fr", "es", "ar", "fa"], "fr", "ar"))
def test_the_charts_fit_a_phone_turn_with_the_language_and_are_for_everybody(
    lang: str,
    chrome: Chrome,
    opened: Callable[[str], Station],
    serve: Callable[[str], Served],
    organisation: Organisation,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(i18n, "LANGUAGES", dict.fromkeys(i18n.LANGUAGES, ("en", "fr", "es", "ar", "fa")))
    served = serve("coordinator")
    bring(organisation, opened("coordinator"), accounts(BORDERS))
    with chrome.new_context(bypass_csp=True, viewport={"width": 320, "height": 640}) as context:
        page = context.new_page()
        enter(page, served, passphrase_of(organisation, "coordinator-1"), lang)
        page.goto(f"{served.address}/{lang}/dashboard/")
        for width in (320, 360, 1280):
            page.set_viewport_size({"width": width, "height": 640})
            assert page.evaluate("document.documentElement.scrollWidth") <= width, width
            require_within(page)
        if folder := os.environ.get("TESTIMONY_PICTURES"):
            page.set_viewport_size({"width": 360, "height": 740})
            page.screenshot(path=f"{folder}/desk-dashboard-{lang}.png", full_page=True)
        found = axe.violations(page)
        assert not found, [(one["id"], [node["html"] for node in one["nodes"]]) for one in found]
        bar, chart = (page.locator(place).first.bounding_box() for place in ("rect.counted", "svg.chart-bars"))
        assert bar is not None
        assert chart is not None
        begins = (
            chart["x"] + chart["width"] - bar["x"] - bar["width"] if dir_of(lang) == "rtl" else bar["x"] - chart["x"]
        )
        assert abs(begins) < 3, "where a reader begins"
