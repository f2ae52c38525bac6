"""Proposes what becomes of each column, from its heading and its cells. A person decides."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from testimony.questionnaire.form import Field
from testimony.services.imports import dates, vocabulary
from testimony.services.imports.column_choices import (
    ACCOUNT,
    KEEP,
    SEPARATORS,
    Choices,
    Column,
    band_of,
    codes,
    fields,
    normal,
    split,
)
from testimony.services.imports.files.table import Table

MOST_VALUES: Final = 60
"""Different values of a column that a person is asked about. A column with more is not a list of choices."""
ENOUGH: Final = 0.6
"""The share of its different values that must be known before a list is proposed for a column by its values."""
_LARGE: Final = 5
"""The fewest codes of a list that values can suggest: yes and no fit many questions."""
_JUDGED: Final = 100
"""Different cells by which a column is judged: every list of choices is tried on them."""
_LONG: Final = 120
"""Characters of the average cell: a column with at least so many is proposed as an account."""
_NUMBER: Final = re.compile(r"\d{1,6}", re.ASCII)
_AGES: Final = re.compile(r"\d+")
NO_CODE: Final = ""
"""Of a text that the program knows, and that is to be kept as it is written all the same."""
OF_WITNESS: Final = frozenset({"w_age", "w_gender", "w_nat"})
OF_GROUP: Final = {"w_nat": "g_nats"}
"""A field about the witness -> the one about the people of the event."""


def proposed(table: Table, chosen: Mapping[int, Column] | None = None) -> Choices:
    """A proposal for each column of the table. An order of dates that is not certain is "": a person must choose.

    `chosen`: position -> column, for those that are chosen already.
    """
    before = chosen or {}
    taken = {column.to for column in before.values()}
    found: list[Column] = []
    for at in range(len(table.columns)):
        column = before.get(at) or _proposed(table, at, taken)
        taken.add(column.to)
        found.append(column)
    return Choices(columns=tuple(found))


def filled(column: Column, cells: Sequence[str], is_date: bool = False) -> Column:
    """`column` with the order of its dates and the codes of its values, as far as they are certain. A code that is
    chosen already stays; an order stays unless the dates prove another one.

    `is_date`: the spreadsheet holds cells of it as dates.
    """
    of = fields().get(column.to)
    if of is None:
        return column
    if of.type == "date":
        return Column(to=column.to, order=_order(column.order, cells, is_date))
    known = vocabulary.known_values(of)
    wanted = values_of(of, cells)
    meant = {one: known.get(one) or band_of(of, one) for one in wanted}
    return Column(to=column.to, values={one: code for one, code in meant.items() if code} | {**column.values})


def completed(table: Table, at: int, column: Column) -> Column:
    """`column`, chosen for an earlier table, with what is certain of the cells of this one. `NO_CODE` is left out."""
    full = filled(column, table.values(at), is_date=any(at in row.dates for row in table.rows))
    return replace(full, values={text: code for text, code in full.values.items() if code != NO_CODE})


def refused(column: Column, cells: Sequence[str]) -> dict[str, str]:
    """`NO_CODE` for each text in `cells` that the program knows and that has no code in `column`."""
    of = fields().get(column.to)
    if of is None:
        return {}
    known = vocabulary.known_values(of)
    return {text: NO_CODE for text in values_of(of, cells) if text in known and text not in column.values}


def values_of(of: Field, cells: Sequence[str]) -> list[str]:
    """The different single values in `cells`, normalised, the most frequent first; none if the field has no list."""
    if not codes(of):
        return []
    known = vocabulary.known_values(of)
    counted = Counter(normal(one) for cell in cells for one in split(of, cell, known))
    return [value for value, _ in counted.most_common(MOST_VALUES)]


def _order(chosen: str, cells: Sequence[str], is_date: bool) -> str:
    if chosen in dates.orders_of(cells):
        return chosen
    return dates.order_of(cells) or chosen or ("ymd" if is_date else "")


def _proposed(table: Table, at: int, taken: set[str]) -> Column:
    heading, cells, hyphens = table.columns[at], table.values(at), table.is_odk
    by_name = _by_name(table, heading, cells)
    if by_name is not None and by_name not in taken and _fits(fields()[by_name], cells):
        return filled(Column(to=by_name), cells)
    by_values = [name for name in _by_values(tuple(dict.fromkeys(cells))[:_JUDGED]) if name not in taken]
    if len(by_values) == 1:
        return filled(Column(to=by_values[0]), cells)
    is_long = bool(cells) and sum(map(len, cells)) / len(cells) >= _LONG
    return Column(to=ACCOUNT if is_long or vocabulary.is_account(heading, hyphens=hyphens) else KEEP)


def _by_name(table: Table, heading: str, cells: Sequence[str]) -> str | None:
    """The field that the heading names. What is said of several people, or of the dead, is not about the witness."""
    found = vocabulary.field_named(heading, hyphens=table.is_odk)
    if found in OF_WITNESS and vocabulary.counts_dead(table.columns):
        return OF_GROUP.get(found)
    return OF_GROUP[found] if found in OF_GROUP and _names_several(fields()[found], cells) else found


def _names_several(of: Field, cells: Sequence[str]) -> bool:
    """Whether a cell holds several known values of a field that takes one."""
    known, several = vocabulary.known_values(of), fields()[OF_GROUP[of.id]]
    parts = (split(several, cell, known) for cell in cells)
    return any(len(each) > 1 and all(normal(one) in known for one in each) for each in parts)


def _fits(of: Field, cells: Sequence[str]) -> bool:
    """Whether most of the cells could answer it: a heading alone may mislead."""
    if not cells:
        return True
    if of.list == "age" and any(_is_range(of, cell) for cell in cells):
        return False
    if of.type == "int":
        return sum(bool(_NUMBER.fullmatch(cell)) for cell in cells) >= len(cells) / 2
    return not codes(of) or len(set(cells)) <= 10 * MOST_VALUES


def _is_range(of: Field, cell: str) -> bool:
    """Whether `cell` names several ages and is no band of the list: those of a group, such as "18-60"."""
    return len(_AGES.findall(cell)) > 1 and normal(cell) not in vocabulary.known_values(of)


def _by_values(cells: tuple[str, ...]) -> list[str]:
    found = []
    pieces = {normal(piece) for cell in cells for sign in (None, *SEPARATORS) for piece in (cell, *cell.split(sign))}
    for name, of in fields().items():
        if (
            pieces.isdisjoint(vocabulary.known_values(of))
            or len(codes(of)) < _LARGE
            or of.list == "iso3"
            or not vocabulary.may_propose(name)
        ):
            continue
        known = vocabulary.known_values(of)
        values = values_of(of, cells)
        if len(values) > 1 and sum(value in known for value in values) >= ENOUGH * len(values):
            found.append(name)
    return found
