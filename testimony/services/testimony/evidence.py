"""Collects what proves a testimony from the database: log entry, receipts, the log as a whole, and witnesses."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session

from testimony.sealing import verification
from testimony.sealing.records.signatures import PublicKey, Signer
from testimony.sealing.roster.chain import RosterChain
from testimony.sealing.statements.statements import Receipt
from testimony.sealing.verification import Finding, Holds, LogEntry
from testimony.services.custody import gaps, receptions, split_view
from testimony.services.custody import log as custody_log
from testimony.services.custody.merkle_log import MerkleLog
from testimony.services.witnesses import first_seen
from testimony.services.witnesses.first_seen import FirstSeen
from testimony.store.models.log import ASIDE, LogHead, LogLeaf
from testimony.store.models.records import ReceiptRow


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """What this station holds about a testimony.

    `entry`: of the log that should say that it was received. `dropped`: that log says that it was destroyed later.
    `receipts`: encoded, from other stations. `seen`: who else saw the log with the entry, verified by `first_seen`.
    `log`: whether the log of central as a whole holds; None at central. `role`: of this station.
    """

    role: str
    entry: LogEntry | None
    dropped: bool
    receipts: tuple[bytes, ...]
    seen: tuple[FirstSeen, ...]
    log: Finding | None

    @property
    def day(self) -> str:
        """Of the log's entry, "" if there is none."""
        return "" if self.entry is None else self.entry.day


def collect(
    session: Session, chain: RosterChain, role: str, own: Signer | None, record: str, *, log: Finding | None = None
) -> Evidence:
    """The evidence about the manifest `record`. A desk has it from central's log, other stations from their own.

    `role`: of this station; `own`: its key, None at a desk.
    `log`: the result of `check_log` in this session, for callers that collect for many; it reads the whole log.
    """
    entry = _entry(session, chain, role, own, record)
    others = (ReceiptRow.record == record, ReceiptRow.station != (own.kid if own else ""))
    return Evidence(
        role=role,
        entry=entry,
        dropped=role == "desk" and entry is not None and _is_dropped(session, entry.key.kid, record),
        receipts=tuple(session.scalars(select(ReceiptRow.data).where(*others))),
        seen=_seen(session, chain, role, own, record),
        log=None if role == "central" else log or check_log(session, chain, role),
    )


def _entry(session: Session, chain: RosterChain, role: str, own: Signer | None, record: str) -> LogEntry | None:
    if role == "desk":
        return receptions.central_entry(session, chain, record)
    return None if own is None else receptions.own_entry(session, chain, own, record)


def _seen(session: Session, chain: RosterChain, role: str, own: Signer | None, record: str) -> tuple[FirstSeen, ...]:
    if role == "field":
        return ()
    return first_seen.first_sightings(session, chain, record, central=own if role == "central" else None)


def check_log(session: Session, chain: RosterChain, role: str) -> Finding:
    """Whether central shows everybody the same log, every entry up to its newest head is here and only appended, and
    the records that it names are here. `role`: of this station.
    """
    for key in chain.central_keys:
        day = split_view.forked_since(session, key.kid)
        if day:
            return Finding(code="story.forked", holds=Holds.NO, values={"day": day})
    notes = [(key, custody_log.mirror_head(session, key.kid)) for key in chain.central_keys]
    heads = [(key, note) for key, note in notes if note]
    if not heads:
        return Finding(code="story.unread", holds=Holds.OPEN)
    for key, note in heads:
        fault = _mirror_fault(session, key, note)
        if fault:
            return Finding(code=fault, holds=Holds.NO)
    left_out = gaps.find(session, chain, role).left_out
    if left_out:
        return Finding(code="story.lacking", holds=Holds.OPEN, values={"number": len(left_out)})
    return Finding(code="story.one", holds=Holds.YES)


def covers(session: Session, chain: RosterChain, receipt: Receipt) -> bool:
    """Whether this desk has read the log of the receipt as far as the receipt covers it."""
    is_central = receipt.station in {key.kid for key in chain.central_keys}
    return is_central and 0 < receipt.log_size <= MerkleLog(session, receipt.station).size()


def is_of_its_log(session: Session, receipt: Receipt) -> bool:
    """Whether the log that was read, or one set aside when central was restored, began as the receipt promised."""
    aside = session.scalars(select(LogHead.log).where(LogHead.log.startswith(ASIDE)))
    for name in (receipt.station, *aside):
        log = MerkleLog(session, name)
        try:
            if receipt.log_size <= log.size() and log.root(receipt.log_size).hex() == receipt.root:
                return True
        except NoResultFound:
            continue
    return False


def _is_dropped(session: Session, log: str, record: str) -> bool:
    return custody_log.mirror_find(session, log, record, "dropped") is not None


def _mirror_fault(session: Session, key: PublicKey, note: str) -> str:
    """What is wrong with the mirror up to the head `note`, "" for nothing. Costs O(log n) and one count."""
    count = session.scalar(select(func.count()).select_from(LogLeaf).where(LogLeaf.log == key.kid)) or 0
    head = verification.verified_head(note, custody_log.origin(key.kid), key)
    if head is None:
        return "story.changed"
    if count < head.size:
        return "story.gap"
    try:
        return "" if MerkleLog(session, key.kid).root(head.size) == head.root else "story.changed"
    except NoResultFound:
        return "story.gap"
