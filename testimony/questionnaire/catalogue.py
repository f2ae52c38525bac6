"""Lists every translatable text of the questionnaire with its context: the source of translations/*/questionnaire.po.

Contexts: `<field>`, `<list>.<code>`, `section.<id>`, `hint.<field>`, `piece.<field>.<piece>`, `check.<id>`,
`segment.<part>`, `segment`, `iso3.<code>`.
"""

from __future__ import annotations

import functools
from collections.abc import Collection, Iterator, Mapping
from typing import IO

from testimony.questionnaire.codebook import Codebook, read_json
from testimony.questionnaire.form import Form

WHOLE_BORDER = ("segment.all", "%(from)s to %(to)s")
PART_OF_BORDER = ("segment", "%(from)s to %(to)s, %(part)s")
STATELESS = ("iso3.XXA", "Stateless")
UNKNOWN_STATE = ("iso3.XXX", "State or nationality not known")


@functools.cache
def messages() -> dict[str, str]:
    """Context -> English text: first as the form asks, then what only the codebook knows."""
    return dict((*_form(), *_fields(), *_options(), *_places()))


def extract(
    file: IO[bytes], keywords: Collection[str], comment_tags: Collection[str], options: Mapping[str, object]
) -> Iterator[tuple[int, str, tuple[str, str], list[str]]]:
    """The same for `pybabel extract` (translations/questionnaire.cfg), as if each were written with pgettext."""
    for context, text in messages().items():
        yield 1, "pgettext", (context, text), []


def _form() -> Iterator[tuple[str, str]]:
    form = Form.load()
    for section in form.sections:
        yield f"section.{section.id}", section.title
    for field in (*form.fields, *form.consent_fields):
        yield field.id, field.label
        if field.hint is not None:
            yield f"hint.{field.id}", field.hint
        for piece in field.pieces:
            yield f"piece.{field.id}.{piece.id}", piece.label
        for check in field.checks:
            yield f"check.{check.id}", check.message


def _fields() -> Iterator[tuple[str, str]]:
    """Every field, also one that the form does not ask: a later form and other answers may show it."""
    for field in Codebook.load().fields.values():
        yield field.id, field.label


def _options() -> Iterator[tuple[str, str]]:
    lists = Codebook.load().lists
    for name in dict.fromkeys((*Form.load().lists, *lists)):
        for option in lists[name].options:
            yield f"{name}.{option.code}", option.label


def _places() -> Iterator[tuple[str, str]]:
    yield from (WHOLE_BORDER, PART_OF_BORDER, STATELESS, UNKNOWN_STATE)
    for part, label in read_json("gazetteer.json")["parts"].items():
        yield f"segment.{part}", label
