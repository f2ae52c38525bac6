"""Proposes what becomes of each column, from its heading and its cells. A person decides."""

from __future__ import annotations

import functools
import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from testimony.questionnaire import labels
from testimony.questionnaire.codebook import Codebook
from testimony.questionnaire.form import Field
from testimony.services.imports import dates
from testimony.services.imports.column_choices import (
    ACCOUNT,
    KEEP,
    Choices,
    Column,
    band_of,
    codes,
    fields,
    normal,
    split,
)
from testimony.services.imports.table import Table

ALIASES: Final = Path(__file__).with_name("aliases.json")
MOST_VALUES: Final = 60
"""Different values of a column that a person is asked about. A column with more is not a list of choices."""
ENOUGH: Final = 0.6
"""The share of its different values that must be known before a list is proposed for a column by its values."""
_LARGE: Final = 5
"""The fewest codes of a list that values can suggest: yes and no fit many questions."""
_LONG: Final = 120
"""Characters of the average cell: a column with at least so many is proposed as an account."""
_NEVER: Final = re.compile(r"(?:cs_|r_|w_name|w_alias|w_contact|w_dob|w_docs|w_kin|w_address|w_not)")
"""Fields that are never proposed: a wrong guess would claim consent or a wish, or name somebody."""
_NUMBER: Final = re.compile(r"\d{1,6}", re.ASCII)


def proposed(table: Table) -> Choices:
    """A proposal for each column of the table. An order of dates that is not certain is "": a person must choose."""
    taken: set[str] = set()
    found: list[Column] = []
    for at, heading in enumerate(table.columns):
        column = _proposed(heading, table.values(at), taken)
        taken.add(column.to)
        found.append(column)
    return Choices(columns=tuple(found))


def filled(column: Column, cells: Sequence[str], is_date: bool = False) -> Column:
    """`column` with the order of its dates and the codes of its values, as far as they are certain and not chosen yet.

    `is_date`: the spreadsheet holds its cells as dates.
    """
    of = fields().get(column.to)
    if of is None:
        return column
    if of.type == "date":
        order = column.order or ("ymd" if is_date else dates.order_of(cells))
        return Column(to=column.to, order=order)
    known = known_values(of)
    wanted = values_of(of, cells)
    meant = {one: known.get(one) or band_of(of, one) for one in wanted}
    return Column(to=column.to, values={one: code for one, code in meant.items() if code} | {**column.values})


def values_of(of: Field, cells: Sequence[str]) -> list[str]:
    """The different single values in `cells`, normalised, the most frequent first; none if the field has no list."""
    if not codes(of):
        return []
    known = known_values(of)
    counted = Counter(normal(one) for cell in cells for one in split(of, cell, known))
    return [value for value, _ in counted.most_common(MOST_VALUES)]


def known_values(of: Field) -> Mapping[str, str]:
    """Normalised value -> code, from the codes, their labels in English and other spellings."""
    return {} if of.list is None or of.list == "bcp47" else _known(of.list)


@functools.cache
def _known(name: str) -> Mapping[str, str]:
    allowed = Codebook.load().codes(name)
    found = {normal(code): code for code in allowed}
    found |= {value: code for value, code in _aliases()["values"].items() if code in allowed}
    if name == "gaz_segment":
        return found
    if name == "iso3":
        found |= {normal(labels.country_name(code, "en")): code for code in allowed}
        found |= {normal(country): code for country, code in _aliases()["countries"].items() if code in allowed}
    else:
        found |= {normal(labels.option_label(name, code, "en")): code for code in allowed}
    return found


def _proposed(heading: str, cells: Sequence[str], taken: set[str]) -> Column:
    by_name = _by_name(heading)
    if by_name is not None and by_name not in taken and _fits(fields()[by_name], cells):
        return filled(Column(to=by_name), cells)
    by_values = [name for name in _by_values(tuple(dict.fromkeys(cells))[:500]) if name not in taken]
    if len(by_values) == 1:
        return filled(Column(to=by_values[0]), cells)
    if _heading(heading) in _aliases()["accounts"] or (cells and sum(map(len, cells)) / len(cells) >= _LONG):
        return Column(to=ACCOUNT)
    return Column(to=KEEP)


def _by_name(heading: str) -> str | None:
    bare = _heading(heading)
    known = {normal(name): name for name in fields()} | {normal(one.label): name for name, one in fields().items()}
    found = known.get(bare) or _aliases()["fields"].get(bare)
    return None if found is None or found not in fields() or _NEVER.match(found) else found


def _heading(heading: str) -> str:
    """The last part of a path of groups, as headings are compared."""
    return normal(heading.rpartition("/")[2])


def _fits(of: Field, cells: Sequence[str]) -> bool:
    """Whether most of the cells could answer it: a heading alone may mislead."""
    if not cells:
        return True
    if of.type == "int":
        return sum(bool(_NUMBER.fullmatch(cell)) for cell in cells) >= len(cells) / 2
    return not codes(of) or len(set(cells)) <= 10 * MOST_VALUES


def _by_values(cells: tuple[str, ...]) -> list[str]:
    found = []
    for name, of in fields().items():
        if len(codes(of)) < _LARGE or of.list == "iso3" or _NEVER.match(name):
            continue
        known = known_values(of)
        values = values_of(of, cells)
        if len(values) > 1 and sum(value in known for value in values) >= ENOUGH * len(values):
            found.append(name)
    return found


@functools.cache
def _aliases() -> dict[str, Any]:
    held: dict[str, Any] = json.loads(ALIASES.read_text(encoding="utf-8"))
    return held
