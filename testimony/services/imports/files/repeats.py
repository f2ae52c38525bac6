"""Joins the rows of repeat groups, which exports keep in sheets of their own, to the records that they belong to."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from testimony.services.imports.errors import ImportRefused
from testimony.services.imports.files import nested
from testimony.services.imports.files.table import Row, Table, require_size

Key = tuple[str, str]
_ODK: Final = ("KEY", "PARENT_KEY")
_KOBO: Final = ("_index", "_parent_index")
_TABLE: Final = "_parent_table_name"
_FORBIDDEN: Final = re.compile(r"[\[\]:*?/\\]|^'|'$")
"""What a sheet may not have in its name: KoboToolbox writes "_" instead."""
_LONGEST_NAME: Final = 31
_CUT: Final = "..."


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """A table of a file with several. `name`: of its sheet, or of its file without the ending."""

    name: str
    table: Table


def is_repeat(columns: Iterable[str]) -> bool:
    """Whether a table with these headings holds the rows of a repeat group."""
    return not {_ODK[1], _KOBO[1]}.isdisjoint(columns)


def folded(root: Sheet, repeats: Sequence[Sheet]) -> Table:
    """The table of records, with a column for each repeat group: its rows are lines of the cell, as of those in JSON.

    Rows that belong to no record are counted as `Table.orphans`. Raises `ImportRefused`: damaged, columns, size.
    """
    tree = _Tree(root, repeats)
    lines = [tree.below(root, row) for row in root.table.rows]
    names = dict.fromkeys(tree.names.values())
    used = [name for name in names if any(name in each for each in lines)]
    rows = (
        replace(row, cells=(*row.cells, *(nested.text(each.get(name, [])) for name in used)))
        for row, each in zip(root.table.rows, lines, strict=True)
    )
    require_size(len(root.table.columns) + len(used), len(root.table.rows))
    orphans = sum(len(one.table.rows) for one in repeats) - tree.placed
    columns = (*root.table.columns, *used)
    return replace(root.table, columns=columns, rows=tuple(rows), repeats=tuple(used), orphans=orphans)


@dataclass
class _Tree:
    """Which rows belong to which. Two rows with one key would double everything below them, so the first one counts."""

    root: Sheet
    repeats: Sequence[Sheet]
    placed: int = 0
    names: dict[str, str] = field(init=False)
    """Of a repeat group -> what its column is called."""
    _children: dict[Key, list[tuple[Sheet, Row]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.names = _names(self.root, self.repeats)
        names = {one.name for one in (self.root, *self.repeats)}
        for sheet in self.repeats:
            for row in sheet.table.rows:
                if parent := _parent(sheet, row, self.root, names):
                    self._children.setdefault(parent, []).append((sheet, row))

    def below(self, sheet: Sheet, row: Row, depth: int = 0) -> dict[str, list[dict[str, Any]]]:
        """Name of a repeat group -> its rows that belong to `row`, each with what is below it."""
        if depth > nested.DEEPEST:
            raise ImportRefused("damaged")
        found: dict[str, list[dict[str, Any]]] = {}
        for key in _own(sheet, row):
            for child, one in self._children.pop(key, []):
                self.placed += 1
                inside = self.below(child, one, depth + 1)
                found.setdefault(self.names[child.name], []).append({**_said(child, one), **inside})
        return found


def _said(sheet: Sheet, row: Row) -> dict[str, str]:
    """Heading -> cell, of the cells that are not empty; two columns of one name share it."""
    found: dict[str, str] = {}
    for name, cell in zip(sheet.table.columns, row.cells, strict=True):
        if cell and name not in _ODK:
            found[name] = f"{found[name]} | {cell}" if name in found else cell
    return found


def _cell(sheet: Sheet, row: Row, name: str) -> str:
    return row.cells[sheet.table.columns.index(name)] if name in sheet.table.columns else ""


def _own(sheet: Sheet, row: Row) -> list[Key]:
    """The keys by which other rows name this one."""
    odk, kobo = (_cell(sheet, row, name) for name in (_ODK[0], _KOBO[0]))
    return [*([("", odk)] if odk else []), *([(sheet.name, kobo)] if kobo else [])]


def _parent(sheet: Sheet, row: Row, root: Sheet, names: set[str]) -> Key | None:
    """The key of the row to which this one belongs; None if it does not say so clearly."""
    if odk := _cell(sheet, row, _ODK[1]):
        return "", odk
    kobo, said = _cell(sheet, row, _KOBO[1]), _cell(sheet, row, _TABLE)
    if _TABLE not in sheet.table.columns:
        said = root.name
    found = said if said in names else _sheet_name(said)
    return (found, kobo) if kobo and found in names else None


def _sheet_name(said: str) -> str:
    """What KoboToolbox calls the sheet of a group with this name."""
    name = _FORBIDDEN.sub("_", said)
    return name if len(name) <= _LONGEST_NAME else name[: _LONGEST_NAME - len(_CUT)] + _CUT


def _names(root: Sheet, repeats: Iterable[Sheet]) -> dict[str, str]:
    """Name of a repeat group -> what its column is called: the short name, unless another group has that name too."""
    short = {one.name: _short(root, one) for one in repeats}
    count = Counter(name for each in short.items() for name in set(each))
    return {name: own if count[own] == 1 else name for name, own in short.items()}


def _short(root: Sheet, repeat: Sheet) -> str:
    """The name without that of the form, which files of ODK Central have before that of the group."""
    own = repeat.name.removeprefix(root.name)
    return own[1:] if own[:1] in ("-", "_") and own[1:] else repeat.name
