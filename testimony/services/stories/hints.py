"""Marks words of an account that are likely names, places, dates or numbers, for a lawyer to look at.

It is a help and no promise: a place without a capital letter, or a number that is written as a word, is not found.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Final

from testimony.domain.stories.text import Mark, Sort
from testimony.domain.testimony import redaction
from testimony.questionnaire import labels

WORD: Final = re.compile(r"[^\W_]+(?:[.:/’'-][^\W_]+)*")
YEAR: Final = re.compile(r"(?:19|20)[0-9]{2}")
PARTED: Final = re.compile(r"[0-9]+[./:-][0-9]+(?:[./:-][0-9]+)?")
SHORTEST: Final = 4
"""Shorter words of an answer in words are too common to be looked for."""
CAPITAL_NOUNS: Final = ("de", "lb")
"""Languages in which every noun has a capital letter: there it tells nothing."""


def marks(sentences: Sequence[str], lang: str, *, names: Iterable[str], places: Iterable[str]) -> tuple[Mark, ...]:
    """In order, without overlaps. `names`: of people; `places`: answers that name a place in the person's words."""
    people = redaction.name_words(list(names))
    told = [word for one in places for word in WORD.findall(one) if len(word) >= SHORTEST and word[:1].isupper()]
    known = (*redaction.words_of(told), *_countries(lang))
    found: list[Mark] = []
    for at, sentence in enumerate(sentences):
        found += [Mark(at, *span, Sort.NAME) for word in people for span in redaction.places_of(word, sentence)]
        found += [Mark(at, *span, Sort.PLACE) for word in known for span in _alone(word, sentence)]
        found += [Mark(at, start, end, sort) for start, end, sort in _by_form(sentence, lang)]
    return tuple(_first_of_each_place(found))


def _by_form(sentence: str, lang: str) -> Iterator[tuple[int, int, Sort]]:
    """Dates and numbers by their digits and by the names of months, and what has a capital letter."""
    words = [(one[0], *one.span()) for one in WORD.finditer(sentence)]
    months = _months(lang)
    for number, (word, start, end) in enumerate(words):
        beside = [other for other, _, _ in words[max(0, number - 1) : number + 2]]
        if word.casefold() in months or PARTED.fullmatch(word) or YEAR.fullmatch(word):
            yield start, end, Sort.DATE
        elif any(sign.isdigit() for sign in word):
            yield start, end, Sort.DATE if any(one.casefold() in months for one in beside) else Sort.NUMBER
        elif number and word[0].isupper() and len(word) > 1 and lang.partition("-")[0] not in CAPITAL_NOUNS:
            yield start, end, Sort.OTHER


def _alone(word: str, sentence: str) -> list[tuple[int, int]]:
    """Where it is not a piece of a longer word."""
    return [
        (start, end)
        for start, end in redaction.places_of(word, sentence)
        if not sentence[start - 1 : start].isalnum() and not sentence[end : end + 1].isalnum()
    ]


def _first_of_each_place(found: Iterable[Mark]) -> Iterator[Mark]:
    """What was found first stands where two overlap: it is the more certain one."""
    kept: list[Mark] = []
    for one in found:
        if not any(
            one.sentence == other.sentence and one.start < other.end and other.start < one.end for other in kept
        ):
            kept.append(one)
    yield from sorted(kept)


@lru_cache(maxsize=32)
def _countries(lang: str) -> tuple[str, ...]:
    return redaction.words_of(name for _, name in labels.options("iso3", lang) if len(name) >= SHORTEST)


@lru_cache(maxsize=32)
def _months(lang: str) -> frozenset[str]:
    return frozenset(name.casefold() for name in labels.month_names(lang))
