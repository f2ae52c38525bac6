"""The layout of an archive and its signed list: the files that a third party needs to verify a testimony years later.

An archive is evidence that can be checked without its makers, without keys and without a network (docs/archive.md).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Final

from testimony import canonical
from testimony.errors import NotCanonical, Refused
from testimony.sealing.records import fields
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.records.signatures import Signer

KIND: Final = "archive"
LIST, LIST_SIGNED, SUMS = "archive.json", "archive.sigs", "SHA256SUMS"
README, VERIFIER, ROOT = "README.txt", "verify.html", "root.json"
LAST: Final = (SUMS, LIST, LIST_SIGNED)
"""What stands behind the files of the list, in this order, and is not on it."""
LARGEST_FILE: Final = 2 << 20
LARGEST_LIST: Final = 20 << 20
MOST_FILES: Final = 64_000
NO_EPOCH: Final = "none"
"""The folder of a log whose station says no epoch."""
NOTE: Final = re.compile(r"log/([0-9a-f]{16})/([0-9a-f]{32}|none)/([0-9]{1,15})-([0-9a-f]{8})\.note", re.ASCII)
GREW: Final = re.compile(r"log/([0-9a-f]{16})/([0-9a-f]{32}|none)/([0-9]{1,15})\.grew", re.ASCII)
ENTRY: Final = re.compile(r"log/([0-9a-f]{16})/([0-9a-f]{32}|none)/([0-9]{1,15})\.entry", re.ASCII)
RECORD: Final = re.compile(r"records/([0-9a-f]{64})\.json", re.ASCII)
CHAIN: Final = re.compile(r"chain/([0-9]{4})\.json", re.ASCII)
OBJECT: Final = re.compile(r"objects/([0-9a-f]{64})", re.ASCII)
FORM: Final = re.compile(r"forms/([0-9a-f]{64})\.json", re.ASCII)
TIMESTAMP: Final = re.compile(r"timestamps/([0-9a-f]{64})\.(tsr|tsq|pem)", re.ASCII)
"""Of RFC 3161, over the note of that hash as its log signed it: the reply, what was asked, and the roots it is
believed by.
"""
REVEALED: Final = re.compile(r"revealed/([0-9a-f]{32})/([a-z]+(?:-[0-9]{3})?)\.(line|content)", re.ASCII)
NAMED: Final = (RECORD, OBJECT, FORM)
"""Files whose name is their hash."""
NAMES: Final = tuple(
    re.compile(pattern, re.ASCII)
    for pattern in (
        r"README\.txt|verify\.html|root\.json",
        r"chain/[0-9]{4}\.(?:json|sigs)",
        r"records/[0-9a-f]{64}\.(?:json|sigs)",
        *(one.pattern for one in (OBJECT, FORM, TIMESTAMP, NOTE, GREW, ENTRY, REVEALED)),
    )
)


@dataclass(frozen=True, kw_only=True)
class File:
    """One file of the archive, by its length in bytes and its hash."""

    name: str
    len: int
    sha256: str


@dataclass(frozen=True, kw_only=True)
class Index:
    """The list. `by` (kid) made it on `day`; `purpose` and `recipient` are what compartments were revealed for."""

    organisation: str
    purpose: str
    recipient: str
    by: str
    day: str
    files: tuple[File, ...]

    def sign(self, signer: Signer) -> SignedRecord:
        said = {**asdict(self), "files": [asdict(file) for file in self.files]}
        return SignedRecord.sign({"v": f"testimony/1/{KIND}", **said}, signer)


def parse_index(record: SignedRecord) -> Index:
    """Verifies no signature. Raises `NotCanonical`; `Refused`: version.newer, kind.unknown, structure."""
    said = fields.formed(record, KIND)
    files = tuple(File(**one) for one in said["files"])
    if len({file.name for file in files}) != len(files) or not all(is_known(file.name) for file in files):
        raise Refused("structure")
    return Index(**{**said, "files": files})


def sums(files: Iterable[File]) -> bytes:
    """What `sha256sum -c` reads, of every file on the list."""
    return "".join(f"{file.sha256}  {file.name}\n" for file in files).encode()


def signed(data: bytes, sigs: bytes) -> SignedRecord:
    """A statement and its signatures, which lie beside it so that `sha256sum` gives its name. Raises `NotCanonical`."""
    found = canonical.decode(sigs)
    if not isinstance(found, list):
        raise NotCanonical
    return SignedRecord(data, tuple(found))


def sigs_of(record: SignedRecord) -> bytes:
    """The signatures of `record` as they lie beside it."""
    return canonical.encode(list(record.sigs))


def is_known(name: str) -> bool:
    """Whether a file of this name belongs into an archive of this version."""
    return any(pattern.fullmatch(name) for pattern in NAMES)


def inclusion(entry: bytes, size: int, path: Sequence[bytes]) -> bytes:
    """The proof that `entry` stands in the first `size` entries of a log."""
    return _proof("included", {"entry": entry.decode(), "size": size, "path": [one.hex() for one in path]})


def growth(old: int, new: int, path: Sequence[bytes]) -> bytes:
    """The proof that the log of `new` entries begins with that of `old`."""
    return _proof("grew", {"from": old, "to": new, "path": [one.hex() for one in path]})


def parse_inclusion(data: bytes) -> tuple[bytes, int, list[bytes]]:
    """(entry, size, path). Raises `NotCanonical`, `Refused`."""
    said = fields.formed(SignedRecord(data, ()), "included")
    return said["entry"].encode(), said["size"], _path(said["path"])


def parse_growth(data: bytes) -> tuple[int, int, list[bytes]]:
    """(from, to, path). Raises `NotCanonical`, `Refused`."""
    said = fields.formed(SignedRecord(data, ()), "grew")
    return said["from"], said["to"], _path(said["path"])


def _proof(kind: str, said: dict[str, object]) -> bytes:
    return canonical.encode({"v": f"testimony/1/{kind}", **said})


def _path(value: Sequence[str]) -> list[bytes]:
    return [bytes.fromhex(one) for one in value]
