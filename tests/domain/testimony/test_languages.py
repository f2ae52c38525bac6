"""Languages: direction, own names, and statements that carry both."""

import pytest
from babel import Locale

from testimony.domain.roles import Audience, Role, audience_of
from testimony.domain.testimony.languages import (
    AUTONYMS,
    DESKS,
    INTERVIEWERS,
    LABELLED,
    SCRIPTS,
    WITNESSES,
    ZEROS,
    autonym,
    dir_of,
    in_own_digits,
    locale_of,
)
from testimony.domain.testimony.statement import Statement
from tests.support.questionnaire.script_marks import foreign_letters


@pytest.mark.parametrize("lang", ["ar", "prs", "ps", "ur", "fa", "ckb", "fa-AF", "ar-SY", "ff-Adlm", "ku-Arab"])
def test_right_to_left(lang: str) -> None:
    assert dir_of(lang) == "rtl"


@pytest.mark.parametrize("lang", ["en", "fr", "kmr", "ti", "am", "bn", "ff", "uz-Latn", "ur-Latn", "wo"])
def test_left_to_right(lang: str) -> None:
    assert dir_of(lang) == "ltr"


def test_every_language_has_its_own_name() -> None:
    assert set(WITNESSES) <= set(AUTONYMS)
    assert set(INTERVIEWERS) | set(DESKS) | set(SCRIPTS) <= set(AUTONYMS)
    assert autonym("fa-AF") == "فارسی"
    assert autonym("xyz") == "xyz"


@pytest.mark.parametrize("lang", SCRIPTS)
def test_a_language_of_the_scripts_is_called_as_cldr_says_that_its_speakers_do(lang: str) -> None:
    called = str(Locale.parse(locale_of(lang)).languages[locale_of(lang)])
    assert AUTONYMS[lang].lower() in (called.lower(), called.lower().rpartition("(")[2].rstrip(")"))
    assert not foreign_letters(AUTONYMS[lang], lang)


def test_no_two_languages_are_called_alike() -> None:
    assert len(set(AUTONYMS.values())) == len(AUTONYMS)


def test_interviewers_have_words_for_consent_in_their_language() -> None:
    assert set(INTERVIEWERS) <= set(SCRIPTS) <= set(WITNESSES)
    assert set(LABELLED) == {*INTERVIEWERS, *DESKS}


def test_numbers_are_written_in_the_digits_of_the_language() -> None:
    written = {lang: in_own_digits("24", lang) for lang in ("en", "ar", "fa", "ckb", "bn", "am")}
    assert written == {"en": "24", "ar": "24", "fa": "۲۴", "ckb": "٢٤", "bn": "২৪", "am": "24"}


@pytest.mark.parametrize("lang", SCRIPTS)
def test_those_digits_are_cldrs_native_ones(lang: str) -> None:
    native = {"arab": "٠", "arabext": "۰", "beng": "০"}.get(
        Locale.parse(locale_of(lang)).other_numbering_systems["native"], "0"
    )
    assert ZEROS.get(lang, "0") == ("0" if lang == "ar" else native)


def test_a_statement_carries_language_and_direction_and_names_its_original() -> None:
    said = Statement(id="s1", lang="prs", text="…")
    translated = Statement(id="s2", lang="en", text="…", original="s1")
    assert said.to_value() == {"id": "s1", "lang": "prs", "dir": "rtl", "text": "…", "original": None}
    assert Statement.parse(translated.to_value() | {"later": 1}) == translated


def test_interviewers_open_nothing() -> None:
    assert audience_of(Role.INTERVIEWER) is None
    assert audience_of(Role.LAWYER) is Audience.LAWYERS
    assert {audience_of(role) for role in Role} - {None} == set(Audience)
