"""Archives that were cut off, forged or damaged as files, and what is to be found in each."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

from testimony.sealing.archive import archive
from testimony.sealing.archive.zip import END, StoredZip
from testimony.sealing.records.records import SignedRecord
from tests.support.sealing.archives import Case, Files, Spoil, container, flipped, packed

VECTORS = Path(__file__).parents[2] / "vectors" / "archives"
CUTS = (1, 21, 22, 23, 60, 1_000, 50_000, 100_000)
"""Bytes that are lacking at the end: within the end record, all of it, within the directory, within the files."""


def cut(lacking: int) -> Spoil:
    return lambda case, files: case.pack(files)[:-lacking]


def kept(name: str) -> Spoil:
    """An archive that is kept in the tests for ever."""
    return lambda case, files: (VECTORS / name).read_bytes()


def in_bytes(change: Callable[[bytes], bytes]) -> Spoil:
    return lambda case, files: change(case.pack(files))


def exchanged(old: bytes, new: bytes) -> Spoil:
    return in_bytes(lambda data: data.replace(old, new))


def relisted(name: str, at: int = -1) -> Spoil:
    """One bit of a file turned and its sum made right, by somebody who cannot sign the list anew."""
    return lambda case, files: case.pack({**files, _first(files, name): flipped(files[_first(files, name)], at)}, files)


def last(name: str, change: Callable[[bytes], bytes]) -> Spoil:
    """One of the files that are not on the list is what `change` makes of it."""

    def spoil(case: Case, files: Files) -> bytes:
        record = case.sign(files)
        sums = archive.sums(archive.parse_index(record).files)
        ending = {archive.SUMS: sums, archive.LIST: record.data, archive.LIST_SIGNED: archive.sigs_of(record)}
        return container({**files, **ending, name: change(ending[name])})

    return spoil


def too_many(data: bytes) -> bytes:
    """The end record speaks of more files than any archive has."""
    return data[: -END.size] + data[-END.size : -14] + b"\xff\xff\xff\xff" + data[-10:]


def twice(case: Case, files: Files) -> bytes:
    """Its first file once more, under the same name and as the same bytes."""
    written = io.BytesIO()
    made = StoredZip(written.write)
    for name in (*files, next(iter(files))):
        made.add(name, files[name])
    made.finish()
    return written.getvalue()


def newer(case: Case, files: Files) -> bytes:
    value = {**case.sign(files).value, "v": "testimony/2/archive", "more": 1}
    return packed(files, SignedRecord.sign(value, case.organisation.lawyer_signer))


def _first(files: Files, name: str) -> str:
    return next(one for one in files if name in one)


def _directory(data: bytes) -> int:
    """Where it begins."""
    return int.from_bytes(data[-6:-2], "little")


FILE_WRONG: dict[str, tuple[Spoil, list[str]]] = {
    **{f"cut off by {lacking} bytes": (cut(lacking), ["file.truncated"]) for lacking in CUTS},
    "cut off in the middle": (in_bytes(lambda data: data[:5000]), ["file.truncated"]),
    "cut off behind its first four bytes": (in_bytes(lambda data: data[:4]), ["file.truncated"]),
    "cut off between two files": (in_bytes(lambda data: data[: _directory(data)]), ["file.truncated"]),
    "something behind it": (in_bytes(lambda data: data + b"\0"), ["file.truncated"]),
    "something before it": (in_bytes(lambda data: b"\0" + data), ["file.not"]),
    "another archive behind it": (in_bytes(lambda data: data + data), ["file.form"]),
    "empty": (in_bytes(lambda _: b""), ["file.not"]),
    "a picture": (in_bytes(lambda _: b"\xff\xd8\xff" + bytes(99)), ["file.not"]),
    "a zip of something else": (lambda case, files: container({"letter.txt": b"words"}), ["file.not"]),
    "one bit on the disk": (in_bytes(lambda data: flipped(data, 5000)), ["list.damaged"]),
    "one bit of the list on the disk": (exchanged(b"testimony/1/archive", b"testimony/1/arcHive"), ["file.damaged"]),
    "one bit of the directory": (in_bytes(lambda data: flipped(data, -60)), ["file.form"]),
    "more files than there may be": (in_bytes(too_many), ["file.large"]),
    "a name that leads out": (exchanged(b"README.txt", b"../../.txt"), ["file.form"]),
    "a name from the root of a disk": (exchanged(b"README.txt", b"/EADME.txt"), ["file.form"]),
    "two files of one name": (twice, ["file.form"]),
    "a file that says it is packed": (
        exchanged(b"PK\x03\x04\x14\x00\x00\x00\x00\x00", b"PK\x03\x04\x14\x00\x00\x00\x08\x00"),
        ["file.form"],
    ),
    "a directory of another kind": (exchanged(b"PK\x01\x02", b"PK\x01\x03"), ["file.form"]),
    "a newer version": (newer, ["file.newer"]),
    "the archive of a newer version that is kept": (kept("newer.zip"), ["file.newer"]),
    "a list that is no list": (last(archive.LIST, lambda _: b"[]"), ["list.form"]),
    "a list that was written otherwise": (last(archive.LIST, lambda data: data + b"\n"), ["list.form"]),
    "one bit of the list": (
        last(archive.LIST, lambda data: data.replace(b"2026-11-25", b"2026-11-24")),
        ["list.unsigned"],
    ),
    "signatures of the list that are none": (last(archive.LIST_SIGNED, lambda _: b"[]"), ["list.unsigned"]),
    "one bit of the list's signature": (
        last(archive.LIST_SIGNED, lambda data: data.replace(b"0", b"1", 1)),
        ["list.unsigned"],
    ),
    "one bit of the sums": (last(archive.SUMS, flipped), ["list.changed"]),
    "another list": (lambda case, files: case.pack(files, {**files, "root.json": b"{}"}), ["list.changed"]),
    "a file more than the list": (
        lambda case, files: case.pack({**files, f"objects/{'0' * 64}": b""}, files),
        ["list.other"],
    ),
    "a file fewer than the list": (
        lambda case, files: case.pack(files, {**files, f"objects/{'0' * 64}": b""}),
        ["list.other"],
    ),
    "the files in another order": (
        lambda case, files: case.pack(dict(reversed(files.items())), files),
        ["list.other"],
    ),
    "one bit of what people read, the list as it was": (relisted("README.txt"), ["list.changed"]),
    "one bit of the page, the list as it was": (relisted("verify.html"), ["list.changed"]),
    "one bit of a sealed part, the list as it was": (relisted("objects/"), ["list.changed", "list.misnamed"]),
    "one bit of a record, the list as it was": (
        relisted("records/", 40),
        ["list.changed", "list.misnamed", "manifest.refused"],
    ),
}  # fmt: skip
FILE_RIGHT: dict[str, tuple[Spoil, list[str]]] = {
    "the first archive": (kept("first.zip"), ["list.times"]),
    "the archive with stamps and a cosignature": (kept("seen.zip"), []),
    **{
        f"the archive of version {folder.name}": (kept(f"released/{folder.name}/archive.zip"), [])
        for folder in sorted((VECTORS / "released").iterdir())
    },
}
