"""Reads the zip of published tables from its bytes alone, as any reader can: what is printed, in its own words."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from testimony import canonical
from testimony.errors import NotCanonical
from testimony.publication import manifest
from testimony.publication.errors import TablesFileUnreadable
from testimony.publication.tables import codebook, file
from testimony.sealing.archive.errors import ArchiveUnreadable
from testimony.sealing.archive.zip import Container

LARGEST: Final = 256 << 20
"""Bytes of a file in the zip."""
TABLES: Final = "tables.json"
CODEBOOK: Final = f"{codebook.NAME}.csv"


@dataclass(frozen=True, kw_only=True)
class Printed:
    """One line of the file, in codes. `share`: "" if none is said."""

    table: str
    dimension: str
    row: str
    question: str
    column: str
    unit: str
    printed: str
    share: str


@dataclass(frozen=True, kw_only=True)
class TablesFile:
    """`plan`, `sha256`: hashes in hex. `labels`: (question, code) -> English words; of a question, the code is ""."""

    period: str
    edition: int
    plan: str
    codebook: str
    words: tuple[str, ...]
    lines: tuple[Printed, ...]
    labels: Mapping[tuple[str, str], str]
    sha256: str

    def label(self, of: str, code: str = "") -> str:
        """In words. Every code of the lines has some."""
        return self.labels[of, code]


def read(data: bytes) -> TablesFile:
    """What is in `data`. Raises `TablesFileUnreadable` (not, changed, newer)."""
    held = _unpacked(data)
    head = held.pop(manifest.NAME, b"")
    listed = manifest.listed(head, file.VERSION)
    if listed is None:
        raise TablesFileUnreadable("newer" if _is_newer(head) else "not")
    if {name: (len(one), canonical.sha256_hex(one)) for name, one in held.items()} != dict(listed):
        raise TablesFileUnreadable("changed")
    try:
        value, labels = canonical.decode_object(held[TABLES]), _labels(held[CODEBOOK])
        lines = tuple(_line(one) for one in value["lines"])
        if any(pair not in labels for line in lines for pair in codebook.codes_of(line)):
            raise TablesFileUnreadable("not")
        return TablesFile(
            period=_text(value["period"]),
            edition=int(value["edition"]),
            plan=_text(value["plan"]),
            codebook=_text(value["codebook"]),
            words=tuple(map(_text, value["words"])),
            lines=lines,
            labels=labels,
            sha256=canonical.sha256_hex(data),
        )
    except (NotCanonical, KeyError, TypeError, ValueError, csv.Error) as error:
        raise TablesFileUnreadable("not") from error


def _unpacked(data: bytes) -> dict[str, bytes]:
    try:
        container = Container(io.BytesIO(data))
        return {name: container.read(name, LARGEST) for name in container.names}
    except ArchiveUnreadable as error:
        raise TablesFileUnreadable("not" if error.reason in ("not", "form") else "changed") from error


def _is_newer(head: bytes) -> bool:
    """Whether it is a manifest of such a file in another version: "testimony/2/tables-file"."""
    try:
        version = str(canonical.decode_object(head).get("v")).split("/")
    except NotCanonical:
        return False
    return version[::2] == file.VERSION.split("/")[::2] and "/".join(version) != file.VERSION


def _line(value: Any) -> Printed:
    return Printed(**{name: _text(value[name]) for name in Printed.__dataclass_fields__})


def _labels(data: bytes) -> dict[tuple[str, str], str]:
    rows = csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""))
    return {(_text(row["question"]), _text(row["code"])): _text(row["label_en"]) for row in rows}


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value
