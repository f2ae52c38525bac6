"""The words by which a column and its values are recognised: labels in every language, and other spellings."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from testimony import catalogues
from testimony.questionnaire import labels
from testimony.questionnaire.codebook import Codebook
from testimony.questionnaire.form import Field
from testimony.services.imports.column_choices import fields, normal

ALIASES: Final = Path(__file__).with_name("aliases.json")
_ACCOUNT: Final = "n_text"
_NEVER: Final = re.compile(r"(?:cs_|r_|w_name|w_alias|w_contact|w_dob|w_docs|w_kin|w_address|w_not|w_lang)")
"""Fields that are never proposed: a wrong guess would claim consent or a wish, or name somebody. The language of the
accounts is chosen for the whole file.
"""


def may_propose(field: str) -> bool:
    """Whether `field` may be proposed for a column at all."""
    return field in fields() and not _NEVER.match(field)


def field_named(heading: str, *, hyphens: bool) -> str | None:
    """The field that `heading` names. `hyphens`: groups are joined with "-" too, as in files of ODK Central."""
    found = next((_names()[name] for name in tails(heading, hyphens=hyphens) if name in _names()), None)
    return found if found is not None and may_propose(found) else None


def is_account(heading: str, *, hyphens: bool) -> bool:
    """Whether `heading` names words of the account."""
    return any(name in _accounts() for name in tails(heading, hyphens=hyphens))


def counts_dead(headings: Iterable[str]) -> bool:
    """Whether a table with these headings counts dead people: then its other columns are about them."""
    return any(normal(heading) in _aliases()["counts of the dead"] for heading in headings)


def known_values(of: Field) -> Mapping[str, str]:
    """Normalised value -> code, from the codes, their labels in every language and other spellings."""
    return {} if of.list is None or of.list == "bcp47" else _values(of.list)


def tails(heading: str, *, hyphens: bool) -> Iterator[str]:
    """`heading` and what is left of it without its groups, the longest first, in the form for comparing.

    A label or the name of a field may hold a sign that joins groups too, so each one is tried.
    """
    yield normal(heading)
    for at, sign in enumerate(heading):
        if sign == "/" or (hyphens and sign == "-"):
            yield normal(heading[at + 1 :])


@functools.cache
def _languages() -> tuple[str, ...]:
    """English first: where two languages say the same of different things, it counts."""
    return (catalogues.SOURCE, *catalogues.languages(labels.DOMAIN))


@functools.cache
def _names() -> Mapping[str, str]:
    found = {normal(name): name for name in fields()}
    english, *others = _languages()
    for name in fields():
        found.setdefault(normal(labels.field_label(name, english)), name)
    found = {**_aliases()["fields"], **found}
    return _with_others(found, ((labels.field_label(name, lang), name) for lang in others for name in fields()))


@functools.cache
def _accounts() -> frozenset[str]:
    own = (normal(labels.field_label(_ACCOUNT, lang)) for lang in _languages())
    return frozenset((normal(_ACCOUNT), *own, *_aliases()["accounts"]))


@functools.cache
def _values(name: str) -> Mapping[str, str]:
    allowed = Codebook.load().codes(name)
    found = {normal(code): code for code in allowed}
    found |= {value: code for value, code in _aliases()["values"].items() if code in allowed}
    if name == "iso3":
        found |= {normal(country): code for country, code in _aliases()["countries"].items() if code in allowed}
    english, *others = _languages()
    found |= {normal(labels.option_label(name, code, english)): code for code in allowed}
    found |= _aliases()["lists"].get(name, {})
    return _with_others(found, ((labels.option_label(name, code, lang), code) for lang in others for code in allowed))


def _with_others(found: dict[str, str], more: Iterable[tuple[str, str]]) -> Mapping[str, str]:
    """`found` with the words of other languages. One that has two meanings among them has none."""
    meant: dict[str, set[str]] = {}
    for text, meaning in more:
        meant.setdefault(normal(text), set()).add(meaning)
    return {**{text: min(each) for text, each in meant.items() if len(each) == 1}, **found}


@functools.cache
def _aliases() -> dict[str, Any]:
    held: dict[str, Any] = json.loads(ALIASES.read_text(encoding="utf-8"))
    return held
