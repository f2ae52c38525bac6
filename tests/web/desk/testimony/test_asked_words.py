"""A lawyer sees in how many questions the words were a draft that nobody had checked."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import Any

import pytest

from testimony.services.demo import demo
from testimony.services.enrolment.organisation import Organisation
from testimony.station.station import Station
from testimony.web.desk.testimony.asked_words import AskedWords, read
from tests.support.services.batches import bring, told
from tests.support.web.browser import Browser

ASKED = {"fa": {"draft": ["i_date", "v_acts"], "heard": ["i_segment"]}, "en": {"checked": ["w_age"]}}


def test_the_page_counts_the_questions_of_each_language_by_how_far_their_words_were_checked(
    opened: Callable[[str], Station],
    organisation: Organisation,
    browser: Callable[..., Browser],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = demo.contents

    def altered(*args: Any) -> dict[str, Any]:
        contents = made(*args)
        return {**contents, "provenance": {**contents["provenance"], "questions": ASKED}}

    monkeypatch.setattr(demo, "contents", altered)
    (sealed,) = bring(organisation, opened("lawyer"), [told(0, ("P01", "P04"))])
    page = browser("lawyer").get(f"/en/testimony/{sealed.record.value['tid']}").text
    found = re.findall(r'data-field="questions">(.*?)</div>', page, re.DOTALL)
    lines = [" ".join(html.unescape(re.sub(r"<[^>]+>", " ", one)).split()) for one in found]
    assert lines == [
        "Questions asked aloud ( English ) "
        "In words that a speaker of the language had checked: 1. In words of a draft: 0.",
        "Questions asked aloud ( فارسی ) "
        "In words that a speaker of the language had checked: 1. In words of a draft: 2.",
    ]


def test_words_below_checked_and_states_of_a_newer_version_count_as_a_draft() -> None:
    said = {"agreed": ["a"], "back_translated": ["b"], "printed": ["c"], "checked": ["d"]}
    assert read({"questions": {"en": said}}) == [AskedWords(language="English", checked=1, draft=3)]


@pytest.mark.parametrize("said", [None, [], "fa", {}, {"<b>": {"draft": ["a"]}}, {"fa": None}, {"fa": {"draft": "a"}}])
def test_what_an_honest_phone_never_seals_is_not_shown(said: Any) -> None:
    assert read({"questions": said}) == []
