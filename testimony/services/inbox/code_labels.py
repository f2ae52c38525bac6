"""Find codes of the codebook by the words of their labels, for the search of the list."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from testimony.answer import read
from testimony.domain.testimony import search_terms
from testimony.questionnaire import labels
from testimony.questionnaire.codebook import Codebook

Code = tuple[str, str]
"""A list of the codebook, and a code in it."""
PLACES = ("iso3", "gaz_segment")


def containing(term: str, lang: str) -> frozenset[Code]:
    """The codes with `term`, which is folded, in their label."""
    return frozenset(code for code, label in _folded(lang) if term in label)


def codes_of(answers: Any) -> frozenset[Code]:
    """The codes in the coded `answers`. What is on none of our lists could be free text, and is left out."""
    if not isinstance(answers, Mapping):
        return frozenset()
    fields = _fields()
    return frozenset(
        (fields[name][0], value)
        for name, answer in answers.items()
        if name in fields and isinstance(answer, (dict, Mapping))
        for value in _values(answer)
        if value in fields[name][1]
    )


def _values(answer: Mapping[str, Any]) -> list[str]:
    value = read(dict(answer)).get("value")
    return [one for one in (value if isinstance(value, list) else [value]) if isinstance(one, str)]


@cache
def _lists() -> frozenset[str]:
    return frozenset((*Codebook.load().lists, *PLACES))


@cache
def _fields() -> Mapping[str, tuple[str, frozenset[str]]]:
    """Field -> (list, codes), for fields whose answers are codes."""
    codes = {name: frozenset(Codebook.load().codes(name)) for name in _lists()}
    fields = {name: str(field.list) for name, field in Codebook.load().fields.items()}
    return {name: (of, codes[of]) for name, of in fields.items() if of in codes}


@cache
def _folded(lang: str) -> tuple[tuple[Code, str], ...]:
    return tuple(
        ((name, code), search_terms.folded(label))
        for name in sorted(_lists())
        for code, label in labels.options(name, lang)
    )
