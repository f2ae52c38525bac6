"""The files between two organisations: a signed statement, sealed for the lawyers of the one that gets it.

Nobody on the way learns which testimony it is about (docs/hand-over-format.md).
"""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from datetime import date
from typing import IO, Final

from testimony import canonical
from testimony.domain.roles import Audience
from testimony.errors import NotCanonical, Refused
from testimony.sealing.age import age
from testimony.sealing.errors import CannotOpen
from testimony.sealing.records import fields
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.roster.errors import RosterRefused
from testimony.sealing.statements import handover
from testimony.services.handover import partners
from testimony.services.handover.errors import HandoverRefused
from testimony.services.handover.partners import Partner
from testimony.services.opening.annexes import AnnexIndex
from testimony.services.opening.reader import Reader
from testimony.station.station import Station

KIND: Final = "letter"
LARGEST: Final = 256 << 20
"""Bytes of what a file holds: it is opened in memory, because what is in it may not touch a disk."""
LARGEST_FILE: Final = LARGEST + (LARGEST >> 6)
"""Bytes of a file with its seal."""


@dataclass(frozen=True, kw_only=True)
class Letter:
    """An opened file. `sender`: with the rosters of the file, which the known root proves. `archive`: b"" if none."""

    sender: Partner
    statement: SignedRecord
    archive: bytes


def write(station: Station, to: Partner, statement: SignedRecord, archive: bytes = b"") -> bytes:
    """The sealed file. Raises `HandoverRefused("large")`."""
    first = canonical.encode(
        {
            "v": f"testimony/1/{KIND}",
            "rosters": partners.write(station.chain),
            "statement": statement.encode().decode(),
        }
    )
    if len(first) + len(archive) >= LARGEST:
        raise HandoverRefused("large")
    roster, key = to.chain.latest, age.new_file_key()
    head = age.seal_head(key, roster.recipients(Audience.LAWYERS), roster.slots[Audience.LAWYERS])
    return head + age.seal_body(key, first + b"\n" + archive)


def load(source: IO[bytes]) -> bytes:
    """The bytes of a file that can be searched; one that is too large is not read.

    Raises `HandoverRefused("large")`, `OSError`.
    """
    size = source.seek(0, os.SEEK_END)
    if size > LARGEST_FILE:
        raise HandoverRefused("large")
    source.seek(0)
    return source.read(size)


def read(station: Station, reader: Reader, annexes: AnnexIndex, data: bytes, *, day: date) -> Letter:
    """Open a file and look whose it is; the signatures of its statement are not verified here.

    The end of a consent counts whatever list of readers came with it: its signer must be in the newest one, which is
    the sender's. Raises `HandoverRefused`: sealed, other, newer, stranger, older, expired.
    """
    first, _, archive = _opened(reader, data).partition(b"\n")
    try:
        value = canonical.decode_object(first)
        fields.require_version(value, KIND)
        said = fields.exactly(value, {"v", "rosters", "statement"})
        chain = partners.read(str(said["rosters"]))
        statement = SignedRecord.decode(str(said["statement"]).encode())
    except Refused as error:
        raise HandoverRefused("newer" if error.rule == "version.newer" else "other") from error
    except (NotCanonical, RosterRefused) as error:
        raise HandoverRefused("other") from error
    known = partners.find(station, annexes, chain.fingerprint)
    if statement.kind == handover.END:
        chain = chain if chain.latest.no > known.chain.latest.no else known.chain
    else:
        partners.require_no_older(known, chain)
        if chain.latest.expired(day.isoformat()):
            raise HandoverRefused("expired", day=chain.latest.expires)
    return Letter(sender=replace(known, chain=chain), statement=statement, archive=archive)


def _opened(reader: Reader, data: bytes) -> bytes:
    end = data.find(b"\n--- ")
    end = data.find(b"\n", end + 1) + 1 if end >= 0 else 0
    try:
        return age.open_body(age.open_head(data[:end], reader.key), data[end:])
    except CannotOpen as error:
        raise HandoverRefused("sealed") from error


def require_signed(letter: Letter) -> None:
    """Raise `HandoverRefused("signed")` unless a lawyer of the sender signed the statement: an answer, an end, or what
    was done about it.
    """
    try:
        handover.verify_one(letter.statement, letter.sender.chain)
    except (NotCanonical, Refused) as error:
        raise HandoverRefused("signed") from error
