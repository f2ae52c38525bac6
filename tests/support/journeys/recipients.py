"""What somebody can read out of the files of releases who has nothing else: rows, and files put together."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from testimony.anonymity import field_hierarchies
from testimony.anonymity.hierarchies import MISSING
from testimony.publication.content import HIDDEN
from tests.support.publication.zip_reader import rows_of, unpacked

HIERARCHIES = {one.name: one for one in field_hierarchies.standard()}


@dataclass(frozen=True, kw_only=True)
class Row:
    """One line of a file. `labels`: by attribute; `counts`: by mark, None for a blank, "not_shown" for a stigma."""

    id: str
    labels: tuple[tuple[str, str], ...]
    n: int
    counts: tuple[tuple[str, int | str | None], ...]

    def covers(self, says: Mapping[str, str]) -> bool:
        """Whether somebody who says this could be meant by it, as far as labels tell."""
        return all(label in _climbed(attribute, says[attribute]) for attribute, label in self.labels)


@dataclass(frozen=True, kw_only=True)
class File:
    """`k`, `m`, `alpha` (a share): what it promises of each line. `revoked`: lines of which somebody withdrew."""

    recipient: str
    k: int
    m: int
    alpha: float
    rows: tuple[Row, ...]
    revoked: tuple[str, ...]


def read(data: bytes) -> File:
    """By Python's own readers; what the table says as CSV is what it says as JSON."""
    held = unpacked(data)
    said = json.loads(held["table.json"])
    rows = tuple(
        Row(
            id=row["class"],
            labels=tuple(row["labels"].items()),
            n=row["n"],
            counts=tuple(zip(said["marks"], row["counts"], strict=True)),
        )
        for row in said["rows"]
    )
    heading, _hxl, *lines = rows_of(held["table.csv"])
    written = {line[heading.index("class")]: int(line[heading.index("accounts")]) for line in lines}
    assert written == {row.id: row.n for row in rows}
    return File(
        recipient=said["recipient"],
        k=said["k"],
        m=said["m"],
        alpha=said["alpha"] / 10_000,
        rows=rows,
        revoked=tuple(said["revoked"]),
    )


def put_together(files: Iterable[File]) -> dict[frozenset[int], list[Row]]:
    """Which files, by their number, hold the same lines -> these lines, once.

    A line that two files hold is the same in both, or it could be told what became of it in between.
    """
    where: dict[str, set[int]] = {}
    rows: dict[str, Row] = {}
    for number, file in enumerate(files):
        for row in file.rows:
            assert rows.setdefault(row.id, row) == row
            where.setdefault(row.id, set()).add(number)
    found: dict[frozenset[int], list[Row]] = {}
    for id, numbers in where.items():
        found.setdefault(frozenset(numbers), []).append(rows[id])
    return found


def _climbed(attribute: str, value: str) -> set[str]:
    """Every label, of whatever level, that a value may get."""
    climbed = () if value == MISSING else HIERARCHIES[attribute].climb(value)
    assert climbed is not None
    return {*climbed, HIDDEN, *([MISSING] if value == MISSING else [])}
