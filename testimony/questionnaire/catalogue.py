"""Every text of the questionnaire that is translated, with its context: the source of translations/*/questionnaire.po.

Contexts: `<field>`, `<list>.<code>`, `section.<id>`, `hint.<field>`, `check.<id>`, `segment.<part>`, `segment`,
`iso3.<code>`.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator

from testimony.questionnaire.codebook import Codebook, read_json
from testimony.questionnaire.form import Form

BESIDE_THE_FORM = ("vio_family",)  # lists of coded accounts that no field asks
WHOLE_BORDER = ("segment.all", "%(from)s to %(to)s")
PART_OF_BORDER = ("segment", "%(from)s to %(to)s, %(part)s")
STATELESS = ("iso3.XXA", "Stateless")
UNKNOWN_STATE = ("iso3.XXX", "State or nationality not known")


@functools.cache
def messages() -> dict[str, str]:
    """Context -> English text, in the order of the form."""
    return dict((*_form(), *_options(), *_places()))


def _form() -> Iterator[tuple[str, str]]:
    form = Form.load()
    for section in form.sections:
        yield f"section.{section.id}", section.title
    for field in (*form.fields, *form.consent_fields):
        yield field.id, field.label
        if field.hint is not None:
            yield f"hint.{field.id}", field.hint
        for check in field.checks:
            yield f"check.{check.id}", check.message


def _options() -> Iterator[tuple[str, str]]:
    codebook = Codebook.load()
    for name in (*Form.load().lists, *BESIDE_THE_FORM):
        for option in codebook.lists[name].options:
            yield f"{name}.{option.code}", option.label


def _places() -> Iterator[tuple[str, str]]:
    yield from (WHOLE_BORDER, PART_OF_BORDER, STATELESS, UNKNOWN_STATE)
    for part, label in read_json("gazetteer.json")["parts"].items():
        yield f"segment.{part}", label
