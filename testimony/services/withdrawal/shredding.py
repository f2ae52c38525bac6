"""Enforce withdrawals at this station: what is destroyed, in which order, and what remains as proof of it.

A station without keys needs only the witness's signature, since the public key of the code is in the manifest. The
order is: tombstone (nothing is served from here on), a line in the journal outside the database, shred key, bodies,
heads and manifest, log entry and the station's own record of it. After a crash anywhere in between, the next start
completes it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import Select, bindparam, delete, func, select, update
from sqlalchemy.orm import Session

from testimony.errors import NotCanonical, Refused
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.statements import statements
from testimony.services.custody import log as custody_log
from testimony.services.records.types import Site
from testimony.services.withdrawal import destruction_receipts
from testimony.services.withdrawal.destruction_receipts import owed, receipt_for
from testimony.station.station import OPENED
from testimony.store.files.journal import Line
from testimony.store.models.kept import KeptRow
from testimony.store.models.records import Held, ObjectRow, Progress, RecordRow, TombstoneRow
from testimony.store.models.suspensions import SuspensionRow
from testimony.store.sql import entry_file

if TYPE_CHECKING:
    from testimony.sealing.records.signatures import Signer
    from testimony.sealing.roster.chain import RosterChain
    from testimony.station.station import Station
    from testimony.store.blobs.blobs import Bodies
    from testimony.store.files.shred_keys import ShredKeys
    from testimony.store.sql.database import Database

__all__ = ["owed", "receipt_for"]

AT_MOST_UNPROVEN = 1000
"""Withdrawals whose testimony has not arrived are stored without proof; more would mean that somebody fills the
disk.
"""

DESTROYED = ("manifest", "grant", "annex", "question", "answer", "keep")
"""Kinds of records about a testimony that are destroyed with it: only their names stay."""
ENDED = "ended"
"""The kind of the log entry for a testimony that was destroyed since keeping ended."""


@dataclass(frozen=True)
class Proof:
    """What a withdrawal's signature was verified against."""

    statement: statements.Withdrawal
    by_witness: bool  # signed with the code: it takes effect at once; by a worker: it suspends


def prove(record: SignedRecord, chain: RosterChain, withdraw: str | None) -> Proof:
    """Verify a withdrawal. `withdraw`: the public key in the manifest, None while that is not held.

    Raises `Refused`: signer.unknown for a key that is neither the code's nor a worker's.
    """
    try:
        statement = statements.verify_withdrawal(record, chain, withdraw)
    except NotCanonical as error:
        raise Refused("structure") from error
    return Proof(statement, by_witness=chain.signer(statement.by) is None)


def apply(session: Session, record: str, proof: Proof) -> None:
    """Record what the witness's withdrawal `record` forbids, so that nothing is served any more. `finish` destroys."""
    tid, scope = proof.statement.tid, proof.statement.scope
    if isinstance(scope, str):
        bury(session, tid, record, shredded=True)
    else:
        narrow(session, tid, scope)


def narrow(session: Session, tid: str, heads: Sequence[str]) -> None:
    """Delete these heads of the testimony, so that their recipients can no longer open it."""
    of_testimony = (ObjectRow.name.in_(heads), ObjectRow.subject == tid, ObjectRow.audience.is_not(None))
    session.execute(update(ObjectRow).where(*of_testimony).values(held=Held.WITHDRAWN, sealed=None))


_BY_WITNESSES = select(RecordRow.data).where(
    RecordRow.subject.in_(bindparam("tids", expanding=True)),
    RecordRow.kind == "withdraw",
    RecordRow.progress == Progress.COMPLETE,
    RecordRow.name.not_in(select(SuspensionRow.withdrawal)),
)


def narrow_again(session: Session, tids: Collection[str]) -> None:
    """Also delete heads that arrived after the witness's withdrawal that names them: a granted one, or any if the
    journal restored the withdrawal before its testimony arrived again.
    """
    for data in session.connection().scalars(_BY_WITNESSES, {"tids": list(tids)}) if tids else ():
        statement = statements.parse_withdrawal(SignedRecord.decode(data))
        if not isinstance(statement.scope, str):
            narrow(session, statement.tid, statement.scope)


def finish(station: Station) -> int:
    """Destroy what tombstones name, with a log entry for each. Returns how many testimonies. Safe to repeat."""
    with station.database.reading() as session:
        pending = _unswept(session)
        lines = [line_of(session, tid, station.today()) for tid in pending]
    if not pending:
        return 0
    station.journal.append(lines)
    station.shred_keys.shred(pending)
    entry_file.delete_everywhere(station.settings.home / OPENED, pending)
    with station.database.reading() as session:
        bodies = _bodies(session, pending)
    station.parts.remove_all(bodies)
    site, signer = Site.of(station), station.own_signer
    with station.database.transaction() as session:
        _erase(session, pending)
        if signer is not None:  # a desk has no key, and nobody's log to write
            for tid in pending:
                _log_shredded(site, signer, session, tid)
    station.database.checkpoint()
    return len(pending)


def forget_late(
    database: Database, shred_keys: ShredKeys, parts: Bodies, tids: Sequence[str], bodies: Iterable[str]
) -> None:
    """Destroy what arrived for withdrawn testimonies, but no body that another testimony holds. `bodies`: their names.

    Two testimonies name the same bytes only if a phone lies; that must not cost the honest one its evidence.
    """
    shred_keys.shred(tids)
    names = set(bodies)
    with database.reading() as session:
        kept = set(session.scalars(_held_for_others(names, tids)))
    parts.remove_all(sorted(names - kept))


def bury(session: Session, tid: str, record: str, *, shredded: bool) -> None:
    """Set the tombstone of `tid` for the withdrawal `record`: `finish` destroys, or (not `shredded`) it only hides."""
    stone = session.get(TombstoneRow, tid)
    if stone is not None and (stone.shredded or not shredded):
        return
    if stone is None:
        session.add(TombstoneRow(subject=tid, withdrawal=record, shredded=shredded, swept=not shredded))
    else:
        stone.withdrawal, stone.shredded, stone.swept = record, True, False
    session.flush()


def is_shredded(session: Session, tid: str) -> bool:
    """Whether the testimony must no longer be held here."""
    stone = session.get(TombstoneRow, tid)
    return stone is not None and stone.shredded


def line_of(session: Session, tid: str, day: str) -> Line:
    """The journal line of a testimony that is destroyed."""
    cause = session.get_one(TombstoneRow, tid).withdrawal
    if is_ending(session, cause):
        return Line(word="ended", day=day, tid=tid, record=cause.encode())
    return Line(word="shredded", day=day, tid=tid, record=session.get_one(RecordRow, cause).data)


def is_ending(session: Session, cause: str) -> bool:
    """Whether a tombstone that names the record `cause` stands because keeping ended: then it names the manifest, which
    a restored database may not have.
    """
    row = session.get(RecordRow, cause)
    return row is None or row.kind == "manifest"


def _unswept(session: Session) -> list[str]:
    return list(session.scalars(select(TombstoneRow.subject).where(TombstoneRow.swept.is_(False))))


def _bodies(session: Session, tids: Sequence[str]) -> list[str]:
    """Bodies that belong to `tids` alone."""
    own = select(ObjectRow.name).where(ObjectRow.audience.is_(None), ObjectRow.record.in_(_records(tids)))
    names = set(session.scalars(own))
    return sorted(names - set(session.scalars(_held_for_others(names, tids))))


def _held_for_others(names: Iterable[str], tids: Sequence[str]) -> Select[str]:
    """Those of `names` that other testimonies hold too. One that is only expected does not count."""
    held = (ObjectRow.name.in_(names), ObjectRow.held.in_((Held.HELD, Held.SUSPENDED)))
    return select(ObjectRow.name).where(*held, ObjectRow.record.not_in(_records(tids)))


def _records(tids: Sequence[str]) -> Select[str]:
    return select(RecordRow.name).where(RecordRow.subject.in_(tids))


def _erase(session: Session, tids: Sequence[str]) -> None:
    of_them = ObjectRow.record.in_(_records(tids))
    session.execute(update(ObjectRow).where(of_them).values(held=Held.WITHDRAWN, sealed=None))
    dropped = (RecordRow.subject.in_(tids), RecordRow.kind.in_(DESTROYED))
    session.execute(update(RecordRow).where(*dropped).values(progress=Progress.SHREDDED, data=b""))
    session.execute(delete(KeptRow).where(KeptRow.tid.in_(tids)))
    session.execute(update(TombstoneRow).where(TombstoneRow.subject.in_(tids)).values(swept=True))


def _log_shredded(site: Site, signer: Signer, session: Session, tid: str) -> None:
    """Log one entry for a withdrawal, which names it: the testimony itself is no longer named. Where keeping ended, the
    entry names the manifest. Also make a record for others.
    """
    cause = session.get_one(TombstoneRow, tid).withdrawal
    kind = ENDED if is_ending(session, cause) else "shredded"
    if custody_log.position_of(session, cause, kind) is None:
        custody_log.append(session, kind=kind, ref=cause, by=signer.kid, day=site.day)
        destruction_receipts.say(site, signer, session, cause)


def taken_by(session: Session, record: str) -> list[str]:
    """Ids of the testimonies whose tombstone names the withdrawal `record`."""
    return list(session.scalars(select(TombstoneRow.subject).where(TombstoneRow.withdrawal == record)))


_UNPROVEN = select(RecordRow.data).where(
    RecordRow.subject.in_(bindparam("tids", expanding=True)),
    RecordRow.kind == "withdraw",
    RecordRow.progress == Progress.UNPROVEN,
)


def unproven(session: Session, tids: Iterable[str]) -> list[SignedRecord]:
    """Withdrawals of these testimonies whose signature could not be verified on arrival."""
    return [SignedRecord.decode(data) for data in session.connection().scalars(_UNPROVEN, {"tids": list(tids)})]


def settle(session: Session, record: str, *, genuine: bool) -> None:
    """A withdrawal could finally be verified: it takes effect, or it never will."""
    progress = Progress.COMPLETE if genuine else Progress.VOID
    session.execute(update(RecordRow).where(RecordRow.name == record).values(progress=progress))


def require_room(session: Session) -> None:
    """Raise `Refused` if so many withdrawals wait for a proof that somebody must be filling the disk."""
    waiting = select(func.count()).where(RecordRow.kind == "withdraw", RecordRow.progress == Progress.UNPROVEN)
    if session.execute(waiting).scalar_one() >= AT_MOST_UNPROVEN:
        raise Refused("signer.unknown")
