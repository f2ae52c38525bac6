"""Makes an account of each row: answers, words, and the cells that are kept as they are written."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from testimony.questionnaire.form import Field
from testimony.services.imports import dates
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
from testimony.services.imports.files import table
from testimony.services.imports.files.table import Row, Table
from testimony.services.imports.vocabulary import known_values

LARGEST: Final = 200_000
"""Characters of a row: more would not fit into a part."""
_NUMBER: Final = re.compile(r"\d{1,6}(?:\.0)?", re.ASCII)
_UNIQUE: Final = re.compile(r"(?:uuid:)?[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}", re.ASCII)
_EVENT: Final = ("i_date", "i_date_prec")


@dataclass(frozen=True, kw_only=True)
class Account:
    """One row. `row`: its number in the file. `sha256`: of the row as it was read. `number`: of its submission, "" if
    unknown. `text`: the words of the account. `answers`: compartment -> field -> value. `kept`: (heading, cell) that is
    kept as it is written. `unread`: headings of kept cells whose column should have been an answer. `agreed`: False if
    the row says that the person did not agree. `too_large`: it does not fit into a testimony.
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
        """Two rows with the same key are the same record: the number of the submission, else the hash of the row."""
        return self.number or self.sha256


@dataclass
class _Made:
    answers: dict[str, dict[str, Any]] = field(default_factory=dict)
    text: list[str] = field(default_factory=list)
    kept: list[tuple[str, str]] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    agreed: bool = True


def accounts(of: Table, choices: Choices) -> Iterator[Account]:
    """One account for each row, in their order. `choices` must fit `of` (`column_choices.require_fitting`)."""
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
    """The number of a submission if it is a UUID, else "": a short number may be in two files."""
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
    """The value, None if there is none, and whether it holds everything that the cell says."""
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
    """The columns of dates other than that of the event, in which `_doubt` looks for swapped days and months."""
    event = {at for at, column in enumerate(choices.columns) if column.to == "i_date"}
    return [at for at in range(len(of.columns)) if event and at not in event and _is_date(of.values(at))]


def _is_date(cells: list[str]) -> bool:
    full = [cell for cell in cells[:200] if (read := dates.read(cell, "ymd")) is not None and read.precision == "day"]
    return bool(full) and len(full) >= len(cells[:200]) / 2


def _doubt(made: _Made, row: Row, others: list[int]) -> None:
    """Keep only the year of the event if another column has the same date with day and month swapped."""
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
