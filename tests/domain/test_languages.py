"""Languages: direction, own names, and statements that carry both."""

import pytest

from testimony.domain.languages import AUTONYMS, SHIPPED, WITNESSES, autonym, dir_of
from testimony.domain.roles import Audience, Role, audience_of
from testimony.domain.statement import Statement


@pytest.mark.parametrize("lang", ["ar", "prs", "ps", "ur", "fa", "ckb", "fa-AF", "ar-SY", "ff-Adlm", "ku-Arab"])
def test_right_to_left(lang: str) -> None:
    assert dir_of(lang) == "rtl"


@pytest.mark.parametrize("lang", ["en", "fr", "kmr", "ti", "am", "bn", "ff", "uz-Latn", "ur-Latn", "wo"])
def test_left_to_right(lang: str) -> None:
    assert dir_of(lang) == "ltr"


def test_every_language_has_its_own_name() -> None:
    assert set(WITNESSES) <= set(AUTONYMS)
    assert set(SHIPPED) <= set(AUTONYMS)
    assert autonym("fa-AF") == "فارسی"
    assert autonym("xyz") == "xyz"


def test_a_statement_carries_language_and_direction_and_names_its_original() -> None:
    said = Statement(id="s1", lang="prs", text="…")
    translated = Statement(id="s2", lang="en", text="…", original="s1")
    assert said.to_value() == {"id": "s1", "lang": "prs", "dir": "rtl", "text": "…", "original": None}
    assert Statement.parse(translated.to_value() | {"later": 1}) == translated


def test_interviewers_open_nothing() -> None:
    assert audience_of(Role.INTERVIEWER) is None
    assert audience_of(Role.LAWYER) is Audience.LAWYERS
    assert {audience_of(role) for role in Role} - {None} == set(Audience)
