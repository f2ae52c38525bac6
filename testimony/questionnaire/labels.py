"""Labels of fields, options, sections, countries and border segments in a language.

The questionnaire's own labels come from the gettext domain `questionnaire` (contexts: catalogue.py). Countries and
months come from an excerpt of CLDR, `names.json`: all of CLDR takes 6 MB in memory. Where a language has no catalogue,
or the form does not show a text, the label is in English.
"""

from __future__ import annotations

import functools
import gettext
import unicodedata
from typing import Any

from testimony import catalogues
from testimony.questionnaire import catalogue
from testimony.questionnaire.codebook import ALL_PARTS, Codebook, Segment, read_json
from testimony.questionnaire.form import ELSEWHERE, Form

DOMAIN = "questionnaire"
REASONS = "yn5"  # the list that names unk, ref and nask


def field_label(name: str, lang: str) -> str:
    """Label of a codebook field. Raises KeyError for an unknown one."""
    return _translate(name, Codebook.load().fields[name].label, lang)


def field_hint(name: str, lang: str) -> str | None:
    """The help line of a form field, if it has one."""
    hint = Form.load().field(name).hint
    return None if hint is None else _translate(f"hint.{name}", hint, lang)


def section_title(name: str, lang: str) -> str:
    return _translate(f"section.{name}", catalogue.messages()[f"section.{name}"], lang)


def piece_label(name: str, piece: str, lang: str) -> str:
    """What a piece of a row of the repeat `name` is called. Raises KeyError for an unknown one."""
    context = f"piece.{name}.{piece}"
    return _translate(context, catalogue.messages()[context], lang)


def check_message(name: str, lang: str) -> str:
    """The sentence of a failed check of the form (for the built-in ones the page has its own)."""
    return _translate(f"check.{name}", catalogue.messages()[f"check.{name}"], lang)


def option_label(list_name: str, code: str, lang: str) -> str:
    """Label of `code` in the list, `iso3` and `gaz_segment` included. Raises KeyError for an unknown code."""
    if list_name == "iso3":
        return country_name(code, lang)
    if list_name == "gaz_segment":
        return segment_name(code, lang)
    label = next((one.label for one in Codebook.load().lists[list_name].options if one.code == code), None)
    if label is None:
        raise KeyError(code)
    return _translate(f"{list_name}.{code}", label, lang)


def options(list_name: str, lang: str) -> tuple[tuple[str, str], ...]:
    """(code, label) of every option as they are shown: countries and borders by name, all else as listed."""
    pairs = [(code, option_label(list_name, code, lang)) for code in Codebook.load().codes(list_name)]
    return tuple(sorted(pairs, key=_alphabetical) if list_name in ELSEWHERE else pairs)


def _alphabetical(pair: tuple[str, str]) -> str:
    """Without accents and marks, so that Égypte stands with E and آيسلندا with ا."""
    letters = unicodedata.normalize("NFKD", pair[1])
    return "".join(letter for letter in letters if not unicodedata.combining(letter)).casefold()


def missing_label(reason: str, lang: str) -> str:
    """Why there is no answer: unk, ref or nask."""
    return option_label(REASONS, reason, lang)


def country_name(iso3: str, lang: str) -> str:
    """A country by its ISO 3166-1 alpha-3 code, from CLDR; XXA and XXX from the catalogue."""
    for context, label in (catalogue.STATELESS, catalogue.UNKNOWN_STATE):
        if context == f"iso3.{iso3}":
            return _translate(context, label, lang)
    return str(_names(lang)["countries"][iso3])


def language_name(tag: str, lang: str) -> str | None:
    """What a witness's language is called in `lang`, from CLDR; None where it has no name for it."""
    name = _names(lang)["languages"].get(tag)
    return None if name is None else str(name)


def month_names(lang: str) -> tuple[str, ...]:
    """January to December as they stand in a date, from CLDR."""
    return tuple(_names(lang)["months"])


def months_alone(lang: str) -> tuple[str, ...]:
    """January to December as they stand in a list: Greek and Slavic languages have another form in a date."""
    return tuple(_names(lang)["months_alone"])


def way_between(origin: str, destination: str, lang: str) -> str:
    """ "Slovenia to Croatia", of two names."""
    return _translate(*catalogue.WHOLE_BORDER, lang) % {"from": origin, "to": destination}


def segment_name(code: str, lang: str) -> str:
    """A border segment: "Croatia to Bosnia & Herzegovina, north"."""
    segment = Codebook.load().segments[code]
    return part_of(segment, part_name(segment.part, lang), lang)


def part_of(segment: Segment, part: str, lang: str) -> str:
    """A border segment whose part is called `part`."""
    names = {"from": country_name(segment.origin, lang), "to": country_name(segment.destination, lang)}
    if segment.part == ALL_PARTS:
        return way_between(names["from"], names["to"], lang)
    return _translate(*catalogue.PART_OF_BORDER, lang) % {**names, "part": part}


def part_name(part: str, lang: str) -> str:
    """A part of a border by its code. Raises KeyError for an unknown one."""
    return "" if part == ALL_PARTS else _translate(f"segment.{part}", catalogue.messages()[f"segment.{part}"], lang)


def border_words(lang: str) -> dict[str, Any]:
    """What a page needs to name borders itself: sentences with `%(from)s`, `%(to)s`, `%(part)s`, and the parts."""
    return {
        "whole": _translate(*catalogue.WHOLE_BORDER, lang),
        "part": _translate(*catalogue.PART_OF_BORDER, lang),
        "parts": {one: part_name(one, lang) for one in read_json("gazetteer.json")["parts"]},
    }


def _translate(context: str, message: str, lang: str) -> str:
    return _catalogue(lang).pgettext(context, message)


@functools.cache
def _catalogue(lang: str) -> gettext.NullTranslations:
    return catalogues.translation(DOMAIN, lang)


@functools.cache
def _names(lang: str) -> dict[str, Any]:
    names: dict[str, dict[str, Any]] = read_json("names.json")["names"]
    return names.get(lang) or names.get(lang.partition("-")[0]) or names["en"]
