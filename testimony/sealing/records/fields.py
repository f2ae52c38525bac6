"""Validators for the fields of statements: each returns the value or raises `Refused("structure")`."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from testimony.canonical import LARGEST
from testimony.errors import Refused
from testimony.sealing.records.records import SignedRecord

HEX = re.compile(r"(?:[0-9a-f]{2})+")
NUL = "\0"
"""JSON may hold it, and no PostgreSQL can: of two central servers one would take the record and one never."""
VERSION = re.compile(r"testimony/([1-9][0-9]{0,5})/([a-z][a-z-]{0,31})")


def statement(record: SignedRecord, kind: str, keys: Collection[str]) -> dict[str, Any]:
    """The value of a version 1 record of `kind` with exactly `keys` besides "v".

    Raises `NotCanonical`, or `Refused`: version.newer, kind.unknown, structure.
    """
    require_version(record.value, kind)
    return exactly(record.value, {"v", *keys})


def require_version(value: Mapping[str, Any], kind: str) -> None:
    """Raise `Refused` unless "v" says version 1 of `kind`."""
    found = VERSION.fullmatch(text(value.get("v")))
    if found is None:
        raise Refused("structure")
    if found[1] != "1":
        raise Refused("version.newer")
    if found[2] != kind:
        raise Refused("kind.unknown")


def exactly(value: Any, keys: Collection[str]) -> dict[str, Any]:
    if not isinstance(value, dict) or set(value) != set(keys):
        raise Refused("structure")
    return value


def text(value: Any, longest: int = 200) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= longest or NUL in value:
        raise Refused("structure")
    return value


def hexadecimal(value: Any, size: int) -> str:
    """`size` bytes as lower-case hex."""
    if not isinstance(value, str) or len(value) != 2 * size or not HEX.fullmatch(value):
        raise Refused("structure")
    return value


def sha256(value: Any) -> str:
    return hexadecimal(value, 32)


def kid(value: Any) -> str:
    return hexadecimal(value, 8)


def integer(value: Any, lowest: int = 0, highest: int = LARGEST) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not lowest <= value <= highest:
        raise Refused("structure")
    return value


def boolean(value: Any) -> bool:
    if not isinstance(value, bool):
        raise Refused("structure")
    return value


def day(value: Any) -> str:
    """A date, YYYY-MM-DD, never a time."""
    if not isinstance(value, str) or len(value) != 10:
        raise Refused("structure")
    try:
        date.fromisoformat(value)
    except ValueError as error:
        raise Refused("structure") from error
    return value


def ascending(value: Any) -> tuple[str, ...]:
    """SHA-256 names, each once, in ascending order."""
    if not isinstance(value, list) or value != sorted({sha256(item) for item in value}):
        raise Refused("structure")
    return tuple(value)
