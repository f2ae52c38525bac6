"""Withdraw a testimony with its code from the witness's own page: look it up by the code's public key."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from testimony.errors import NotCanonical, Refused
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.statements import early_withdrawal
from testimony.sealing.testimony import annex
from testimony.services.intake.intake import take_in
from testimony.services.records.types import Incoming
from testimony.services.tracking.withdrawal_reach import Reach, reach
from testimony.services.withdrawal import codes

if TYPE_CHECKING:
    from testimony.station.station import Station


@dataclass(frozen=True)
class Found:
    """What a code belongs to, as far as this station knows."""

    heads: dict[str, codes.Heads]  # by testimony
    keys: dict[str, str]  # by testimony: which key of the code it was sealed with
    withdrawal: str | None  # the record by which all of it was withdrawn before
    reach: Reach | None  # how far that has come


@dataclass(frozen=True)
class Taken:
    """What is on the disk and in force here, and the station's receipts for its records."""

    receipts: tuple[SignedRecord, ...]
    reach: Reach


def look_up(station: Station, session: Session, keys: Sequence[str]) -> Found:
    """Find what a code belongs to. `keys`: the code's public keys, each 64 hex, the first one first."""
    found = {tid: key for key in keys for tid in codes.testimonies(session, key)}
    withdrawal = codes.withdrawal_of(session, keys)
    return Found(
        {tid: codes.heads(session, tid) for tid in found},
        found,
        withdrawal,
        None if withdrawal is None else reach(station, session, withdrawal),
    )


def take_back(station: Station, incoming: Sequence[Incoming]) -> Taken:
    """Enforce what a witness's code signed, in the same way as any other: withdrawals, and annexes on single uses with
    their heads and bodies. Opens its own transaction.

    Raises `Refused` with the rule of the first item that is anything else; then nothing was changed except what was
    taken in before it. `StoreFull` (withdrawals are in force anyway), `StoreLocked`.
    """
    records = [_require_by_code(station, item.payload) for item in incoming if item.kind == "record"]
    if not records:
        raise Refused("structure")
    outcome = take_in(station, incoming)
    for status in outcome.statuses:
        if status.status == "refused":
            raise Refused(status.rule)
    with station.database.reading() as session:
        return Taken(outcome.receipts, reach(station, session, records[0].id))


def _require_by_code(station: Station, envelope: bytes) -> SignedRecord:
    """Require the code's signature. Workers' records are sent elsewhere, since this function does not check who sends
    them.
    """
    try:
        record = SignedRecord.decode(envelope)
        kind, tid = record.kind, str(record.value.get("tid"))
        key = annex.parse_annex(record).key if kind == "annex" else None
    except NotCanonical as error:
        raise Refused("structure") from error
    if kind not in ("withdraw", early_withdrawal.KIND, "annex"):
        raise Refused("kind.unknown")
    with station.database.reading() as session:
        if kind == "withdraw" and not codes.is_by_code(session, record, tid):
            raise Refused("signer.unknown")
        if kind == "annex" and (key is None or not codes.testimonies(session, key)):
            raise Refused("signer.unknown")
    return record
