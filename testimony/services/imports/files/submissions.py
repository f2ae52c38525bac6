"""Reads the exports of ODK Central and KoboToolbox: JSON with groups, and a ZIP of CSV files with what was attached."""

from __future__ import annotations

import json
import posixpath
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from testimony.services.imports.errors import ImportRefused
from testimony.services.imports.files import archive, delimited, nested, repeats
from testimony.services.imports.files.repeats import Sheet
from testimony.services.imports.files.table import (
    LARGEST_FILE,
    MOST_ROWS,
    Row,
    Table,
    made,
    require_cells,
    require_size,
)

_NOT_DECRYPTED: Final = frozenset(
    {"not decrypted", "missing encrypted form data", "notdecrypted", "missingencryptedformdata"}
)
_TRUE: Final = frozenset({"1", "true", "1.0"})
_FALSE: Final = frozenset({"0", "false", "0.0", ""})
_TABLES: Final = (".csv", ".json")


def read_json(data: bytes) -> Table:
    """The submissions in an answer of the API of KoboToolbox or ODK Central. Raises `ImportRefused`."""
    if len(data) > LARGEST_FILE:
        raise ImportRefused("size")
    try:
        value = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise ImportRefused("damaged") from error
    listed = value.get("results", value.get("value")) if isinstance(value, dict) else value
    if not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
        raise ImportRefused("format")
    if len(listed) > MOST_ROWS:
        raise ImportRefused("size")
    flat = [dict(nested.flat(one)) for one in listed]
    columns = list(dict.fromkeys(name for one in flat for name in one))
    require_size(len(columns), len(flat))
    rows = [Row(number=at, cells=tuple(one.get(name, "") for name in columns)) for at, one in enumerate(flat, 1)]
    return whole(made(columns, rows))


def read_zip(data: bytes, encoding: str) -> Table:
    """The one CSV or JSON file of records in a ZIP, with the rows of its repeat groups and the names of its other
    files. Raises `ImportRefused`.
    """
    with archive.opened(data) as opened:
        names = [name for name in opened.namelist() if not name.endswith("/")]
        if any(name.endswith(".enc") for name in names):
            raise ImportRefused("encrypted")
        sheets = list(_sheets(opened, [name for name in names if name.lower().endswith(_TABLES)], encoding))
    roots = [one for one in sheets if not repeats.is_repeat(one.table.columns)]
    if len(roots) != 1:
        raise ImportRefused("format")
    root = repeats.folded(roots[0], [one for one in sheets if one is not roots[0]])
    return replace(root, attached=frozenset(name for name in names if not name.lower().endswith(_TABLES)))


def _sheets(opened: zipfile.ZipFile, names: Sequence[str], encoding: str) -> Iterator[Sheet]:
    """The tables that have rows. All together may unpack to so much, and have so many cells."""
    left, sizes, read = archive.LARGEST_CONTENT, list[tuple[int, int]](), 0
    for name in names:
        data = archive.content(opened, name, left)
        left -= len(data)
        try:
            table = _table(data, name, encoding)
        except ImportRefused as error:
            if error.reason == "empty":  # a repeat group in which nobody wrote anything has a file all the same
                continue
            raise
        sizes.append((len(table.columns), len(table.rows)))
        require_cells(sizes)
        read += 1
        yield Sheet(name=posixpath.splitext(posixpath.basename(name))[0], table=table)
    if names and not read:
        raise ImportRefused("empty")


def _table(data: bytes, name: str, encoding: str) -> Table:
    return read_json(data) if name.lower().endswith(".json") else whole(delimited.read(data, encoding))


def whole(table: Table) -> Table:
    """`table` with all columns "question/choice" of a question joined into one. Raises `ImportRefused("encrypted")`."""
    status = [at for at, name in enumerate(table.columns) if nested.is_status(name)]
    if any(cell.lower() in _NOT_DECRYPTED for at in status for cell in table.values(at)):
        raise ImportRefused("encrypted")
    parts = _choices(table)
    dropped = {at for choices in parts.values() for at in choices}
    kept = [at for at in range(len(table.columns)) if at not in dropped]
    labelled = {
        table.columns.index(name): choices
        for name, choices in parts.items()
        if name in table.columns and _separator(choices) != " "
    }
    added = [name for name in parts if name not in table.columns]
    rows = tuple(
        replace(
            row,
            cells=(
                *(_joined(row, labelled.get(at, {})) or row.cells[at] for at in kept),
                *(_joined(row, parts[name]) for name in added),
            ),
            dates={new: row.dates[old] for new, old in enumerate(kept) if old in row.dates},
        )
        for row in table.rows
    )
    return replace(table, columns=(*(table.columns[at] for at in kept), *added), rows=rows)


def _choices(table: Table) -> dict[str, dict[int, str]]:
    """Question -> position -> choice, of its columns "question/choice", which hold only 1 and 0."""
    found: dict[str, dict[int, str]] = {}
    names = frozenset(table.columns)
    for at, name in enumerate(table.columns):
        question, choice = _parts(names, name)
        if question and choice and all(cell.lower() in _TRUE | _FALSE for cell in table.values(at)):
            found.setdefault(question, {})[at] = choice
    return {question: choices for question, choices in found.items() if _is_one(table, question, choices)}


def _parts(names: frozenset[str], name: str) -> tuple[str, str]:
    """(question, choice). A choice may hold "/" too, so a question that has a column of its own is looked for first."""
    ends = [at for at, sign in enumerate(name) if sign == "/"]
    end = next((at for at in ends if name[:at] in names), ends[-1] if ends else 0)
    return name[:end], name[end + 1 :]


def _is_one(table: Table, question: str, choices: Mapping[int, str]) -> bool:
    """Whether these are all columns of their group. In a group of other numbers some columns are not 1 and 0."""
    inside = [at for at, name in enumerate(table.columns) if name.startswith(f"{question}/")]
    return len(choices) > 1 and inside == list(choices)


def _separator(choices: Mapping[int, str]) -> str:
    """Labels have spaces and commas in them, so they get a sign that is in none."""
    return " | " if any(" " in choice for choice in choices.values()) else " "


def _joined(row: Row, choices: Mapping[int, str]) -> str:
    """The choices that a row has."""
    return _separator(choices).join(choice for at, choice in choices.items() if row.cells[at].lower() in _TRUE)
