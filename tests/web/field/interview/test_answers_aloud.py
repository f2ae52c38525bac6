"""An answer as it is said aloud stands below its label only where it says more."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from testimony.domain.testimony.languages import INTERVIEWERS
from testimony.questionnaire.form import Form
from testimony.web.field.interview import cards
from testimony.web.field.interview.witness_text import Spoken

AGES = ("w_age", "g_young", "g_old")
"""Questions whose answers are ranges of years."""


def answers_aloud(lang: str) -> Iterator[tuple[str, str, Spoken]]:
    """Field, label and what is said of each answer."""
    for section in cards.sections(Form.load(), lang, {}):
        for question in (one for card in section.cards for one in card):
            labels = dict(question.options)
            yield from ((question.field.id, labels[code], said) for code, said in question.said_options.items())


@pytest.mark.parametrize("lang", INTERVIEWERS)
def test_a_range_with_the_same_numbers_stands_once_and_other_words_stand_twice(lang: str) -> None:
    by_numbers = {
        field
        for field, label, said in answers_aloud(lang)
        if said.is_like(label) and said.text.lower() != label.lower()
    }
    assert by_numbers <= {*AGES}
    assert all(said.is_like(label) for field, label, said in answers_aloud(lang) if field in AGES)


def test_a_number_that_is_said_in_a_word_is_said() -> None:
    assert not Spoken("", "", "some hours").is_like("1-6 hours")
    assert not Spoken("", "", "two to four times").is_like("2-4")
    assert Spoken("", "", "۱۲ تا ۱۴ سال").is_like("12 تا 14 سال")
