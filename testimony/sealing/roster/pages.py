"""Statements of the files of a page, by two of the three page keys that a roster names.

A phone that saw a signed page takes no other page without such a statement (docs/pages.md).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, NamedTuple

from testimony import canonical
from testimony.errors import NotCanonical, Refused
from testimony.sealing.records import fields, signatures
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.records.signatures import Signer
from testimony.sealing.roster.chain import first_kid, require_threshold
from testimony.sealing.roster.errors import PagesRefused, RosterRefused
from testimony.sealing.roster.roster import Roster
from testimony.sealing.roster.trusted_files import Trust

KIND: Final = "pages"
THRESHOLD: Final = 2


class PageFile(NamedTuple):
    """A file by its address on the node, the SHA-256 of what it is served as, and its length in bytes."""

    path: str
    sha256: str
    size: int

    @classmethod
    def of(cls, path: str, data: bytes) -> PageFile:
        return cls(path, canonical.sha256_hex(data), len(data))

    def describe(self) -> dict[str, object]:
        """{"path", "sha256", "len"}, as a statement has it."""
        return {"path": self.path, "sha256": self.sha256, "len": self.size}


@dataclass(frozen=True, kw_only=True)
class Pages:
    """What a statement says. `version` rises with every statement; `files` by their paths."""

    version: int
    day: str
    files: dict[str, PageFile]

    def differences(self, served: Iterable[PageFile]) -> dict[str, str]:
        """By path, how `served` is something else: altered, lacking, unnamed."""
        there = {file.path: file for file in served}
        found = dict.fromkeys(there.keys() - self.files.keys(), "unnamed")
        found |= dict.fromkeys(self.files.keys() - there.keys(), "lacking")
        both = there.keys() & self.files.keys()
        return found | {path: "altered" for path in both if there[path] != self.files[path]}


def digest(files: Iterable[PageFile]) -> str:
    """SHA-256 over the list of files: what two people, or two phones, compare, whether it is signed or not."""
    return canonical.sha256_hex(canonical.encode([one.describe() for one in sorted(files)]))


def unsigned(files: Iterable[PageFile], *, version: int, day: str) -> SignedRecord:
    """The statement, for the holders of the page keys to sign. Raises `PagesRefused("structure")`."""
    value = {"v": f"testimony/1/{KIND}", "version": version, "day": day}
    record = SignedRecord(canonical.encode(value | {"files": [one.describe() for one in sorted(files)]}), ())
    parse_pages(record)
    return record


def with_signature(record: SignedRecord, signer: Signer, roster: Roster) -> SignedRecord:
    """The same with the signatures of this page key, in place of those that it made before. Raises `PagesRefused`."""
    if signer.kid not in {keys[0].kid for keys in _keys(roster)}:
        raise PagesRefused("key")
    made = signatures.sign(record.version, record.data, signer)
    return SignedRecord(record.data, (*(sigs for sigs in record.sigs if first_kid(sigs) != signer.kid), made))


def parse_pages(record: SignedRecord) -> Pages:
    """Raises `PagesRefused`: newer, structure. Verifies no signature."""
    try:
        value = fields.formed(record, KIND)
    except (NotCanonical, Refused) as error:
        newer = isinstance(error, Refused) and error.rule == "version.newer"
        raise PagesRefused("newer" if newer else "structure") from error
    files = [PageFile(one["path"], one["sha256"], one["len"]) for one in value["files"]]
    if [one.path for one in files] != sorted({one.path for one in files}):
        raise PagesRefused("structure")
    return Pages(version=value["version"], day=value["day"], files={one.path: one for one in files})


def verify_pages(record: SignedRecord, roster: Roster) -> Pages:
    """What `record` says. Raises `PagesRefused` unless two of the page keys of `roster`, and nobody else, signed it."""
    pages = parse_pages(record)
    try:
        require_threshold(record, _keys(roster), THRESHOLD)
    except RosterRefused as error:
        raise PagesRefused("signature") from error
    return pages


def require_newer(pages: Pages, held: Pages | None) -> None:
    """Raise `PagesRefused("older")` if `held` is newer by its number or its day, or another one of the same number."""
    if held is None or pages == held:
        return
    if pages.version <= held.version or pages.day < held.day:
        raise PagesRefused("older")


def _keys(roster: Roster) -> tuple[tuple[signatures.PublicKey, ...], ...]:
    found = Trust.from_roster(roster).releases
    if not found:
        raise PagesRefused("keys")
    return found
