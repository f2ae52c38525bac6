"""What a phone says of days and weeks is in the language of its page, also where the browser has no words of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from babel.dates import format_date
from playwright.sync_api import Page, Playwright

from testimony.catalogues import day_inflected
from testimony.domain.testimony.languages import INTERVIEWERS
from tests.support.interview.consent import MODULE
from tests.support.interview.driver import Interviewer
from tests.support.web.browsers.chromium import FLAGS

SAID = f"""async ([lang, days]) => {{
  document.documentElement.lang = lang;
  const {{ inWords }} = await ((name) => import({MODULE}))('pages/base/phrases.js');
  return days.map((day) => inWords({{ from: day, to: day }}));
}}"""
RELATIVE = f"""async (lang) => {{
  document.documentElement.lang = lang;
  const {{ region, written }} = await ((name) => import({MODULE}))('pages/base/phrases.js');
  const format = new Intl.RelativeTimeFormat(region(), {{ numeric: "auto" }});
  const each = [[0, "day"], [-1, "day"], [-14, "day"], [0, "week"], [-1, "week"], [0, "month"], [-1, "month"]];
  return each.map(([back, unit]) => written(format.format(back, unit)));
}}"""
DAYS = [date(2026, month, 3) for month in range(1, 13)]


@pytest.fixture(scope="module")
def phone(playwright: Playwright, quick_chromium: str, looked_at: str) -> Iterator[Page]:
    launched = playwright.chromium.launch(executable_path=quick_chromium, args=FLAGS)
    page = launched.new_context(service_workers="block").new_page()
    Interviewer(page, looked_at).open(offline_ready=False)
    yield page
    launched.close()


def said(phone: Page, lang: str) -> list[str]:
    found: list[str] = phone.evaluate(SAID, [lang, [day.isoformat() for day in DAYS]])
    return found


@pytest.mark.parametrize("lang", ["bs", "sr", "hr", "de"])
def test_a_day_is_written_as_at_a_desk(phone: Page, lang: str) -> None:
    assert said(phone, lang) == [
        day_inflected(format_date(day, "d. MMMM y" + "." * (lang != "de"), lang), lang) for day in DAYS
    ]


@pytest.mark.parametrize("lang", INTERVIEWERS)
def test_a_browser_has_words_for_days_in_each_language_of_interviewers(phone: Page, lang: str) -> None:
    english = phone.evaluate(RELATIVE, "en")
    assert not any("M0" in day or "M1" in day for day in said(phone, lang))
    relative = phone.evaluate(RELATIVE, lang)
    assert lang == "en" or not set(relative) & set(english)


def test_weeks_and_days_are_said_as_in_bosnia(phone: Page) -> None:
    assert phone.evaluate(RELATIVE, "bs") == [
        "danas", "jučer", "prije 14 dana", "ove sedmice", "prošle sedmice", "ovog mjeseca", "prošlog mjeseca"
    ]  # fmt: skip
