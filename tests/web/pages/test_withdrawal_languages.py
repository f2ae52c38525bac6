"""The page of withdrawal in each of its languages: every word is the witness's, and nothing falls back to another."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from testimony.domain.testimony.languages import SCRIPTS, ZEROS, autonym, dir_of, in_own_digits
from testimony.questionnaire.withdrawal_text import PageWords
from testimony.services.wordings.sentences import scripts, uses_asked
from testimony.station.station import Station
from tests.support.web.browser import Browser
from tests.support.web.pseudolocales import Texts

SCRIPT = ("yes", "no", *(f"withdraw_{name}" for name in ("title", "enter", "wrong", "sure", "done", "later")))
DEMONSTRATION = "demonstration"
"""What only a demonstration says."""
DRAFT = "draft"
"""What only a language says that nobody checked."""
LISTEN = "listen"
"""What only a language says that is recorded."""


class Tongues(Texts):
    """What a page says, and besides which elements name a language of their own."""

    def __init__(self, page: str) -> None:
        self.named: list[tuple[str, str, str]] = []  # (element, lang, dir)
        super().__init__(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        if told.get("lang"):
            self.named.append((tag, str(told["lang"]), str(told.get("dir"))))
        super().handle_starttag(tag, attrs)


@pytest.fixture
def read(browser: Callable[..., Browser]) -> Callable[[str], Tongues]:
    one = browser("field")
    return lambda tag: Tongues(one.get(f"/withdraw/{tag}").text)


def test_no_element_is_in_another_language_but_the_names_of_languages(read: Callable[[str], Tongues]) -> None:
    for tag in SCRIPTS:
        (page, *links) = read(tag).named
        assert page == ("html", tag, dir_of(tag))
        assert links == [("a", lang, dir_of(lang)) for lang in SCRIPTS], tag


def test_every_text_is_one_of_the_script_of_the_page_or_of_the_organisation(
    read: Callable[[str], Tongues], opened: Callable[[str], Station]
) -> None:
    rosters = opened("field").chain.rosters
    for tag in SCRIPTS:
        script, own = scripts()[tag].words, PageWords.load(tag).words
        uses = set(uses_asked((roster.organisation for roster in rosters), tag).values())
        of_script = {in_own_digits(script[name], tag) for name in SCRIPT}
        silent = {DEMONSTRATION, LISTEN} if PageWords.load(tag).draft else {DEMONSTRATION, LISTEN, DRAFT}
        of_page = {in_own_digits(text, tag) for name, text in own.items() if name not in silent}
        places = {in_own_digits(f"{at}/5", tag) for at in range(1, 6)}
        names = {autonym(tag)}  # of the others it is silent: they are in their own languages
        assert set(read(tag).found) == of_script | of_page | uses | places | names, tag


def test_numbers_stand_in_the_digits_of_the_language(read: Callable[[str], Tongues]) -> None:
    for tag in sorted(ZEROS):
        said = " ".join(read(tag).found)
        assert in_own_digits("25", tag) in said
        assert in_own_digits("1/5", tag) in said
        assert not [sign for sign in said if "0" <= sign <= "9"], tag


def test_a_demonstration_says_so_in_every_language(browser: Callable[..., Browser]) -> None:
    one = browser("field")
    station = one.app.extensions["testimony.station"]
    station.settings = replace(station.settings, demonstration=True)
    for tag in SCRIPTS:
        assert PageWords.load(tag).words[DEMONSTRATION] in Tongues(one.get(f"/withdraw/{tag}").text).found
