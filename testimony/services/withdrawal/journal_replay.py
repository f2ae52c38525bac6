"""Reconcile the withdrawal journal with the database, so that each knows every withdrawal that the other does.

The database may be restored from an older copy that holds a testimony withdrawn since, or for which keeping ended. So
every line of the journal is replayed before anything is served.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Iterator
from typing import TYPE_CHECKING

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from testimony.errors import NotCanonical
from testimony.sealing.records import forms
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.statements import early_withdrawal, keep, statements
from testimony.services.custody import log as custody_log
from testimony.services.records import rows
from testimony.services.withdrawal import codes, endings, shredding, suspension
from testimony.station import running_time
from testimony.store.files.journal import Line
from testimony.store.models.outbox import OutboxRow
from testimony.store.models.records import Progress, RecordRow, TombstoneRow
from testimony.store.models.suspensions import Standing, SuspensionRow

if TYPE_CHECKING:
    from testimony.sealing.roster.chain import RosterChain
    from testimony.station.station import Station
    from testimony.store.files.journal import Journal
    from testimony.store.sql.database import Database

log = logging.getLogger("testimony.journal")

STANDING = {
    "suspended": Standing.STANDING,
    "doubted": Standing.STANDING,
    "void": Standing.VOID,
    "narrowed": Standing.DONE,
}


def note(
    database: Database,
    journal: Journal,
    *,
    suspended: Collection[str],
    voided: Collection[str],
    narrowed: Collection[str],
) -> None:
    """Record what a batch's withdrawals did, before they are acknowledged. Takes names of their records.

    `shredding.finish` records those that destroy a testimony. Raises `StoreFull`, `StoreUnwritable`.
    """
    suspension.remember(database, journal, [*suspended, *(set(voided) - set(suspended))])
    if narrowed:
        with database.reading() as session:
            records = [session.get_one(RecordRow, name) for name in narrowed]
        journal.append([_narrowed(record) for record in records])
        database.checkpoint()  # the deleted heads were in the write-ahead log too


def replay(station: Station) -> int:
    """Replay what is in the journal and not in the database. Returns how many withdrawals. Opens a transaction."""
    station.journal.mend()
    told = {(line.tid, name): line for name, line in _named(station.journal.read())}
    with station.database.reading() as session:
        unknown = [line for line in told.values() if not _is_known(session, line)]
        missing = _missing(session, {(tid, name): line.word for (tid, name), line in told.items()}, station.today())
    station.journal.append(missing)
    if not unknown:
        return 0
    with station.database.transaction() as session:
        for line in unknown:
            _do(station.chain, station.settings.role, session, line)
    shredding.finish(station)
    station.database.checkpoint()
    return len(unknown)


def _narrowed(record: RecordRow) -> Line:
    return Line(word="narrowed", day=record.received, tid=record.subject or "", record=record.data)


def _named(lines: Iterable[Line]) -> Iterator[tuple[str, Line]]:
    """Lines with the names of their records; a damaged one must not keep the station from opening."""
    for number, line in enumerate(lines, 1):
        try:
            yield _name(line), line
        except NotCanonical:
            log.warning("the record in line %d of the journal of withdrawals is damaged", number)


def _name(line: Line) -> str:
    """The record that the line is about; where keeping ended, the manifest."""
    if line.word != "ended":
        return SignedRecord.decode(line.record).id
    if not forms.holds("name", name := line.record.decode("ascii", "replace")):
        raise NotCanonical
    return name


def _is_known(session: Session, line: Line) -> bool:
    if line.destroys:
        return shredding.is_shredded(session, line.tid)
    if line.word == "kept":
        return session.get(RecordRow, _name(line)) is not None or shredding.is_shredded(session, line.tid)
    row = session.get(SuspensionRow, _name(line))
    if line.word == "narrowed" and row is None:
        return session.get(RecordRow, _name(line)) is not None
    return row is not None and (row.standing == STANDING[line.word] or row.standing != Standing.STANDING)


def _missing(session: Session, told: dict[tuple[str, str], str], today: str) -> list[Line]:
    """What is in the database and not in the journal, after a crash, or in a home older than journals."""
    stones = select(TombstoneRow.subject, TombstoneRow.withdrawal).where(TombstoneRow.swept.is_(True))
    shredded = session.execute(stones.where(TombstoneRow.shredded.is_(True))).all()
    lines = [
        shredding.line_of(session, tid, today)
        for tid, name in shredded
        if told.get((tid, name)) not in ("shredded", "ended")
    ]
    kept = select(RecordRow.subject, RecordRow.name).where(
        RecordRow.kind == keep.KIND, RecordRow.progress != Progress.SHREDDED
    )
    unsaid = [name for tid, name in session.execute(kept) if (tid, name) not in told]
    lines += [endings.line_of(session.get_one(RecordRow, name)) for name in unsaid]
    for row in session.scalars(select(SuspensionRow)):
        line = suspension.line_of(session, row.withdrawal)
        if line is not None and told.get((row.subject, row.withdrawal)) not in (line.word, "shredded"):
            lines.append(line)
    return lines


def _do(chain: RosterChain, role: str, session: Session, line: Line) -> None:
    if line.word == "ended":
        shredding.bury(session, line.tid, _name(line), shredded=True)
        suspension.finish_rows(session, [line.tid])
        return
    record = SignedRecord.decode(line.record)
    _restore_record(role, session, line, record)
    if line.word == "kept":
        endings.settle(session, chain, [line.tid])
        return
    if line.word == "shredded":
        shredding.bury(session, line.tid, record.id, shredded=True)
        suspension.finish_rows(session, [line.tid])
        return
    statement = statements.parse_withdrawal(record)
    row = session.get(SuspensionRow, record.id)
    if line.word == "narrowed" and row is None:
        shredding.narrow(session, line.tid, statement.scope)
        return
    if row is None:
        ran, sure = running_time.total(session), line.word != "doubted"
        suspension.add(session, record.id, statement, day=line.day, due=line.due, ran=ran, sure=sure)
        row = session.get_one(SuspensionRow, record.id)
    if line.word == "void" and row.standing == Standing.STANDING:
        suspension.release(session, row)
    elif line.word == "narrowed":
        row.standing = Standing.DONE
        session.flush()
        suspension.hold_back(session, [line.tid])


def _subject(line: Line, record: SignedRecord) -> str:
    """A withdrawal with the code alone may apply to several testimonies, also to future ones."""
    return (
        codes.subject_of(early_withdrawal.verify_early(record).key)
        if record.kind == early_withdrawal.KIND
        else line.tid
    )


def _restore_record(role: str, session: Session, line: Line, record: SignedRecord) -> None:
    """Restore the withdrawal record, so that it is passed on and answered as before."""
    known = session.get(RecordRow, record.id)
    if known is not None:
        waits = (RecordRow.name == record.id, RecordRow.progress.in_((Progress.UNPROVEN, Progress.SPARE)))
        session.execute(update(RecordRow).where(*waits).values(progress=Progress.COMPLETE))
        return
    arrival = session.execute(select(func.coalesce(func.max(RecordRow.arrival), 0) + 1)).scalar_one()
    row = rows.of_record(
        record.id,
        line.record,
        kind=record.kind,
        subject=_subject(line, record),
        signer=record.by,
        arrival=arrival,
        day=line.day,
        progress=Progress.COMPLETE,
    )
    rows.write(session.connection(), RecordRow, [row])
    if role == "field":
        rows.write(session.connection(), OutboxRow, [rows.of_outbox(row)])
    if role != "desk":
        kind = "kept" if record.kind == keep.KIND else "withdrawn"
        custody_log.append(session, kind=kind, ref=record.id, by=record.by, day=line.day)
