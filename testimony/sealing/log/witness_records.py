"""Central's records of witnesses to its log's heads: time stamps of authorities, cosignatures of partners.

Two statements, `stamp` and `cosigned`, are signed by central and travel to desks like every record. Neither is trusted
because central signed it: each contains the complete reply or cosignature.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from testimony.errors import Refused
from testimony.sealing.errors import SignatureBad
from testimony.sealing.log import checkpoint, cosignature, timestamp
from testimony.sealing.log.checkpoint import Checkpoint
from testimony.sealing.log.errors import StampRefused
from testimony.sealing.log.timestamp import LARGEST_QUERY, LARGEST_REPLY
from testimony.sealing.records import fields
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.records.signatures import Signer
from testimony.sealing.roster.chain import RosterChain
from testimony.sealing.statements import statements

STAMP: Final = "stamp"
COSIGNED: Final = "cosigned"
LONGEST_NOTE: Final = 8192
MOST_ROOTS: Final = 8
LARGEST_ROOT: Final = 16 * 1024


@dataclass(frozen=True, kw_only=True)
class Stamped:
    """`note` as central signed it, the question and the reply (DER), and the roots that central trusted that day."""

    note: str
    head: Checkpoint
    query: bytes
    reply: bytes
    roots: tuple[bytes, ...]
    by: str
    day: str


@dataclass(frozen=True, kw_only=True)
class Cosigned:
    """`note` with the cosignatures of one partner or more."""

    note: str
    head: Checkpoint
    by: str
    day: str


def origin_of(kid: str) -> str:
    """The origin line of the log of the station `kid`."""
    return f"testimony/1/log/{kid}"


def stamp(*, note: str, query: bytes, reply: bytes, roots: Sequence[bytes], day: str, signer: Signer) -> SignedRecord:
    said = {"note": note, "query": _text(query), "reply": _text(reply), "roots": [_text(one) for one in roots]}
    return SignedRecord.sign({"v": f"testimony/1/{STAMP}", **said, "by": signer.kid, "day": day}, signer)


def cosigned(*, note: str, day: str, signer: Signer) -> SignedRecord:
    value = {"v": f"testimony/1/{COSIGNED}", "note": note, "by": signer.kid, "day": day}
    return SignedRecord.sign(value, signer)


def verify_stamp(record: SignedRecord, chain: RosterChain) -> Stamped:
    """The stamp in it is verified too, by the roots that it names. Raises `NotCanonical`, `Refused`."""
    found = parse_stamp(record, chain)
    statements.require_signed(record, chain, {"central"})
    try:
        digest = hashlib.sha256(found.note.encode()).digest()
        timestamp.verify(found.reply, digest, found.roots, found.query)
    except StampRefused as error:
        raise Refused("signature.bad") from error
    return found


def parse_stamp(record: SignedRecord, chain: RosterChain) -> Stamped:
    """Only the note is verified. Raises `NotCanonical`, `Refused`."""
    said = fields.statement(record, STAMP, {"note", "query", "reply", "roots", "by", "day"})
    by, note = fields.kid(said["by"]), fields.text(said["note"], LONGEST_NOTE)
    if not isinstance(said["roots"], list) or not 0 < len(said["roots"]) <= MOST_ROOTS:
        raise Refused("structure")
    return Stamped(
        note=note,
        head=_head(note, by, chain),
        query=_bytes(said["query"], LARGEST_QUERY),
        reply=_bytes(said["reply"], LARGEST_REPLY),
        roots=tuple(_bytes(one, LARGEST_ROOT) for one in said["roots"]),
        by=by,
        day=fields.day(said["day"]),
    )


def verify_cosigned(record: SignedRecord, chain: RosterChain) -> Cosigned:
    """Raises `NotCanonical`, `Refused`, also where a partner's line does not hold, or nobody's stands there."""
    found = parse_cosigned(record, chain)
    statements.require_signed(record, chain, {"central"})
    partners = cosignature.of_all(chain.rosters)
    seen = cosignature.examine(found.note, origin_of(found.by), partners)
    if not seen or not all(one.holds for one in seen):
        raise Refused("signature.bad")
    return found


def parse_cosigned(record: SignedRecord, chain: RosterChain) -> Cosigned:
    """Only central's signature under the note is verified. Raises `NotCanonical`, `Refused`."""
    said = fields.statement(record, COSIGNED, {"note", "by", "day"})
    by, note = fields.kid(said["by"]), fields.text(said["note"], LONGEST_NOTE)
    return Cosigned(note=note, head=_head(note, by, chain), by=by, day=fields.day(said["day"]))


def _head(note: str, by: str, chain: RosterChain) -> Checkpoint:
    entry = chain.signer(by)
    key = next((key for key in entry.keys if key.kid == by), None) if entry and entry.role == "central" else None
    if key is None:
        raise Refused("signer.unknown")
    try:
        return checkpoint.verify(note, origin_of(by), key)
    except SignatureBad as error:
        raise Refused("signature.bad") from error


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _bytes(value: Any, largest: int) -> bytes:
    try:
        data = base64.b64decode(fields.text(value, 2 * largest), validate=True)
    except binascii.Error as error:
        raise Refused("structure") from error
    if not 0 < len(data) <= largest or _text(data) != value:
        raise Refused("structure")
    return data
