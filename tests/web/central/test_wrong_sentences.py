"""Central's page of wrong sentences: by language, the words beside the English, those marked most often first."""

from __future__ import annotations

import re
from collections.abc import Callable

from testimony.canonical import sha256_hex
from testimony.services.wordings import sentences, wrong_sentences
from tests.support.web.browser import Browser


def test_sentences_stand_by_language_with_their_count_and_the_english(browser: Callable[..., Browser]) -> None:
    one = browser("central")
    assert "No sentence was marked as wrong." in one.get("/en/wrong-sentences").text
    station = one.app.extensions["testimony.station"]
    words = sentences.everything(station.chain.latest.organisation, "ar")
    told = [
        {"lang": "ar", "sentence": key, "text": sha256_hex(words[key].encode()), "marks": marks}
        for key, marks in (("told.why", 2), ("question.i_held", 5))
    ]
    told.append({"lang": "ps", "sentence": "told.who", "text": "0" * 64, "marks": 9})
    with station.database.transaction() as session:
        wrong_sentences.note(session, "a" * 16, told)
    page = one.get("/en/wrong-sentences").text
    assert re.findall(r'data-language="([a-z]+)" data-marks="(\d+)"', page) == [("ar", "7"), ("ps", "9")]
    assert re.findall(r'data-sentence="([^"]+)" data-marks="(\d+)"', page) == [
        ("question.i_held", "5"),
        ("told.why", "2"),
        ("told.who", "9"),
    ]
    assert f'<p lang="ar" dir="rtl">{words["told.why"]}</p>' in page
    english = sentences.everything(station.chain.latest.organisation, "en")["told.why"]
    assert f'<p class="quiet" lang="en" dir="ltr">{english}</p>' in page
    assert page.count("These words are not said any more.") == 1
    assert "a" * 16 not in page
