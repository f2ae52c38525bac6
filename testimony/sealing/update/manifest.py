"""The statement of an update: its version, its files, the versions that it can update, and what is new."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from testimony import canonical
from testimony.errors import NotCanonical, Refused
from testimony.sealing.records import fields
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.update.errors import UpdateRefused

KIND: Final = "update"
NUMBERS: Final = re.compile(r"(?:0|[1-9][0-9]{0,5})(?:\.(?:0|[1-9][0-9]{0,5})){2}", re.ASCII)
WHEEL: Final = re.compile(
    r"[A-Za-z0-9_.]+-[A-Za-z0-9_.!+]+(?:-[0-9][A-Za-z0-9_.]*)?(?:-[A-Za-z0-9_.]+){3}\.whl", re.ASCII
)
REVISION: Final = re.compile(r"[0-9]{4}", re.ASCII)
SYSTEM: Final = re.compile(r"[a-z0-9_-]+ 3\.[0-9]{1,2}", re.ASCII)
LONGEST_NOTES: Final = 4000
MOST_FILES: Final = 500
LARGEST_FILE: Final = 4 << 30


class Wheel(NamedTuple):
    """A file of an update."""

    name: str
    sha256: str
    size: int

    def describe(self) -> dict[str, object]:
        """{"name", "sha256", "len"}."""
        return {"name": self.name, "sha256": self.sha256, "len": self.size}


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """What the statement says. `day`: YYYY-MM-DD. `earliest`: the oldest version that it can update. `room`: bytes of
    what is installed. `notes`: what is new.

    `reads`: revisions of the tables that it can upgrade, in rising order; it writes the last one. `systems`: a system
    and its Python each, such as `linux-x86_64 3.11`.
    """

    version: str
    day: str
    earliest: str
    reads: tuple[str, ...]
    systems: tuple[str, ...]
    room: int
    notes: str
    files: tuple[Wheel, ...]

    @property
    def writes(self) -> str:
        """The revision of the tables that this version writes."""
        return self.reads[-1]

    def encode(self) -> bytes:
        """Canonical JSON, which is signed."""
        value: dict[str, Any] = {name: getattr(self, name) for name in self.__dataclass_fields__}
        value |= {"v": f"testimony/1/{KIND}", "files": [one.describe() for one in self.files]}
        return canonical.encode(value)


def numbers(version: str) -> tuple[int, ...]:
    """A version such as 1.10.0 as numbers that can be compared. Raises `ValueError` for anything else."""
    if not NUMBERS.fullmatch(version):
        raise ValueError(version)
    return tuple(map(int, version.split(".")))


def unsigned(manifest: Manifest) -> SignedRecord:
    """The statement without signatures, for holders of release keys to sign. Raises `UpdateRefused("structure")`."""
    record = SignedRecord(manifest.encode(), ())
    parse(record)
    return record


def parse(record: SignedRecord) -> Manifest:
    """What the statement says. Verifies no signature. Raises `UpdateRefused`: newer, structure."""
    try:
        said = fields.statement(record, KIND, set(Manifest.__dataclass_fields__))
        return Manifest(
            version=_matching(NUMBERS, said["version"]),
            day=fields.day(said["day"]),
            earliest=_matching(NUMBERS, said["earliest"]),
            reads=_rising(REVISION, said["reads"]),
            systems=_rising(SYSTEM, said["systems"]),
            room=fields.integer(said["room"], 1),
            notes=fields.text(said["notes"], LONGEST_NOTES),
            files=_files(said["files"]),
        )
    except NotCanonical as error:
        raise UpdateRefused("structure", file="This") from error
    except Refused as error:
        if error.rule == "version.newer":
            raise UpdateRefused("newer") from error
        raise UpdateRefused("structure", file="This") from error


def _files(value: Any) -> tuple[Wheel, ...]:
    given = _list(value)
    found = tuple(
        Wheel(_matching(WHEEL, one["name"]), fields.sha256(one["sha256"]), fields.integer(one["len"], 1, LARGEST_FILE))
        for one in (fields.exactly(each, {"name", "sha256", "len"}) for each in given)
    )
    _require_rising([one.name for one in found])
    return found


def _rising(form: re.Pattern[str], value: Any) -> tuple[str, ...]:
    found = tuple(_matching(form, one) for one in _list(value))
    _require_rising(found)
    return found


def _require_rising(names: Sequence[str]) -> None:
    if list(names) != sorted(set(names)):
        raise Refused("structure")


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list) or not 0 < len(value) <= MOST_FILES:
        raise Refused("structure")
    return value


def _matching(form: re.Pattern[str], value: Any) -> str:
    if not isinstance(value, str) or not form.fullmatch(value):
        raise Refused("structure")
    return value


def require_fit(manifest: Manifest, running: str, here: str, *, again: bool = False) -> None:
    """Raise `UpdateRefused` (older, too far, system) unless it fits the version `running` and the system `here`.

    `again`: accept the same version, for a machine that has no folder of versions yet.
    """
    now, then = numbers(running), numbers(manifest.version)
    if then < now or (then == now and not again):
        raise UpdateRefused("older", version=manifest.version, running=running)
    if now < numbers(manifest.earliest):
        raise UpdateRefused("too far", earliest=manifest.earliest, running=running)
    if here not in manifest.systems:
        raise UpdateRefused("system", offered=", ".join(manifest.systems), here=here)
