"""`testimony release tables show FILE`: the file of published tables as text."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from testimony.cli.output import line, safe, table

if TYPE_CHECKING:
    from testimony.publication.tables.contents import Printed, TablesFile


def show(path: Path) -> int:
    """Print every table of the file. Raises `FileUnreadable`, `TablesFileUnreadable`."""
    from testimony.publication.tables import contents
    from testimony.services.certificates.errors import FileUnreadable

    try:
        data = path.read_bytes()
    except OSError as error:
        raise FileUnreadable(file=str(path)) from error
    held = contents.read(data)
    line("sha256", held.sha256)
    line("period", f"{held.period}, edition {held.edition}")
    line("plan", held.plan)
    line("codebook", held.codebook)
    for _, lines in groupby(held.lines, key=lambda one: (one.dimension, one.table, one.question)):
        print()
        _show(held, list(lines))
    print()
    for sentence in held.words:
        print(safe(sentence))
    return 0


def _show(held: TablesFile, lines: list[Printed]) -> None:
    first = lines[0]
    rows, asked = held.label(first.dimension), held.label(first.question) if first.question else "totals"
    print(safe(f"{first.question or first.dimension}: {asked}, by {rows}"))
    print(table(list(_cells(held, lines))))


def _cells(held: TablesFile, lines: Iterable[Printed]) -> Iterable[list[str]]:
    """The name of a row stands beside its first number alone."""
    before = None
    for one in lines:
        column = held.label(one.question, one.column) if one.question else held.label("unit", one.unit)
        yield [held.label(one.dimension, one.row) if one.row != before else "", column, one.printed, one.share]
        before = one.row
