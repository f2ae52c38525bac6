"""The columns of a file as the page shows them, and what a person chose for them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from testimony.domain.testimony import languages
from testimony.errors import N_
from testimony.questionnaire import labels
from testimony.questionnaire.form import Form
from testimony.services.imports import column_choices, proposals
from testimony.services.imports.column_choices import ACTS, Choices, Column
from testimony.services.imports.dates import ORDERS
from testimony.services.imports.errors import ImportRefused
from testimony.services.imports.files.table import Table

MOST_SHOWN: Final = 150
"""Columns that the page asks about. Further ones are kept as they are written."""
SAMPLES: Final = 3
LONGEST_SAMPLE: Final = 80
ACT_WORDS: Final = {
    "keep": N_("Keep it as it is written, for lawyers"),
    "account": N_("Words of the account"),
    "consent": N_("Says whether the person agreed (yes or no)"),
    "leave": N_("Leave it out"),
}
ORDER_WORDS: Final = {
    "dmy": N_("Day first: 31/12/2024"),
    "mdy": N_("Month first: 12/31/2024"),
    "ymd": N_("Year first: 2024-12-31"),
    "number": N_("Spreadsheet number: 45657"),
}


@dataclass(frozen=True, kw_only=True)
class Shown:
    """One column. `number`: its position. `values`: (value of a cell, chosen code or ""). `codes`: (code, label) that
    can be chosen for a value.
    """

    number: int
    name: str
    samples: list[str]
    column: Column
    is_date: bool = False
    values: list[tuple[str, str]]
    codes: list[tuple[str, str]]


def only_shown(choices: Choices) -> Choices:
    """`choices` with each column that the page does not ask about kept as it is written."""
    asked = choices.columns[:MOST_SHOWN]
    return replace(choices, columns=(*asked, *[Column()] * (len(choices.columns) - len(asked))))


def shown(table: Table, choices: Choices, lang: str) -> list[Shown]:
    """The columns that the page asks about."""
    found, known = [], column_choices.fields()
    for at, column in enumerate(choices.columns[:MOST_SHOWN]):
        of = known.get(column.to)
        cells = table.values(at)
        values = proposals.values_of(of, cells) if of else []
        allowed = column_choices.codes(of) if of and values else ()
        found.append(
            Shown(
                number=at,
                name=table.columns[at] or str(_("No heading")),
                samples=[one[:LONGEST_SAMPLE] for one in dict.fromkeys(cells)][:SAMPLES],
                column=column,
                is_date=of is not None and of.type == "date",
                values=[(value, column.values.get(value, "")) for value in values],
                codes=[(code, labels.option_label(of.list, code, lang)) for code in allowed] if of and of.list else [],
            )
        )
    return found


def targets(lang: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """(section title, [(field id, label)]) of the answers that a column can become."""
    known = column_choices.fields()
    found = []
    for section in Form.load().sections:
        fields = [(one.id, labels.field_label(one.id, lang)) for one in section.fields if one.id in known]
        if fields:
            found.append((labels.section_title(section.id, lang), fields))
    return found


def tongues() -> list[tuple[str, str]]:
    """(tag, own name) of each language that an account can be in."""
    return list(languages.AUTONYMS.items())


def chosen(table: Table, before: Choices, said: MultiDict[str, str]) -> Choices:
    """The choices in the form `said`. A column that becomes something else gets new proposals for its values.

    Raises `ImportRefused("mapping")`.
    """
    columns = list(before.columns)
    for at, old in enumerate(columns[:MOST_SHOWN]):
        to = said.get(f"to-{at}", old.to)
        order = said.get(f"order-{at}", old.order)
        if (to not in ACTS and to not in column_choices.fields()) or order not in ("", *ORDERS):
            raise ImportRefused("mapping")
        cells = table.values(at)
        if to != old.to:
            columns[at] = proposals.filled(Column(to=to), cells, is_date=any(at in row.dates for row in table.rows))
        elif to in column_choices.fields():
            columns[at] = Column(to=to, order=order, values=_values(table, at, old, said))
    return Choices(columns=tuple(columns), lang=said.get("lang-of-words", before.lang))


def _values(table: Table, at: int, old: Column, said: MultiDict[str, str]) -> dict[str, str]:
    of = column_choices.fields()[old.to]
    asked = {
        value: said.get(f"value-{at}-{number}")
        for number, value in enumerate(proposals.values_of(of, table.values(at)))
    }
    known = {**old.values, **{value: code for value, code in asked.items() if code is not None}}
    return {value: code for value, code in known.items() if code}
