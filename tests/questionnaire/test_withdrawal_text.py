"""What the page of withdrawal says besides the script: whole and alike in every language, and no part of any script."""

from __future__ import annotations

import re

import pytest

from testimony.questionnaire.consent_scripts import LANGUAGES, SCRIPTS, Script, shipped
from testimony.questionnaire.withdrawal_text import PageWords
from tests.support.questionnaire import script_marks
from tests.support.questionnaire.consent_scripts import placeholders, words
from tests.support.web.translations import NOT_ARABIC, NOT_FRENCH, NOT_PERSIAN, NOT_SPANISH, SEPARATE

ENGLISH = PageWords.load("en").words
SETTING = "JavaScript"
"""What browsers call it in every language."""
SPELT = {"fr": NOT_FRENCH, "es": NOT_SPANISH, "ar": NOT_ARABIC, "fa": NOT_PERSIAN, "prs": NOT_PERSIAN}
SAME_AS_ENGLISH = {("fr", "name")}
every_language = pytest.mark.parametrize("lang", LANGUAGES)


def said(lang: str) -> dict[str, str]:
    """The words of `lang` without the one that is written alike everywhere."""
    return {name: text.replace(SETTING, "") for name, text in PageWords.load(lang).words.items()}


@every_language
def test_every_language_of_the_scripts_has_every_word_of_the_page(lang: str) -> None:
    found = PageWords.load(lang)
    assert found.lang == lang
    assert list(found.words) == list(ENGLISH)
    for name, text in found.words.items():
        assert text.strip() == text != "", name
        assert lang == "en" or text != ENGLISH[name] or (lang, name) in SAME_AS_ENGLISH, f"{name} is not translated"


@every_language
def test_no_word_holds_a_place_that_nobody_fills_and_numbers_are_those_of_the_english(lang: str) -> None:
    for name, text in PageWords.load(lang).words.items():
        assert placeholders(text) == placeholders(ENGLISH[name]) == set(), name
        assert not re.search(r"[{}%]", text), name
        assert script_marks.numbers(text) == script_marks.numbers(ENGLISH[name]), name


@every_language
def test_what_no_second_speaker_checked_is_marked_draft_as_the_script_is(lang: str) -> None:
    assert PageWords.load(lang).draft is Script.load(lang).draft


@every_language
def test_every_letter_is_of_the_language_and_of_no_neighbour(lang: str) -> None:
    for name, text in said(lang).items():
        assert not script_marks.foreign_letters(text, lang), name
    text = " ".join(said(lang).values()).lower()
    assert not [letter for letter in script_marks.FOREIGN.get(lang, "") if letter in text]


@every_language
def test_sentences_are_short_and_questions_stay_questions(lang: str) -> None:
    for name, text in said(lang).items():
        asked = re.findall(f"[{script_marks.QUESTION[lang]}]", text)
        assert len(asked) == ENGLISH[name].count("?"), name
        assert not set("?؟፧;") - set(script_marks.QUESTION[lang]) & set(text), name
        for sentence in script_marks.SENTENCE.split(text):
            assert words(sentence) <= 20, (name, sentence)


@pytest.mark.parametrize("lang", sorted(SPELT))
def test_signs_stand_as_the_language_writes_them(lang: str) -> None:
    for name, text in said(lang).items():
        assert not SPELT[lang].search(text), name
        assert lang not in ("fa", "prs") or not SEPARATE.search(text), name


def test_the_two_answers_about_uses_and_the_two_about_reach_cannot_be_taken_for_each_other() -> None:
    for lang in LANGUAGES:
        texts = list(PageWords.load(lang).words.values())
        assert len(set(texts)) == len(texts), lang


def test_they_are_no_wording_that_a_consent_could_name() -> None:
    """A better word on a button is no new version of what somebody agreed to."""
    assert not SCRIPTS.joinpath("withdrawal_texts").exists()
    assert {one.id for one in shipped().values()} == {Script.load("en").id}


def test_a_language_without_a_script_has_no_words() -> None:
    with pytest.raises(KeyError):
        PageWords.load("xx")
