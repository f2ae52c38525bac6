"""In a language that nobody speaks every page is marked from end to end, and longer words break none of them."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from babel import Locale
from flask import Flask
from playwright.sync_api import sync_playwright
from werkzeug.serving import make_server

from testimony.domain.testimony import languages
from testimony.questionnaire import labels
from testimony.questionnaire.codebook import read_json
from testimony.questionnaire.consent_scripts import Script
from testimony.station.station import Station
from testimony.web.factory import create_app
from testimony.web.text import i18n
from tests.support.each_time import each_time
from tests.support.interview import all_cards
from tests.support.interview.accessible import SPILLING, WIDE
from tests.support.interview.driver import Interviewer
from tests.support.web import pseudolocales
from tests.support.web.browser import EVERYTHING, NOW, Browser, Filled
from tests.support.web.browsers.chromium import FLAGS

SHOWN = {
    "field": ["", "outbox", "carry", "nowhere"],
    "central": ["start", "", "dashboard", "alarms", "roster", "nowhere"],
    "lawyer": ["unlock", "", "testimony", "wordings/", "wordings/ps", "casefile/", "submissions/", "nowhere"],
    "coordinator": ["", "releases/", "releases/new", "releases/clearing", "dashboard/", "ending/", "reports/"],
}
INTERVIEW = ("", "cards", "lists", "list")
NARROW = (320, 360)


@pytest.fixture(scope="module")
def catalogues(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return pseudolocales.make(tmp_path_factory.mktemp("pseudo") / "translations")


@pytest.fixture
def pseudo(catalogues: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Station], Flask]]:
    """A function that makes the application of a station whose French is `en-XA` and whose Arabic is `ar-XB`."""
    monkeypatch.setattr("testimony.catalogues.FOLDER", catalogues)
    monkeypatch.setattr(i18n, "LANGUAGES", dict.fromkeys(i18n.LANGUAGES, ("en", "fr", "ar")))
    labels._catalogue.cache_clear()
    yield lambda station: create_app(
        STATION=station, CLOCK=lambda: NOW, BABEL_TRANSLATION_DIRECTORIES=str(catalogues), TESTING=False
    )
    labels._catalogue.cache_clear()


@pytest.fixture
def app(pseudo: Callable[[Station], Flask], opened: Callable[[str], Station]) -> Callable[[str], Flask]:
    return lambda role: pseudo(opened(role))


def names(lang: str) -> frozenset[str]:
    """What comes from CLDR and from the scripts of consent, and is in no catalogue."""
    cldr = read_json("names.json")["names"][lang]
    script = Script.load(lang)
    expected = {script.words["withdraw_title"], *(question.expect.strip(".") for question in script.teach_back)}
    autonyms = set(languages.AUTONYMS.values())
    short = Locale(lang).months["format"]["abbreviated"].values()
    return frozenset(
        {*cldr["months"], *short, *cldr["countries"].values(), *cldr["languages"].values(), *expected, *autonyms}
    )


def test_both_say_everything_with_the_same_places(catalogues: Path) -> None:
    assert pseudolocales.accented("Only %(count)s of {name}") == "⟦Ôñlý %(count)s ôf {name} lorem ips⟧"
    for slot in pseudolocales.SLOTS:
        assert sorted(path.name for path in (catalogues / slot / "LC_MESSAGES").iterdir()) == [
            "messages.mo",
            "questionnaire.mo",
        ]


@pytest.mark.parametrize("slot", each_time(pseudolocales.SLOTS, "ar"))
@pytest.mark.parametrize("role", SHOWN)
def test_no_page_has_a_sentence_that_is_in_no_catalogue(
    role: str, slot: str, browser: Callable[..., Browser], filled: Filled
) -> None:
    one = browser(role)
    left: dict[str, list[str]] = {}
    for path in SHOWN[role]:
        address = f"testimony/{filled.tid(EVERYTHING)}" if path == "testimony" else path
        page = one.get(f"/{slot}/{address}").text
        texts = pseudolocales.Texts(page).found
        assert any(pseudolocales.OPEN in text for text in texts), path
        left[path] = list(pseudolocales.unmarked(texts, names(slot)))
    assert {path: found for path, found in left.items() if found} == {}


@pytest.mark.parametrize("slot", each_time(pseudolocales.SLOTS, "ar"))
def test_no_card_of_an_interview_has_one_and_no_word_of_its_scripts(slot: str, browser: Callable[..., Browser]) -> None:
    one = browser("field")
    for piece in INTERVIEW:
        page = one.get(f"/interview/{slot}/{piece}").text
        texts = pseudolocales.Texts(page).found
        assert len(texts) > 5, piece
        assert list(pseudolocales.unmarked(texts, names(slot))) == [], piece
        for told in re.findall(r'<script type="application/json"[^>]*>(.*?)</script>', page, re.DOTALL):
            data = json.loads(told)
            said = [text for name in ("words", "sections", "checks") for text in data.get(name, {}).values()]
            assert said
            assert [text for text in said if pseudolocales.OPEN not in text] == []


@pytest.fixture
def address(pseudo: Callable[[Station], Flask], opened: Callable[[str], Station]) -> Iterator[str]:
    """A field node that speaks both."""
    server = make_server("127.0.0.1", 0, pseudo(opened("field")), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://localhost:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join(10)


@pytest.mark.browser
def test_longer_words_and_the_other_direction_break_no_card_of_a_narrow_phone(address: str, chromium: str) -> None:
    broken: dict[str, object] = {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        for slot, name in pseudolocales.SLOTS.items():
            page = browser.new_context(viewport={"width": NARROW[0], "height": 740}, bypass_csp=True).new_page()
            Interviewer(page, address).open(slot, offline_ready=False)
            all_cards.bring_cards(page)
            for width in NARROW:
                page.set_viewport_size({"width": width, "height": 740})
                for inside in (False, True):
                    all_cards.show_all(page, inside=inside)
                    broken[f"{name} {width} {inside}: wide"] = page.evaluate(WIDE)
                    broken[f"{name} {width} {inside}: spilling"] = page.evaluate(SPILLING)
            page.context.close()
        browser.close()
    assert {place: problem for place, problem in broken.items() if problem} == {}
