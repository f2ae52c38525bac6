"""Every sentence that a person may see is there in every language, with the same places for values, and up to date."""

from __future__ import annotations

import re

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import read_mo

from testimony.catalogues import FOLDER
from testimony.domain.testimony.languages import DESK_DRAFTS, DESKS, INTERVIEWER_DRAFTS, INTERVIEWERS, LABELLED
from tests.support.web.catalogues import PARTS, all_of, read
from tests.support.web.translations import (
    NOT_ARABIC,
    NOT_FRENCH,
    NOT_PERSIAN,
    NOT_SPANISH,
    NOT_TURKISH,
    QUOTES,
    SEPARATE,
    not_spelt,
    said_in,
)

TRANSLATED = [lang for lang in LABELLED if lang != "en"]
PLACE = re.compile(r"%\(\w+\)[sd]|%%|\{\w+\}")
DOMAINS = ("messages", "questionnaire")
"""What the program reads."""
FILES = (*PARTS, "questionnaire")
"""What translators write."""
ARABIC = re.compile(r"[\u0600-\u06ff]")
OPENED = {"?": "¿", "!": "¡"}
BARE_SIGN = re.compile(r"(?:^|[\u0600-\u06ff][\s(«]+)(?:--|\.|/)[A-Za-z]")
"""A Latin word that begins with a sign, behind right-to-left words and without U+200E."""


def sentences(found: Catalog) -> set[str]:
    return {forms(message.id)[0] for message in found if message.id}


def forms(text: str | tuple[str, ...] | list[str] | None) -> tuple[str, ...]:
    """A sentence, or every form of one that counts something."""
    return (text or "",) if text is None or isinstance(text, str) else tuple(text)


def translated(lang: str, domain: str = "messages") -> list[Message]:
    found = all_of(lang) if domain == "messages" else read(FOLDER / lang / "LC_MESSAGES" / f"{domain}.po", lang)
    return [message for message in found if message.id and any(forms(message.string))]


def test_the_templates_hold_what_the_code_says_each_sentence_once() -> None:
    """Red? translations/babel.cfg says how to bring them up to date."""
    held = [sentence for part in PARTS for sentence in sentences(read(FOLDER / f"{part}.pot"))]
    assert set(said_in()) == set(held)
    assert len(held) == len(set(held))


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("lang", TRANSLATED)
def test_a_language_has_every_sentence_where_it_is_offered(lang: str, part: str) -> None:
    """One that only interviewers have needs theirs; other pages of a node are then in English."""
    if lang not in DESKS and part != "interviewers":
        return
    found = read(FOLDER / lang / "LC_MESSAGES" / f"{part}.po", lang)
    assert sentences(found) == sentences(read(FOLDER / f"{part}.pot"))
    assert [one.id for one in found if one.id and (one.fuzzy or not all(forms(one.string)))] == []
    assert not found.obsolete


def test_a_sentence_belongs_to_the_first_who_reads_it() -> None:
    held = {part: sentences(read(FOLDER / f"{part}.pot")) for part in PARTS}
    assert {"Seal now", "Trust this station"} <= held["interviewers"]
    assert {"Let them read", "Choose a lawyer of the roster. Nothing was written down."} <= held["desks"]
    words = {part: sum(len(one.split()) for one in said) for part, said in held.items()}
    assert words["interviewers"] * 3 < sum(words.values())


@pytest.mark.parametrize("lang", TRANSLATED)
def test_a_translation_has_the_same_places_for_values(lang: str) -> None:
    for message in translated(lang):
        places = {place for form in forms(message.id) for place in PLACE.findall(form)}
        wanted = sorted(PLACE.findall(forms(message.id)[-1]))
        for form in forms(message.string):
            if len(forms(message.string)) == 1:
                assert sorted(PLACE.findall(form)) == wanted, message.id
            assert set(PLACE.findall(form)) <= places, message.id


@pytest.mark.parametrize("lang", TRANSLATED)
def test_a_sentence_that_counts_has_every_form_of_the_language(lang: str) -> None:
    wanted = {"ar": 6, "tr": 1, **dict.fromkeys(("uk", "ru", "pl", "sr", "hr", "bs"), 3)}.get(lang, 2)
    for message in translated(lang):
        assert len(forms(message.string)) == (wanted if message.pluralizable else 1), message.id


@pytest.mark.parametrize("lang", TRANSLATED)
def test_the_compiled_catalogue_is_the_one_that_was_translated(lang: str) -> None:
    with (FOLDER / lang / "LC_MESSAGES" / "messages.mo").open("rb") as file:
        compiled = {forms(one.id)[0]: forms(one.string) for one in read_mo(file) if one.id}
    said = {forms(one.id)[0]: forms(one.string) for one in translated(lang)}
    assert {sentence: compiled.get(sentence) for sentence in said} == said


@pytest.mark.parametrize("lang", TRANSLATED)
def test_a_translation_says_something_in_its_own_script(lang: str) -> None:
    for message in translated(lang):
        if not forms(message.id)[0].startswith("%("):
            for form in forms(message.string):
                assert bool(ARABIC.search(form)) is (lang in ("ar", "fa")), message.id


@pytest.mark.parametrize("domain", DOMAINS)
def test_french_has_its_own_spaces_and_apostrophes(domain: str) -> None:
    for message in translated("fr", domain):
        for form in forms(message.string):
            assert not NOT_FRENCH.search(re.sub(r"https?://", "", form)), form


@pytest.mark.parametrize("domain", DOMAINS)
def test_arabic_has_its_own_comma_semicolon_and_question_mark(domain: str) -> None:
    for message in translated("ar", domain):
        for form in forms(message.string):
            assert not NOT_ARABIC.search(form), form


def test_arabic_counts_none_one_and_two_in_words_alone() -> None:
    """Their forms are of these numbers only, so a digit beside them says the number twice."""
    for message in translated("ar"):
        if message.pluralizable:
            for form in forms(message.string)[:3]:
                assert "%(num)" not in form, form


@pytest.mark.parametrize("domain", DOMAINS)
def test_spanish_opens_what_it_closes_and_has_its_own_quotes(domain: str) -> None:
    for message in translated("es", domain):
        for form in forms(message.string):
            bare = re.sub(r"https?://", "", form)
            assert not NOT_SPANISH.search(bare), form
            assert all(bare.count(close) == bare.count(opens) for close, opens in OPENED.items()), form
            assert bare.count("“") == bare.count("”"), form


@pytest.mark.parametrize("domain", DOMAINS)
def test_persian_has_its_own_letters_marks_and_half_spaces(domain: str) -> None:
    for message in translated("fa", domain):
        for form in forms(message.string):
            assert not NOT_PERSIAN.search(form), form
            assert not SEPARATE.search(form), form


@pytest.mark.parametrize("domain", DOMAINS)
def test_turkish_has_its_own_apostrophes_and_quotes_and_no_space_before_a_mark(domain: str) -> None:
    for message in translated("tr", domain):
        for form in forms(message.string):
            assert not NOT_TURKISH.search(form), form


@pytest.mark.parametrize("domain", DOMAINS)
@pytest.mark.parametrize("lang", QUOTES)
def test_other_languages_have_their_own_quotes_and_no_space_before_a_mark(lang: str, domain: str) -> None:
    wrong = not_spelt(lang)
    for message in translated(lang, domain):
        for form in forms(message.string):
            assert not wrong.search(form), form


@pytest.mark.parametrize("lang", ["ar", "fa"])
def test_a_latin_word_that_begins_with_a_sign_stays_on_its_side(lang: str) -> None:
    for message in translated(lang):
        for form in forms(message.string):
            assert not BARE_SIGN.search(form), form


def files(lang: str) -> list[str]:
    """Those that the language has: one that only interviewers have lacks the other readers'."""
    return [name for name in FILES if (FOLDER / lang / "LC_MESSAGES" / f"{name}.po").is_file()]


def test_a_language_that_desks_have_has_every_catalogue() -> None:
    assert {lang: files(lang) for lang in DESKS if lang != "en"} == {lang: [*FILES] for lang in DESKS if lang != "en"}


@pytest.mark.parametrize(("lang", "name"), [(lang, name) for lang in TRANSLATED for name in files(lang)])
def test_a_catalogue_is_marked_as_a_draft_until_a_second_speaker_is_named(lang: str, name: str) -> None:
    found = read(FOLDER / lang / "LC_MESSAGES" / f"{name}.po", lang)
    assert ("Draft" in found.header_comment) is (found.last_translator == "none, draft")


@pytest.mark.parametrize("lang", TRANSLATED)
def test_a_menu_calls_a_language_a_draft_as_long_as_its_catalogues_do(lang: str) -> None:
    """And the note on top of a catalogue goes when somebody is named who checked it."""
    folder = FOLDER / lang / "LC_MESSAGES"
    drafts = {name for name in files(lang) if read(folder / f"{name}.po", lang).last_translator == "none, draft"}
    phones = {"interviewers", "questionnaire"}
    assert lang not in INTERVIEWERS or (lang in INTERVIEWER_DRAFTS) is bool(drafts & phones)
    assert lang not in DESKS or (lang in DESK_DRAFTS) is bool(drafts)


@pytest.mark.parametrize("lang", [lang for lang in DESKS if lang != "en"])
def test_a_sentence_calls_a_page_as_the_page_is_called_in_that_language(lang: str) -> None:
    names = {message.id: message.string for message in translated(lang) if isinstance(message.id, str)}
    english = [
        (name, said)
        for text, said in names.items()
        for name in re.findall("“([^”]+)”", text)
        if names.get(name, name) != name and re.search(f"[“«„]\\s*{re.escape(name)}\\s*[”»“]", said)
    ]
    assert english == []
