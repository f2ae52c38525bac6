"""What a roster tells stations to trust: files (questionnaires, the certificate authority), and keys and versions.

The files are optional, in the roster's key `trust`, so that the roots sign them with the rest. Each file is named by
its SHA-256 and by those of its pieces, since nothing longer than 256 KiB is sent (docs/enrolment-format.md, "What a
roster trusts").
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from testimony.canonical import sha256_hex
from testimony.errors import Refused
from testimony.sealing.errors import StructureWrong
from testimony.sealing.records import fields, forms
from testimony.sealing.records.signatures import ED25519, PublicKey
from testimony.sealing.roster.chain import key_groups
from testimony.sealing.roster.errors import RosterRefused
from testimony.sealing.roster.roster import Roster

KEY = "trust"
PIECE = 256 * 1024
FORM, AUTHORITY = "form", "ca"
KINDS = frozenset((FORM, AUTHORITY))
MOST_FILES, MOST_PIECES = 64, 8
ADDRESS = re.compile(r"(https?://[^\s/?#@]{1,255}(/[^\s?#@]{0,200})?)?")
NEWEST = 2
"""The newest version of manifests and header lines that this program seals."""


@dataclass(frozen=True, kw_only=True)
class TrustedFile:
    """One file by the hash of the whole and of its pieces, in order."""

    kind: str
    sha256: str
    pieces: tuple[str, ...]

    @classmethod
    def from_bytes(cls, kind: str, data: bytes) -> TrustedFile:
        return cls(kind=kind, sha256=sha256_hex(data), pieces=tuple(sha256_hex(piece) for piece in cut(data)))

    def describe(self) -> dict[str, Any]:
        return {"kind": self.kind, "sha256": self.sha256, "pieces": list(self.pieces)}

    def joined(self, held: Mapping[str, bytes]) -> bytes | None:
        """The file out of its pieces by their names; None while one is lacking, or where they are not this file."""
        if not held.keys() >= set(self.pieces):
            return None
        data = b"".join(held[piece] for piece in self.pieces)
        return data if sha256_hex(data) == self.sha256 else None


@dataclass(frozen=True)
class Confirmer:
    """Somebody of the roster, and the key with which they sign freshness statements and nothing else."""

    id: str
    key: PublicKey

    def describe(self) -> dict[str, str]:
        return {"id": self.id, "pub": self.key.pub.hex()}


@dataclass(frozen=True, kw_only=True)
class Trust:
    """`form`: the hash of the questionnaire in force, None where the roster says nothing of it.

    `seals`: the version of manifests and header lines that every station knows, so that phones may seal it.
    `fresh`: who confirms that the roster is the newest. `releases`: the three page keys, of which two sign the files
    of a page; none where pages are not signed. `central`: the address of the central server, for stations that were
    given none; empty where the roster says nothing of it.
    """

    form: str | None = None
    files: tuple[TrustedFile, ...] = ()
    scripts: Mapping[str, str] | None = None
    seals: int = 1
    fresh: tuple[Confirmer, ...] = ()
    releases: tuple[tuple[PublicKey, ...], ...] = ()
    central: str = ""

    @classmethod
    def from_roster(cls, roster: Roster) -> Trust:
        """Raises `RosterRefused("structure")` for a roster whose roots signed what is none."""
        return cls.said_in(roster.value)

    @classmethod
    def said_in(cls, value: Mapping[str, Any]) -> Trust:
        """Read it from a roster's value, signed or a draft. Raises `RosterRefused("structure")`."""
        if KEY not in value:
            return cls()
        try:
            return _parse(value[KEY])
        except Refused as error:
            raise RosterRefused("structure") from error

    @property
    def pieces(self) -> frozenset[str]:
        """Everything that these files are made of."""
        return frozenset(piece for file in self.files for piece in file.pieces)

    @property
    def authority(self) -> TrustedFile | None:
        return next((file for file in self.files if file.kind == AUTHORITY), None)

    @property
    def forms(self) -> tuple[TrustedFile, ...]:
        return tuple(file for file in self.files if file.kind == FORM)

    @property
    def version(self) -> int:
        """What this program seals under this roster: a program older than what `seals` says seals what it can."""
        return min(self.seals, NEWEST)

    def describe(self) -> dict[str, Any]:
        """As it stands in a roster."""
        named: dict[str, Any] = {"files": [file.describe() for file in self.files]}
        if self.form is not None:
            named["form"] = self.form
        if self.scripts:
            named["scripts"] = dict(self.scripts)
        if self.seals > 1:
            named["seals"] = self.seals
        if self.fresh:
            named["fresh"] = [one.describe() for one in self.fresh]
        if self.releases:
            named["releases"] = [[key.describe() for key in keys] for keys in self.releases]
        if self.central:
            named["central"] = self.central
        return named


def cut(data: bytes) -> list[bytes]:
    """`data` in pieces that travel."""
    return [data[start : start + PIECE] for start in range(0, len(data), PIECE)]


def _parse(value: Any) -> Trust:
    """Keys that this version does not know are left alone; so are files of an unknown kind."""
    if not isinstance(value, dict) or not isinstance(value.get("files"), list) or len(value["files"]) > MOST_FILES:
        raise Refused("structure")
    files = tuple(_file(one) for one in value["files"])
    known = tuple(file for file in files if file.kind in KINDS)
    _require_one_each(known)
    return Trust(
        form=fields.sha256(value["form"]) if "form" in value else None,
        files=known,
        scripts=_scripts(value.get("scripts", {})),
        seals=fields.integer(value.get("seals", 1), 1),
        fresh=_confirmers(value.get("fresh", [])),
        releases=_releases(value.get("releases")),
        central=_central(value.get("central", "")),
    )


def _central(value: Any) -> str:
    if not isinstance(value, str) or not ADDRESS.fullmatch(value):
        raise Refused("structure")
    return value


def _confirmers(value: Any) -> tuple[Confirmer, ...]:
    if not forms.holds("confirmers", value):
        raise Refused("structure")
    return tuple(Confirmer(one["id"], PublicKey(ED25519, bytes.fromhex(one["pub"]))) for one in value)


def _file(value: Any) -> TrustedFile:
    found = fields.exactly(value, {"kind", "sha256", "pieces"})
    pieces = found["pieces"]
    if not isinstance(pieces, list) or not 1 <= len(pieces) <= MOST_PIECES:
        raise Refused("structure")
    return TrustedFile(
        kind=fields.text(found["kind"], 32),
        sha256=fields.sha256(found["sha256"]),
        pieces=tuple(fields.sha256(piece) for piece in pieces),
    )


def _require_one_each(files: Iterable[TrustedFile]) -> None:
    found = list(files)
    if len({file.sha256 for file in found}) < len(found) or sum(file.kind == AUTHORITY for file in found) > 1:
        raise Refused("structure")


def _scripts(value: Any) -> dict[str, str]:
    if not isinstance(value, dict):
        raise Refused("structure")
    return {lang: fields.sha256(sha256) for lang, sha256 in value.items()}


def _releases(value: Any) -> tuple[tuple[PublicKey, ...], ...]:
    if value is None:
        return ()
    if not forms.holds("page-keys", value):
        raise Refused("structure")
    try:
        return key_groups(value)
    except StructureWrong as error:
        raise Refused("structure") from error
