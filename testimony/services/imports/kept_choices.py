"""Keeps the choices for the columns of a file, sealed to the reader, for the next file with the same columns."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from testimony.sealing.errors import CannotOpen
from testimony.services.imports import proposals
from testimony.services.imports.column_choices import Choices, Column
from testimony.services.imports.files.table import Table
from testimony.services.opening import own_files
from testimony.services.opening.reader import Reader
from testimony.station.station import Station

VERSION: Final = "testimony/1/import-columns"
FOLDER: Final = "imports"
MOST: Final = 50
"""Files of choices that are kept. A further one replaces the oldest."""
LARGEST: Final = 4 << 20
"""Bytes of one such file."""


def keep(station: Station, reader: Reader, table: Table, choices: Choices) -> None:
    """Keep `choices` for the columns of `table`. They replace earlier choices for the same columns.

    A text that the program knows and that has no code is kept as refused, until it gets one.
    """
    files = list(own_files.all_of(station, reader, FOLDER))
    found = next((path for path in files if _said(path, reader).get("names") == list(table.columns)), None)
    before = _columns(_said(found, reader)) if found else [Column()] * len(choices.columns)
    if found is None and len(files) >= MOST:
        found = min(files, key=lambda path: path.stat().st_mtime)
    said = {
        "v": VERSION,
        "names": list(table.columns),
        "columns": [
            _with_refused(one, table.values(at), before[at]).describe() for at, one in enumerate(choices.columns)
        ],
        "lang": choices.lang,
    }
    own_files.write(found or own_files.path_of(station, reader, FOLDER, os.urandom(16).hex()), said, reader)


def choices_for(station: Station, reader: Reader, table: Table) -> Choices | None:
    """The choices that were kept for exactly these columns, with what is certain of the cells of this table; None if
    there are none.
    """
    for path in own_files.all_of(station, reader, FOLDER):
        said = _said(path, reader)
        if said.get("names") == list(table.columns):
            columns = (proposals.completed(table, at, one) for at, one in enumerate(_columns(said)))
            return Choices(columns=tuple(columns), lang=str(said["lang"]))
    return None


def _with_refused(column: Column, cells: Sequence[str], before: Column) -> Column:
    """`column` with `NO_CODE` for each text that a person refused a code, now or `before`."""
    earlier = {text: code for text, code in before.values.items() if code == proposals.NO_CODE}
    if before.to != column.to:
        earlier = {}
    return replace(column, values={**earlier, **proposals.refused(column, cells), **column.values})


def _columns(said: dict[str, Any]) -> list[Column]:
    return [Column.read(one) for one in said["columns"]]


def _said(path: Path, reader: Reader) -> dict[str, Any]:
    """The content of a file of choices; empty if it does not open: then the person chooses again."""
    try:
        return own_files.read(path, reader, version=VERSION, largest=LARGEST)
    except CannotOpen:
        return {}
