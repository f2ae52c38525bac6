"""Makes an account of each row: answers, words, and what is kept as it is written because no answer says it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from testimony.questionnaire.form import Field
from testimony.services.imports import dates, table
from testimony.services.imports.column_choices import (
    ACCOUNT,
    CONSENT,
    KEEP,
    LEAVE_OUT,
    YES,
    Choices,
    Column,
    band_of,
    fields,
    normal,
    split,
)
from testimony.services.imports.dates import Read
from testimony.services.imports.proposals import known_values
from testimony.services.imports.table import Row, Table

LARGEST: Final = 200_000
"""Signs of a row: more would not fit into a part."""
_NUMBER: Final = re.compile(r"\d{1,6}(?:\.0)?", re.ASCII)
_UNIQUE: Final = re.compile(r"(?:uuid:)?[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}", re.ASCII)
_EVENT: Final = ("i_date", "i_date_prec")


@dataclass(frozen=True, kw_only=True)
class Account:
    """One row. `answers`: compartment -> field -> value. `kept`: (heading, cell) that no answer says whole; `unread`:
    headings of those whose column should have been an answer. `agreed`: False where the row says that nobody agreed.
    """

    row: int
    sha256: str
    number: str
    text: str
    answers: Mapping[str, Mapping[str, Any]]
    kept: tuple[tuple[str, str], ...] = ()
    unread: tuple[str, ...] = ()
    agreed: bool = True
    too_large: bool = False

    @property
    def key(self) -> str:
        """What makes two rows the same record: the number of its submission, else all of it."""
        return self.number or self.sha256


@dataclass
class _Made:
    answers: dict[str, dict[str, Any]] = field(default_factory=dict)
    text: list[str] = field(default_factory=list)
    kept: list[tuple[str, str]] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    agreed: bool = True


def accounts(of: Table, choices: Choices) -> Iterator[Account]:
    """In the order of the rows. `choices` fit (`column_choices.require_fitting`)."""
    by_number = of.number_column
    other_dates = _other_dates(of, choices)
    for row in of.rows:
        made = _Made(agreed=not choices.at(CONSENT))
        for at, column in enumerate(choices.columns):
            _place(made, of.columns[at], row, at, column)
        _doubt(made, row, other_dates)
        yield Account(
            row=row.number,
            sha256=table.digest(of, row),
            number=_number(row.cells[by_number]) if by_number is not None else "",
            text="\n\n".join(made.text),
            answers=made.answers,
            kept=tuple(made.kept),
            unread=tuple(made.unread),
            agreed=made.agreed,
            too_large=sum(map(len, row.cells)) > LARGEST,
        )


def _number(cell: str) -> str:
    """The number of a submission where it is one of its own in the world: a short one may stand in two files."""
    return cell if _UNIQUE.fullmatch(cell.lower()) else ""


def _place(made: _Made, heading: str, row: Row, at: int, column: Column) -> None:
    cell = row.cells[at]
    if not cell or column.to == LEAVE_OUT:
        return
    if column.to == KEEP:
        made.kept.append((heading, cell))
    elif column.to == ACCOUNT:
        made.text.append(cell)
    elif column.to == CONSENT:
        made.agreed = normal(cell) in YES
        made.kept.append((heading, cell))
    else:
        _answer(made, heading, row, at, column)


def _answer(made: _Made, heading: str, row: Row, at: int, column: Column) -> None:
    of, cell = fields()[column.to], row.cells[at]
    if of.type == "date":
        day = row.dates.get(at)
        read = Read(text=day.isoformat(), precision="day") if day else dates.read(cell, column.order)
        value, whole = (read.text if read else None), read is not None
        if read is not None and of.precision:
            made.answers.setdefault(of.compartment, {}).setdefault(of.precision, read.precision)
    else:
        value, whole = _value(of, column, cell)
    if value is not None:
        made.answers.setdefault(of.compartment, {})[of.id] = value
    if not whole:
        made.kept.append((heading, cell))
        made.unread.append(heading)


def _value(of: Field, column: Column, cell: str) -> tuple[Any, bool]:
    """The value, None for none, and whether it says all of the cell."""
    if of.type == "text":
        return cell, True
    if of.type == "int":
        return (int(float(cell)), True) if _NUMBER.fullmatch(cell) else (None, False)
    if of.list == "bcp47":
        return None, False
    known = {**known_values(of), **column.values}
    said = [column.values.get(normal(one)) or band_of(of, one) for one in split(of, cell, known)]
    found = list(dict.fromkeys(one for one in said if one))
    if of.type in ("multi", "multi_code"):
        return (found or None), all(said)
    return (found[0] if found else None), bool(found)


def _other_dates(of: Table, choices: Choices) -> list[int]:
    """Columns of dates beside that of the event: a row in which one has day and month swapped is in doubt."""
    event = {at for at, column in enumerate(choices.columns) if column.to == "i_date"}
    return [at for at in range(len(of.columns)) if event and at not in event and _is_date(of.values(at))]


def _is_date(cells: list[str]) -> bool:
    full = [cell for cell in cells[:200] if (read := dates.read(cell, "ymd")) is not None and read.precision == "day"]
    return bool(full) and len(full) >= len(cells[:200]) / 2


def _doubt(made: _Made, row: Row, others: list[int]) -> None:
    """Of a date that another column has with day and month swapped, the year alone is sure."""
    answers = made.answers.get("incident", {})
    if answers.get("i_date_prec") != "day" or "i_date" not in answers:
        return
    said = Read(text=answers["i_date"], precision="day")
    for at in others:
        other = dates.read(row.cells[at], "ymd")
        if other is not None and said.is_swapped(other):
            answers |= dict(zip(_EVENT, (said.year.text, "year"), strict=True))
            made.kept.append(("i_date", said.text))
            made.unread.append("i_date")
            return
