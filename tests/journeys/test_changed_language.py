"""A witness goes on in another language in mid-interview, from the phone to the lawyer's key.

Lived through once in Chromium with real stations (`language_change.py`); each test holds what was seen to one promise.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import sync_playwright

from testimony.questionnaire.consent_scripts import Script
from testimony.web.field.interview import consent_cards
from tests.support.canaries import search as canaries_search
from tests.support.journeys import language_change
from tests.support.journeys.interviews import LAWYER, SECOND, Field, free_port, look_back, tids_at_central
from tests.support.journeys.language_change import Changed
from tests.support.journeys.stations import wait_until
from tests.support.journeys.world import World, world
from tests.support.stories.spoken_stories import CHANGED, TURKISH_TEXT

pytestmark = pytest.mark.long(
    short="tests/web/interview/test_languages.py::"
    "test_another_language_of_the_witness_or_of_the_page_in_mid_interview_loses_no_letter"
)


@dataclass
class Lived:
    """What was seen, with everything stopped. `leaks`: where a secret was found."""

    field: Field
    changed: Changed
    leaks: list[str]


@pytest.fixture(scope="module")
def lived(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lived]:
    folder = tmp_path_factory.mktemp("changed-language")
    with sync_playwright() as playwright, world(folder, playwright, chromium, free_port) as made:
        yield _live(made)


def _live(made: World) -> Lived:
    done = Field(made)
    made.start(made.central)
    made.start(made.node)
    seen = language_change.hold(done)
    wait_until(lambda: len(tids_at_central(done)) == 1, "it to be at headquarters", 120)
    desk = made.desk(made.desk_servers[0])
    desk.enter(made.passphrase(LAWYER))
    desk.pull()
    made.end()
    look_back(done)
    places = [made.browsers[SECOND].folder, made.home("field"), made.home("central"), made.logs]
    return Lived(done, seen, canaries_search.search(places, done.secrets))


def test_a_change_of_language_loses_nothing_and_changes_the_words_on_the_screen(lived: Lived) -> None:
    seen = lived.changed
    turning = language_change.TURNING
    for key, lang in ((f"{turning} before tr", "kmr"), (f"{turning} in tr", "tr")):
        assert seen.heard[key], key
        assert {(one, way) for one, way, _ in seen.heard[key]} == {(lang, "ltr")}
        assert {words for *_, words in seen.heard[key]} <= seen.words[lang]
    for before, after in seen.answers:
        followed = {name: after[name] for name in ("witness_language", "w_lang") if name in after}
        assert {**before, **followed} == after
    assert seen.typed == CHANGED.text
    (statement,) = lived.field.held[language_change.NAME].opened["narrative"]["statements"]
    assert statement["text"] == CHANGED.text + TURKISH_TEXT


def test_consent_names_both_wordings_and_what_was_said_under_the_first(lived: Lived) -> None:
    consent = lived.field.held[language_change.NAME].opened["consent"]
    assert consent["script"]["lang"] == consent["language"] == language_change.AFTER
    (before,) = consent["said_before"]
    wording = Script.load(language_change.BEFORE)
    assert (before["script"]["lang"], before["script"]["sha256"]) == (language_change.BEFORE, wording.sha256)
    said = {item for card in consent_cards.EXPLAINED[:2] for _, items in card for item in items}
    assert before["told"] == [item for item in wording.told_ids if item in said]
    assert (before["teach_back"], before["asked"]) == ([], [])


def test_neither_the_phone_nor_a_station_holds_a_word_of_it(lived: Lived) -> None:
    assert lived.leaks == []


def test_no_page_stumbled_over_its_own_script(lived: Lived) -> None:
    browsers = lived.field.world.browsers
    assert {name: browser.complaints for name, browser in browsers.items() if browser.complaints} == {}
