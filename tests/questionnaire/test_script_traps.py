"""What a witness would hear as something else stands in no script and on no page of withdrawal."""

import re

import pytest

from testimony.questionnaire.consent_scripts import LANGUAGES, Script, read
from testimony.questionnaire.withdrawal_text import PageWords
from tests.support.questionnaire.consent_scripts import texts
from tests.support.questionnaire.later_script_traps import ALL_TRAPS, LATER
from tests.support.questionnaire.script_traps import TRAPS


def caught(lang: str, said: dict[str, str]) -> list[tuple[str, str, str]]:
    """(name of the sentence, pattern, reason) of each trap of `lang` that a sentence falls into."""
    return [
        (name, trap, why)
        for trap, why in ALL_TRAPS[lang].items()
        for name, text in said.items()
        if re.search(trap, text)
    ]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_sentence_falls_into_a_trap_of_its_language(lang: str) -> None:
    page = {f"page.{name}": text for name, text in PageWords.load(lang).words.items()}
    assert not caught(lang, dict(texts(Script.load(lang))) | page)


@pytest.mark.parametrize("lang", TRAPS)
def test_every_trap_is_one_into_which_version_4_fell(lang: str) -> None:
    old = read(f"4/{lang}")
    assert {trap for _, trap, _ in caught(lang, dict(texts(old)))} == set(TRAPS[lang])


@pytest.mark.parametrize("lang", LATER)
def test_every_trap_of_a_language_without_that_version_finds_its_sentence(lang: str) -> None:
    assert [trap for trap, (_, wrong) in LATER[lang].items() if not re.search(trap, wrong)] == []
    assert set(TRAPS).isdisjoint(LATER)
