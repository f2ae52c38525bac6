"""The codes of answers by the fields of the codebook: the search finds them by their words, own tables count them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from testimony.answer import MISSING, read
from testimony.domain.testimony import search_terms
from testimony.questionnaire import labels
from testimony.questionnaire.codebook import Codebook, CodebookField

Code = tuple[str, str]
"""A field of the codebook, and a code that an answer to it may have."""
INFLECTED, ENDING = 6, 2
"""Letters from which a word counts as inflected, and the letters at its end that may differ then."""
ELSEWHERE = ("iso3", "gaz_segment")
FAMILIES = {"vio": "vio_family"}
"""List -> the list of its families, which a coded account has in place of the codes."""


def containing(term: str, lang: str) -> frozenset[Code]:
    """The codes with `term`, which is folded, in their `label`. Where no label has it, those with a word that begins
    like it: "beaten" finds "Beating". Bands of numbers are not looked for.
    """
    found = _codes_with(lambda words: term in words, lang)
    if found or len(term) < INFLECTED:
        return found
    return _codes_with(lambda words: f" {term[:-ENDING]}" in f" {words}", lang)


def _codes_with(is_wanted: Callable[[str], bool], lang: str) -> frozenset[Code]:
    return frozenset(
        (name, code)
        for name, lists in _lists().items()
        if Codebook.load().fields[name].list
        for code, words in _words(lists, lang).items()
        if is_wanted(words)
    )


def codes_of(answers: Any) -> frozenset[Code]:
    """The codes in the `answers` of an incident or a coded account. A number is its band. What is on none of our lists
    could be free text, and is left out.
    """
    if not isinstance(answers, Mapping):
        return frozenset()
    known = _codes()
    return frozenset(
        (name, code)
        for name, answer in answers.items()
        if name in known and isinstance(answer, Mapping)
        for code in _values(name, answer)
        if code in known[name]
    )


def fields() -> tuple[str, ...]:
    """The fields of which codes are kept, in the order of the codebook."""
    return tuple(_lists())


def codes(name: str) -> tuple[str, ...]:
    """The codes of the field `name`, in the order of its list. Raises KeyError for another field."""
    every = (code for each in _lists()[name] for code in Codebook.load().codes(each) if code not in MISSING)
    return tuple(dict.fromkeys(every))  # some families have the code of an act


def label(name: str, code: str, lang: str, *, coarse: bool = False) -> str:
    """A code of the field `name` in words; `coarse`: as the coded account means it, where families stand for acts.

    Raises KeyError for another field or code.
    """
    for each in reversed(_lists()[name]) if coarse else _lists()[name]:
        if code in Codebook.load().codes(each):
            return labels.option_label(each, code, lang)
    raise KeyError(code)


def _values(name: str, answer: Mapping[str, Any]) -> list[str]:
    value = read(answer).get("value")
    if isinstance(value, int) and not isinstance(value, bool):
        return _band(name, value)
    return [one for one in (value if isinstance(value, list) else [value]) if isinstance(one, str)]


def _band(name: str, number: int) -> list[str]:
    """The code of the band that holds `number`; none for a field that has no bands."""
    band = Codebook.load().fields[name].band
    options = Codebook.load().lists[band].options if band else ()
    return [
        one.code
        for one in options
        if one.at_least is not None and one.at_least <= number and (one.at_most is None or number <= one.at_most)
    ]


@cache
def _lists() -> Mapping[str, tuple[str, ...]]:
    """Field -> the lists with its codes, for the fields of the incident whose answers are codes."""
    found = {name: _lists_of(field) for name, field in Codebook.load().fields.items()}
    return {name: lists for name, lists in found.items() if lists}


def _lists_of(field: CodebookField) -> tuple[str, ...]:
    if field.compartment != "incident" or field.type == "repeat":
        return ()
    if field.band:
        return (field.band,)
    if field.list is None or (field.list not in Codebook.load().lists and field.list not in ELSEWHERE):
        return ()
    return (field.list, *([FAMILIES[field.list]] if field.list in FAMILIES else []))


@cache
def _codes() -> Mapping[str, frozenset[str]]:
    return {name: frozenset(codes(name)) for name in _lists()}


@cache
def _words(lists: tuple[str, ...], lang: str) -> Mapping[str, str]:
    """Code -> its label, folded. A code of two lists has that of the first: only lawyers search."""
    return {code: words for each in reversed(lists) for code, words in _folded(each, lang)}


@cache
def _folded(list_name: str, lang: str) -> tuple[tuple[str, str], ...]:
    return tuple((code, search_terms.folded(label)) for code, label in labels.options(list_name, lang))
