"""Choices for columns as a file for a colleague: headings, codes, and texts that got a code, but no other cell."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any, Final

from testimony.services.imports import column_choices, proposals
from testimony.services.imports.column_choices import ACTS, Choices, Column, band_of, fields, normal
from testimony.services.imports.dates import ORDERS
from testimony.services.imports.errors import ImportRefused
from testimony.services.imports.files.table import Table
from testimony.services.imports.vocabulary import known_values

VERSION: Final = "testimony/1/import-choices"
LARGEST: Final = 4 << 20
"""Bytes of such a file."""
Place = tuple[str, int]
"""A heading, and how many columns with the same heading stand before it."""


def written(table: Table, choices: Choices) -> bytes:
    """The file with `choices` for the columns of `table`. A text whose code the program knows by itself is left out."""
    columns = [
        {"heading": heading, "to": one.to, "order": one.order, "values": _values(table, at, one)}
        for at, (heading, one) in enumerate(zip(table.columns, choices.columns, strict=True))
    ]
    said = {"v": VERSION, "lang": choices.lang, "columns": columns}
    return (json.dumps(said, ensure_ascii=False, indent=1) + "\n").encode()


def applied(data: bytes, table: Table) -> Choices:
    """The choices in the file `data`, for the columns of `table` that have a heading in it; proposals for the others.

    Raises `ImportRefused("choices")`.
    """
    lang, saved = _read(data)
    chosen = {at: saved[place] for at, place in enumerate(_places(table.columns)) if place in saved}
    if not chosen:
        raise ImportRefused("choices")
    full = {at: proposals.completed(table, at, column) for at, column in chosen.items()}
    return replace(proposals.proposed(table, full), lang=lang)


def _values(table: Table, at: int, column: Column) -> dict[str, str]:
    of = fields().get(column.to)
    if of is None:
        return {}
    known = known_values(of)
    own = {text: code for text, code in column.values.items() if (known.get(text) or band_of(of, text)) != code}
    return dict(sorted((own | proposals.refused(column, table.values(at))).items()))


def _read(data: bytes) -> tuple[str, dict[Place, Column]]:
    try:
        said = json.loads(data) if len(data) <= LARGEST else None
    except (ValueError, RecursionError) as error:
        raise ImportRefused("choices") from error
    if not isinstance(said, dict) or said.get("v") != VERSION:
        raise ImportRefused("choices")
    lang, listed = said.get("lang"), said.get("columns")
    if not isinstance(lang, str) or not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
        raise ImportRefused("choices")
    columns = [_column(one) for one in listed]
    return lang, dict(zip(_places(str(one.get("heading")) for one in listed), columns, strict=True))


def _column(said: dict[str, Any]) -> Column:
    """One column of such a file, if a person can have chosen that."""
    to, order, values = said.get("to"), said.get("order"), said.get("values")
    of = fields().get(to) if isinstance(to, str) else None
    if (of is None and to not in ACTS) or order not in ("", *ORDERS) or not isinstance(values, dict):
        raise ImportRefused("choices")
    allowed = {proposals.NO_CODE, *(column_choices.codes(of) if of else ())}
    if not all(isinstance(code, str) and code in allowed for code in values.values()):
        raise ImportRefused("choices")
    return Column(to=str(to), order=str(order), values={normal(text): code for text, code in values.items()})


def _places(headings: Iterable[str]) -> Iterator[Place]:
    seen: Counter[str] = Counter()
    for heading in headings:
        yield heading, seen[heading]
        seen[heading] += 1
