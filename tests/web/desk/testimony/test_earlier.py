"""A desk shows which wordings were said before a witness went on in another language, and what was said under each."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import Any

import pytest

from testimony.domain.testimony.languages import DESKS
from testimony.questionnaire.consent_scripts import Script
from testimony.services.demo import demo
from testimony.services.enrolment.organisation import Organisation
from testimony.station.station import Station
from tests.support.services.batches import bring, told
from tests.support.web.browser import Browser

DARI = Script.load("prs")
NAMED = {"id": DARI.id, "version": DARI.version, "lang": "prs", "sha256": DARI.sha256, "draft": True}
BEFORE = {"script": NAMED, "told": ["who", "risks"], "teach_back": ["q2"], "asked": ["P01", "P05-camp-clinic"]}
Shown = Callable[[Any, str], str]


@pytest.fixture
def shown(
    opened: Callable[[str], Station],
    organisation: Organisation,
    browser: Callable[..., Browser],
    monkeypatch: pytest.MonkeyPatch,
) -> Shown:
    """A function: the lawyer's page of a testimony whose consent says `said_before`, in a language."""
    made = demo.contents

    def page(said_before: Any, lang: str = "en") -> str:
        def altered(*args: Any) -> dict[str, Any]:
            contents = made(*args)
            return {**contents, "consent": {**contents["consent"], "said_before": said_before}}

        monkeypatch.setattr(demo, "contents", altered)
        (sealed,) = bring(organisation, opened("lawyer"), [told(0, ("P01", "P04"))])
        answer = browser("lawyer").get(f"/{lang}/testimony/{sealed.record.value['tid']}")
        assert answer.status_code == 200
        return str(answer.text)

    return page


def entries(page: str) -> list[str]:
    """The text of each wording that was said before."""
    found = re.findall(r'data-field="said_before">(.*?)</div>', page, re.DOTALL)
    return [" ".join(html.unescape(re.sub(r"<[^>]+>", " ", one)).split()) for one in found]


def test_a_wording_said_before_is_named_with_language_version_hash_and_what_was_said_under_it(shown: Shown) -> None:
    (one,) = entries(shown([BEFORE], "en"))
    assert f"{DARI.id} {DARI.version} · Dari · draft translation · {DARI.sha256[:8]}" in one
    assert "Said in it: Who we are · The risks" in one
    assert "Answered in their own words: Who can read it" in one
    uses = "Record and keep it, locked ( Border Watch ) · Pass name and contact to one service ( camp-clinic )"
    assert f"Yes or no was said to: {uses}" in one
    assert "This program does not have this wording." not in one


def test_a_wording_that_this_program_does_not_have_or_that_is_not_said_to_be_checked_is_shown_as_such(
    shown: Shown,
) -> None:
    unknown = {**NAMED, "sha256": "ab" * 32, "draft": None}
    checked = {**NAMED, "draft": False}
    first, second = entries(shown([{**BEFORE, "script": unknown}, {**BEFORE, "script": checked}], "en"))
    assert "abababab · This program does not have this wording." in first
    assert "draft translation" in first
    assert "draft translation" not in second


def test_where_the_language_was_not_changed_no_other_wording_is_shown(shown: Shown) -> None:
    for nothing in (None, [], "x", {"script": NAMED}):
        assert entries(shown(nothing, "en")) == []


ALERT = "<script>alert(1)</script>"
HOSTILE: tuple[Any, ...] = (
    [7, None, [], {"script": 7, "told": {"a": 1}, "teach_back": "q1", "asked": [[], {}, 7]}],
    [{"script": {"id": {}, "version": [], "lang": '"><script>', "sha256": ALERT, "draft": "no"}}],
    [{"script": NAMED, "told": [ALERT], "asked": [f"P05-{ALERT}", "P99-x", "-"]}],
)


@pytest.mark.parametrize("said_before", HOSTILE)
def test_whatever_was_sealed_there_is_shown_as_words_or_left_out(said_before: Any, shown: Shown) -> None:
    for lang in DESKS:
        assert "<script>alert" not in shown(said_before, lang)
