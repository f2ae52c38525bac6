"""What witnesses read about their words says the same in every language in which they are asked for consent."""

from __future__ import annotations

import re
from typing import Final

import pytest

from testimony.domain.testimony.languages import AUTONYMS, SCRIPTS, dir_of, in_own_digits
from testimony.questionnaire.consent_scripts import Script
from tests.support.architecture.documents import ROOT
from tests.support.questionnaire import script_marks
from tests.support.questionnaire.consent_scripts import words
from tests.support.questionnaire.later_script_traps import ALL_TRAPS

ENGLISH: Final = ROOT / "docs" / "witnesses.md"
PAGES: Final = ENGLISH.with_suffix("")
LANGUAGES: Final = [lang for lang in SCRIPTS if lang != "en"]
DRAFT: Final = "*A draft that no second speaker has checked. The [page in English](../witnesses.md) counts.*"
DRAFT_WORDS: Final = {
    "ar": "مسودة", "prs": "مسوده", "es": "borrador", "ps": "مسوده", "fr": "brouillon", "ur": "مسودہ",
    "kmr": "pêşnûme", "fa": "پیش‌نویس", "ckb": "ڕەشنووس", "ht": "bouyon", "ti": "ንድፊ", "so": "qabyo-qoraal",
    "bn": "খসড়া", "tr": "taslak", "am": "ረቂቅ", "it": "bozza", "uk": "чернетк", "ru": "черновик",
    "pl": "szkic", "de": "Entwurf", "el": "προσχέδιο", "sr": "нацрт", "pt": "rascunho", "hr": "nacrt",
    "bs": "nacrt",
}  # fmt: skip
"""What the first line of a page calls itself. Catalogues have the words of the languages of interviewers."""
OPENING: Final = re.compile(r"\*\*([^*]+)\*\* ")
every_language = pytest.mark.parametrize("lang", LANGUAGES)


def blocks(lang: str) -> list[str]:
    """The paragraphs of a page, its title first, without the lines on top that lead to other pages."""
    page = ENGLISH if lang == "en" else PAGES / f"{lang}.md"
    found = page.read_text("utf-8").strip().split("\n\n")
    return [one for one in found if "](" not in one and not one.startswith("<")]


def draft_line(lang: str) -> str:
    return blocks(lang)[1]


def paragraphs(lang: str) -> list[str]:
    """The title and what is said under it."""
    title, *said = blocks(lang)
    return [title, *(said if lang == "en" else said[1:])]


def texts(lang: str) -> list[str]:
    """What somebody hears to whom the page is read: without marks, and opening and sentences apart."""
    apart = (part for one in paragraphs(lang) for part in OPENING.sub("\\1\n", one.removeprefix("# ")).split("\n"))
    return [part for part in apart if part]


def asked(lang: str) -> list[int]:
    """How many questions each paragraph asks."""
    return [len(re.findall(f"[{script_marks.QUESTION[lang]}]", one)) for one in paragraphs(lang)]


def test_there_is_one_page_for_each_language_of_consent() -> None:
    assert {file.name for file in PAGES.iterdir()} == {f"{lang}.md" for lang in LANGUAGES}
    assert len(LANGUAGES) == 25


def test_the_english_page_and_the_site_lead_to_every_page_by_the_name_of_its_language() -> None:
    top = ENGLISH.read_text("utf-8").split("\n\n")[1]
    site = (ROOT / "mkdocs.yml").read_text("utf-8")
    for lang in LANGUAGES:
        assert f"[{AUTONYMS[lang]}](witnesses/{lang}.md) (" in top
        assert f"- {AUTONYMS[lang]}: witnesses/{lang}.md\n" in site


@every_language
def test_a_page_says_first_that_it_is_a_draft_in_english_and_in_its_language(lang: str) -> None:
    assert Script.load(lang).draft
    assert (PAGES / f"{lang}.md").read_text("utf-8").startswith(f"{DRAFT}\n\n<div ")
    assert re.fullmatch(r"\*[^*]+\*", draft_line(lang))
    assert DRAFT_WORDS[lang] in draft_line(lang)


@every_language
def test_a_page_names_its_language_and_the_direction_in_which_it_is_read(lang: str) -> None:
    right_to_left = 'dir="rtl" ' if dir_of(lang) == "rtl" else ""
    text = (PAGES / f"{lang}.md").read_text("utf-8")
    assert f'\n<div {right_to_left}lang="{lang}" markdown>\n\n# ' in text
    assert text.endswith("\n\n</div>\n")


@every_language
def test_a_page_has_the_paragraphs_openings_and_questions_of_the_english_one(lang: str) -> None:
    english, said = paragraphs("en"), paragraphs(lang)
    assert len(said) == len(english) == 11
    assert [bool(OPENING.match(one)) for one in said] == [bool(OPENING.match(one)) for one in english]
    assert [one.count("**") for one in said] == [one.count("**") for one in english]
    assert [one.startswith("# ") for one in said] == [one.startswith("# ") for one in english]
    assert asked(lang) == asked("en")
    assert said[-1].endswith("……………………")


@every_language
def test_a_page_writes_the_digits_of_the_code_as_consent_is_shown_in_its_language(lang: str) -> None:
    found = script_marks.NUMBER.findall("\n".join(paragraphs(lang)))
    assert found == [in_own_digits("25", lang)]


@every_language
def test_a_page_has_only_letters_of_its_language_and_its_small_words(lang: str) -> None:
    text = "\n".join([draft_line(lang).strip("*"), *texts(lang)]).lower()
    assert script_marks.foreign_letters(text, lang) == set()
    assert not [letter for letter in script_marks.FOREIGN.get(lang, "") if letter in text]
    assert any(letter in text for letter in script_marks.OWN.get(lang, text))
    assert set(script_marks.FUNCTION_WORDS[lang].split()) <= script_marks.spoken(text)
    assert not set("?؟፧;") - set(script_marks.QUESTION[lang]) & set(text)


@every_language
def test_a_page_answers_with_the_yes_and_no_of_the_script(lang: str) -> None:
    script = Script.load(lang)
    assert {script.words["yes"].lower(), script.words["no"].lower()} <= script_marks.spoken(" ".join(texts(lang)))


@every_language
def test_no_sentence_of_a_page_has_more_than_twenty_words(lang: str) -> None:
    sentences = [sentence for text in texts(lang)[:-1] for sentence in script_marks.SENTENCE.split(text)]
    assert [sentence for sentence in sentences if words(sentence) > 20] == []


@every_language
def test_no_sentence_of_a_page_falls_into_a_trap_of_its_language(lang: str) -> None:
    caught = [
        (trap, why, text) for trap, why in ALL_TRAPS[lang].items() for text in texts(lang) if re.search(trap, text)
    ]
    assert caught == []
