"""Taking a testimony back with its code, as the witness's own page asks for it: looked up by the code's public key."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from testimony.errors import NotCanonical, Refused
from testimony.sealing import early
from testimony.sealing.records import SignedRecord
from testimony.services import codes, collect
from testimony.services.arrivals import Incoming
from testimony.services.reach import Reach, reach

if TYPE_CHECKING:
    from testimony.services.station import Station


@dataclass(frozen=True)
class Found:
    """What a code is for, as far as this station knows."""

    heads: dict[str, codes.Heads]  # by testimony
    withdrawal: str | None  # the record by which all of it was taken back before
    reach: Reach | None  # how far that has come


@dataclass(frozen=True)
class Taken:
    """A withdrawal that is on the disk and in force here, and the station's receipt for it."""

    receipt: SignedRecord
    reach: Reach


def look_up(station: Station, session: Session, key: str) -> Found:
    """`key`: the code's public key, 64 hex."""
    withdrawal = codes.withdrawal_of(session, key)
    return Found(
        {tid: codes.heads(session, tid) for tid in codes.testimonies(session, key)},
        withdrawal,
        None if withdrawal is None else reach(station, session, withdrawal),
    )


def take_back(station: Station, envelope: bytes) -> Taken:
    """Enforce a withdrawal that a witness's code signed, by the way of every other. Opens its own transaction.

    Raises `Refused` with its rule when it is anything else, `StoreFull`, `StoreLocked`; then nothing was changed.
    """
    record = _require_by_code(station, envelope)
    outcome = collect.take_in(station, [Incoming("record", envelope)])
    [status] = outcome.statuses
    if status.status == "refused":
        raise Refused(status.rule)
    [receipt] = outcome.receipts
    with station.database.reading() as session:
        return Taken(receipt, reach(station, session, record.id))


def _require_by_code(station: Station, envelope: bytes) -> SignedRecord:
    """A worker's withdrawal is for other doors: this one asks nobody who they are."""
    try:
        record = SignedRecord.decode(envelope)
        kind, tid = record.kind, str(record.value.get("tid"))
    except NotCanonical as error:
        raise Refused("structure") from error
    if kind not in ("withdraw", early.KIND):
        raise Refused("kind.unknown")
    with station.database.reading() as session:
        if kind == "withdraw" and not codes.is_by_code(session, record, tid):
            raise Refused("signer.unknown")
    return record
