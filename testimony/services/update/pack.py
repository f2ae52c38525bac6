"""Make an update from the wheels in a folder: write its statement, compare it with them, and make the signed file."""

from __future__ import annotations

import hashlib
import re
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

from testimony.sealing.records.records import SignedRecord
from testimony.sealing.roster.chain import first_kid
from testimony.sealing.update import manifest as manifests
from testimony.sealing.update.errors import UpdateRefused
from testimony.sealing.update.manifest import Manifest, Wheel
from testimony.sealing.update.release_keys import ReleaseKeys
from testimony.services.update import update_file

OURS: Final = re.compile(r"testimony-([0-9.]+)-py3-none-any\.whl")
REVISION: Final = re.compile(r"testimony/migrations/versions/([0-9]{4})_[a-z0-9_]+\.py")
ENVIRONMENT: Final = 64 << 20
"""Bytes of an environment with nothing but pip, with some to spare."""


def statement(folder: Path, *, notes: str, earliest: str, systems: Iterable[str], day: str) -> SignedRecord:
    """The unsigned statement of an update made of the wheels in `folder`.

    Version and tables are those of the wheel of this program. `earliest`: the oldest version that it can update.
    `systems`: such as "linux-x86_64 3.11". `day`: YYYY-MM-DD. Raises `UpdateRefused`: wheel, name, notes, structure.
    """
    files = tuple(_wheel(file) for file in sorted(folder.iterdir()) if file.is_file())
    ours = [found for one in files if (found := OURS.fullmatch(one.name))]
    if len(ours) != 1:
        raise UpdateRefused("wheel", folder=str(folder))
    said = " ".join(notes.split())
    if not 0 < len(said) <= manifests.LONGEST_NOTES:
        raise UpdateRefused("notes")
    with zipfile.ZipFile(folder / ours[0].string) as held:
        reads = sorted(found[1] for name in held.namelist() if (found := REVISION.fullmatch(name)))
    return manifests.unsigned(
        Manifest(
            version=ours[0][1],
            day=day,
            earliest=earliest,
            reads=tuple(reads),
            systems=tuple(sorted(set(systems))),
            room=ENVIRONMENT + sum(_unpacked(folder / one.name) for one in files),
            notes=said,
            files=files,
        )
    )


def require_same(record: SignedRecord, folder: Path) -> None:
    """Raise `UpdateRefused("files")` unless `folder` holds exactly the files that the statement names."""
    named = set(manifests.parse(record).files)
    there = {_wheel(file) for file in folder.iterdir() if file.is_file()}
    for one in sorted(named ^ there):
        raise UpdateRefused("files", folder=str(folder), member=one.name)


def put_together(
    records: Sequence[SignedRecord], folder: Path, out: Path, *, lists: list[Any], keys: ReleaseKeys
) -> Manifest:
    """Make the file `out`. `records`: copies of the statement, whose signatures are joined. `lists`: envelopes of
    lists of release keys, in their order. `keys`: must have signed the statement.

    Raises `FileExistsError`, `StickRefused`, `UpdateRefused`: statements, files, signature.
    """
    if len({record.data for record in records}) != 1:
        raise UpdateRefused("statements")
    sigs = {first_kid(one): one for record in records for one in record.sigs}
    record = SignedRecord(records[0].data, tuple(sigs[kid] for kid in sorted(sigs)))
    keys.verify(record)
    require_same(record, folder)
    update_file.write(out, record, lists, folder)
    return manifests.parse(record)


def _wheel(file: Path) -> Wheel:
    if not manifests.WHEEL.fullmatch(file.name) or not zipfile.is_zipfile(file):
        raise UpdateRefused("name", file=file.name)
    with file.open("rb") as opened:
        return Wheel(file.name, hashlib.file_digest(opened, "sha256").hexdigest(), file.stat().st_size)


def _unpacked(file: Path) -> int:
    with zipfile.ZipFile(file) as archive:
        return sum(info.file_size for info in archive.infolist())
