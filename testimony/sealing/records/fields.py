"""Validators for the fields of statements: each returns the value or raises `Refused("structure")`."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

from testimony.canonical import LARGEST
from testimony.errors import Refused
from testimony.sealing.records import forms
from testimony.sealing.records.forms import NUL
from testimony.sealing.records.records import SignedRecord

HEX = re.compile(r"(?:[0-9a-f]{2})+")
VERSION = re.compile(r"testimony/([1-9][0-9]{0,5})/([a-z][a-z-]{0,31})")


def statement(record: SignedRecord, kind: str, keys: Collection[str]) -> dict[str, Any]:
    """The value of a version 1 record of `kind` with exactly `keys` besides "v".

    Raises `NotCanonical`, or `Refused`: version.newer, kind.unknown, structure.
    """
    require_version(record.value, kind)
    return exactly(record.value, {"v", *keys})


def formed(record: SignedRecord, kind: str) -> dict[str, Any]:
    """The value of a record of `kind`, in the form that the table asks for in its version (`forms.json`).

    Raises `NotCanonical`, or `Refused`: version.newer, kind.unknown, structure.
    """
    require_version(record.value, kind)
    return require_form(record.value, kind)


def require_form(value: Mapping[str, Any], kind: str) -> dict[str, Any]:
    """`value` without its "v". Raises `Refused("structure")` unless the rest has the form of `kind` in that version."""
    said = {name: one for name, one in value.items() if name != "v"}
    if not forms.holds(_form_of(kind, version_of(value)), said):
        raise Refused("structure")
    return said


def require_version(value: Mapping[str, Any], kind: str) -> None:
    """Raise `Refused` unless "v" says version 1 of `kind`, or a later one that the table of forms has."""
    found = VERSION.fullmatch(text(value.get("v")))
    if found is None:
        raise Refused("structure")
    if found[1] != "1" and _form_of(found[2], int(found[1])) not in forms.TABLE:
        raise Refused("version.newer")
    if found[2] != kind:
        raise Refused("kind.unknown")


def version_of(value: Mapping[str, Any]) -> int:
    """The number of the version in "v". Raises `Refused("structure")` where it says none."""
    found = VERSION.fullmatch(text(value.get("v")))
    if found is None:
        raise Refused("structure")
    return int(found[1])


def _form_of(kind: str, version: int) -> str:
    """The name of a form in the table: `manifest`, and `manifest/2`."""
    return kind if version == 1 else f"{kind}/{version}"


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
    """A day of the calendar, YYYY-MM-DD, never a time."""
    if not forms.holds("day", value):
        raise Refused("structure")
    return str(value)
