"""Reads the exports of ODK Central and KoboToolbox: JSON with groups, and a ZIP of CSV files with what was attached."""

from __future__ import annotations

import json
import posixpath
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from testimony.services.imports import archive, delimited
from testimony.services.imports.errors import ImportRefused
from testimony.services.imports.table import LARGEST_FILE, MOST_ROWS, NUMBERS, Row, Table, made, require_size

_DEEPEST: Final = 12
"""Groups inside groups."""
_ADDED: Final = frozenset({"__system/submissionDate", "_submission_time"})
"""Fields of the server that become columns. All others that begin with "_" are left out."""
_NOT_DECRYPTED: Final = frozenset(
    {"not decrypted", "missing encrypted form data", "notdecrypted", "missingencryptedformdata"}
)
_TRUE: Final = frozenset({"1", "true", "1.0"})
_FALSE: Final = frozenset({"0", "false", "0.0", ""})
_REPEATED: Final = "PARENT_KEY"
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
    flat = [dict(_flat(one, "", 0)) for one in listed]
    columns = list(dict.fromkeys(name for one in flat for name in one))
    require_size(len(columns), len(flat))
    rows = [Row(number=at, cells=tuple(one.get(name, "") for name in columns)) for at, one in enumerate(flat, 1)]
    return whole(made(columns, rows))


def read_zip(data: bytes, encoding: str) -> Table:
    """The one CSV or JSON file of records in a ZIP, with the names of its other files. Raises `ImportRefused`."""
    with archive.opened(data) as opened:
        names = [name for name in opened.namelist() if not name.endswith("/")]
        if any(name.endswith(".enc") for name in names):
            raise ImportRefused("encrypted")
        root, repeats = _root(opened, [name for name in names if name.lower().endswith(_TABLES)], encoding)
    attached = frozenset(posixpath.basename(name) for name in names if not name.lower().endswith(_TABLES))
    return replace(root, repeats=repeats, attached=attached)


def _root(opened: zipfile.ZipFile, names: Sequence[str], encoding: str) -> tuple[Table, tuple[str, ...]]:
    """The one table of records, and the names of those of rows inside rows. All together may unpack to so much."""
    found: list[Table] = []
    repeats: list[str] = []
    left = archive.LARGEST_CONTENT
    for name in names:
        data = archive.content(opened, name, left)
        left -= len(data)
        table = _table(data, name, encoding)
        if _REPEATED in table.columns:
            repeats.append(posixpath.basename(name))
        elif found:
            raise ImportRefused("format")
        else:
            found.append(table)
    if not found:
        raise ImportRefused("format")
    return found[0], tuple(repeats)


def _table(data: bytes, name: str, encoding: str) -> Table:
    return read_json(data) if name.lower().endswith(".json") else whole(delimited.read(data, encoding))


def whole(table: Table) -> Table:
    """`table` with all columns "question/choice" of a question joined into one. Raises `ImportRefused("encrypted")`."""
    status = [at for at, name in enumerate(table.columns) if _is_status(name)]
    if any(cell.lower() in _NOT_DECRYPTED for at in status for cell in table.values(at)):
        raise ImportRefused("encrypted")
    parts = _choices(table)
    dropped = {at for columns in parts.values() for at in columns}
    added = [name for name in parts if name not in table.columns]
    kept = [at for at in range(len(table.columns)) if at not in dropped]
    rows = tuple(
        replace(
            row,
            cells=(*(row.cells[at] for at in kept), *(_joined(table, row, parts[name]) for name in added)),
            dates={new: row.dates[old] for new, old in enumerate(kept) if old in row.dates},
        )
        for row in table.rows
    )
    return replace(table, columns=(*(table.columns[at] for at in kept), *added), rows=rows)


def _choices(table: Table) -> dict[str, list[int]]:
    """Question -> the positions of its columns "question/choice", which hold only 1 and 0."""
    found: dict[str, list[int]] = {}
    for at, name in enumerate(table.columns):
        question, sign, choice = name.rpartition("/")
        if sign and choice and all(cell.lower() in _TRUE | _FALSE for cell in table.values(at)):
            found.setdefault(question, []).append(at)
    return {question: columns for question, columns in found.items() if len(columns) > 1 and _is_one(table, columns)}


def _is_one(table: Table, columns: list[int]) -> bool:
    """Whether `columns` are all columns of their group. In a group of other numbers some columns are not 1 and 0."""
    prefix = table.columns[columns[0]].rpartition("/")[0] + "/"
    return all(at in columns for at, name in enumerate(table.columns) if name.startswith(prefix))


def _joined(table: Table, row: Row, columns: list[int]) -> str:
    return " ".join(table.columns[at].rpartition("/")[2] for at in columns if row.cells[at].lower() in _TRUE)


def _is_status(name: str) -> bool:
    return name.lower() in ("status", "__system/status")


def _flat(value: Mapping[str, Any], above: str, depth: int) -> Iterator[tuple[str, str]]:
    if depth > _DEEPEST:
        raise ImportRefused("damaged")
    for key, one in value.items():
        name = f"{above}{key}"
        if name.startswith("_") and name.lower() not in NUMBERS and name not in _ADDED and not _is_status(name):
            if isinstance(one, dict) and name == "__system":
                yield from _flat(one, f"{name}/", depth + 1)
            continue
        if isinstance(one, dict) and one.get("type") == "Point":
            yield name, " ".join(str(part) for part in one.get("coordinates") or ())
        elif isinstance(one, dict):
            yield from _flat(one, f"{name}/", depth + 1)
        elif "@odata." not in key:
            yield name, _text(one, depth)


def _text(value: Any, depth: int) -> str:
    """The text of a cell. The rows of a repeat group become its lines, so that nothing is lost."""
    if depth > _DEEPEST:
        raise ImportRefused("damaged")
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if not isinstance(value, list):
        return str(value).strip()
    lines = [_line(one, depth + 1) for one in value]
    return "\n".join(lines) if any(isinstance(one, dict) for one in value) else " ".join(lines)


def _line(value: Any, depth: int) -> str:
    if not isinstance(value, dict):
        return _text(value, depth)
    return "; ".join(f"{name}: {text}" for name, text in _flat(value, "", depth))
