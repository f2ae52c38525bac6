"""Suspend a testimony on a worker's withdrawal, destroy it after the grace period, unless two roles contest it.

The state follows from the set of withdrawals and contests that are stored, in whatever order they came. Only the days
are this station's own.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, delete, func, select, update
from sqlalchemy.orm import Session

from testimony.domain.time import Clocks
from testimony.domain.withdrawal import suspension
from testimony.domain.withdrawal.suspension import Voice
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.statements import statements
from testimony.sealing.statements.statements import Withdrawal
from testimony.services.withdrawal import shredding
from testimony.station import running_time
from testimony.store.files.journal import Line
from testimony.store.models.records import Held, ObjectRow, Progress, RecordRow, TombstoneRow
from testimony.store.models.suspensions import ContestRow, Standing, SuspensionRow

if TYPE_CHECKING:
    from testimony.services.records.types import Site
    from testimony.station.station import Station
    from testimony.store.files.journal import Journal
    from testimony.store.sql.database import Database


def begin(site: Site, session: Session, record: str, statement: Withdrawal) -> bool:
    """Suspend what the worker's withdrawal `record` names, from now on; its row must exist.

    Two by different readers destroy everything at once. True if it was contested before it arrived: it is void.
    """
    signed = SignedRecord.decode(session.get_one(RecordRow, record).data).value["day"]
    start = site.clocks.start_of(date.fromisoformat(signed))
    ran = running_time.total(session)
    due = _due(site, session, statement.by, start.day)
    add(session, record, statement, day=site.day, due=due, ran=ran, sure=start.sure)
    if settle(site, session, record):
        return True
    if is_final(site, session, statement.tid):
        shredding.bury(session, statement.tid, record, shredded=True)
        finish_rows(session, [statement.tid])
    return False


def add(
    session: Session, record: str, statement: Withdrawal, *, day: str, due: str | None, ran: timedelta, sure: bool
) -> None:
    """Record the suspension, and stop serving what it names. `ran`: for how long the station has run by now."""
    whole = isinstance(statement.scope, str)
    standing = Standing.DONE if shredding.is_shredded(session, statement.tid) else Standing.STANDING
    row = SuspensionRow(
        withdrawal=record,
        subject=statement.tid,
        signer=statement.by,
        whole=whole,
        day=day,
        due=due,
        standing=standing,
        ran=int(ran.total_seconds()),
        sure=sure,
    )
    session.add(row)
    session.flush()
    if standing == Standing.DONE:
        return
    if whole:
        shredding.bury(session, statement.tid, record, shredded=False)
    else:
        hold_back(session, [statement.tid])


_OF_HEADS = (
    select(SuspensionRow)
    .where(SuspensionRow.subject.in_(bindparam("subjects", expanding=True)), SuspensionRow.whole.is_(False))
    .order_by(SuspensionRow.withdrawal)
)


def hold_back(session: Session, subjects: Collection[str]) -> None:
    """Suspend the heads that withdrawals in force name, and delete those of withdrawals that are due.

    Call it when heads of `subjects` arrived, since the withdrawal may have come before them.
    """
    for row in session.scalars(_OF_HEADS, {"subjects": list(subjects)}).all() if subjects else ():
        heads = (ObjectRow.name.in_(_scope(session, row)), ObjectRow.subject == row.subject)
        named = (*heads, ObjectRow.audience.is_not(None))
        if row.standing == Standing.DONE:
            session.execute(update(ObjectRow).where(*named).values(held=Held.WITHDRAWN, sealed=None))
        elif row.standing == Standing.STANDING:
            session.execute(update(ObjectRow).where(*named, ObjectRow.held == Held.HELD).values(held=Held.SUSPENDED))


def taken(session: Session, tid: str) -> set[str]:
    """Names of the heads of `tid` that workers' withdrawals remove, except void ones; also of heads not here."""
    of_heads = (SuspensionRow.subject == tid, SuspensionRow.whole.is_(False), SuspensionRow.standing != Standing.VOID)
    return {str(name) for row in _rows(session, *of_heads) for name in _scope(session, row)}


def contest(site: Site, session: Session, record: SignedRecord) -> str | None:
    """Store a contest. Returns the withdrawal that it made void, if this was the last one needed."""
    said = statements.parse_contest(record)
    session.merge(ContestRow(record=record.id, withdrawal=said.withdrawal, signer=said.by))
    session.flush()
    return said.withdrawal if settle(site, session, said.withdrawal) else None


def contests(session: Session, withdrawal: str) -> dict[str, str]:
    """The contests of `withdrawal` that are here, and who signed them; also if it has not arrived."""
    wanted = select(ContestRow.record, ContestRow.signer).where(ContestRow.withdrawal == withdrawal)
    return dict(session.execute(wanted.order_by(ContestRow.record)).all())


def settle(site: Site, session: Session, withdrawal: str) -> bool:
    """Make a withdrawal void if two roles contested it, so that everything is served again. Returns whether it was."""
    row = session.get(SuspensionRow, withdrawal)
    if row is None or row.standing != Standing.STANDING:
        return False
    signers = session.scalars(select(ContestRow.signer).where(ContestRow.withdrawal == withdrawal))
    if not suspension.is_void(_voices(site, signers)):
        return False
    release(session, row)
    return True


def release(session: Session, row: SuspensionRow) -> None:
    """The withdrawal is void: serve again what no other one suspends."""
    row.standing = Standing.VOID
    session.execute(update(RecordRow).where(RecordRow.name == row.withdrawal).values(progress=Progress.VOID))
    session.flush()
    if not row.whole:
        _free_heads(session, row)
        return
    other = next(iter(_rows(session, *_standing_whole(row.subject))), None)
    stone = (TombstoneRow.subject == row.subject, TombstoneRow.shredded.is_(False))
    if other is None:
        session.execute(delete(TombstoneRow).where(*stone))
    else:
        session.execute(update(TombstoneRow).where(*stone).values(withdrawal=other.withdrawal))


def is_final(site: Site, session: Session, tid: str) -> bool:
    """Whether two readers withdrew the whole testimony."""
    return suspension.is_final(_voices(site, _whole(session, tid)))


def subject_of(session: Session, withdrawal: str) -> str:
    """The testimony that a worker's withdrawal is about."""
    return session.get_one(SuspensionRow, withdrawal).subject


def due_of(session: Session, tid: str) -> str | None:
    """The day on which the testimony is destroyed here; None if it is not suspended, or waits for a lawyer."""
    days = [row.due for row in _rows(session, *_standing_whole(tid)) if row.due is not None]
    return min(days, default=None)


def sweep(station: Station) -> int:
    """Destroy what is due by two clocks. Returns how many withdrawals. Call it at the start and at least once a day.

    Also destroys what could not be destroyed before; on a full disk from the reserve. Opens transactions.
    """
    with station.database.reading() as session:
        found = [row.withdrawal for row in _over(session, station.clocks())]
    if found:
        station.space.spend(lambda: _destroy(station))
        station.space.spend(lambda: remember(station.database, station.journal, found))
        station.database.checkpoint()
    station.space.spend(lambda: shredding.finish(station))
    return len(found)


def held(session: Session, clocks: Clocks) -> int:
    """How many withdrawals one clock alone says are due: what they name is kept, and nobody is served."""
    over = {row.withdrawal for row in _over(session, clocks)}
    waiting = [row for row in _rows(session, *_has_due()) if row.withdrawal not in over]
    return sum(bool(clocks.past(date.fromisoformat(row.due or ""))) for row in waiting)


def has_doubted(session: Session) -> bool:
    """Whether a suspension stands whose start only the running time tells."""
    return bool(_rows(session, *_has_due(), SuspensionRow.sure.is_(False)))


def confirm_starts(session: Session, day: date) -> list[str]:
    """Two clocks agree that today is `day`: suspensions whose start was in doubt have begun by now, so their grace
    period runs from now. Returns their withdrawals.
    """
    rows = _rows(session, *_has_due(), SuspensionRow.sure.is_(False))
    for row in rows:
        row.sure, row.due = True, (day + suspension.GRACE_PERIOD).isoformat()
    session.flush()
    return [row.withdrawal for row in rows]


def finish_rows(session: Session, tids: Collection[str]) -> None:
    """Mark every withdrawal of these testimonies as done, since they are destroyed."""
    of_them = (SuspensionRow.subject.in_(tids), SuspensionRow.standing == Standing.STANDING)
    session.execute(update(SuspensionRow).where(*of_them).values(standing=Standing.DONE))


def remember(database: Database, journal: Journal, withdrawals: Collection[str]) -> None:
    """Write the current state of these workers' withdrawals to the journal. Raises `StoreFull`, `StoreUnwritable`."""
    if not withdrawals:
        return
    with database.reading() as session:
        lines = [line_of(session, withdrawal) for withdrawal in withdrawals]
    journal.append([line for line in lines if line is not None])


def line_of(session: Session, withdrawal: str) -> Line | None:
    """The journal line of a worker's withdrawal; None if it was never taken in."""
    row, record = session.get(SuspensionRow, withdrawal), session.get(RecordRow, withdrawal)
    if row is None or record is None:
        return None
    standing = "suspended" if row.sure else "doubted"
    word = {Standing.STANDING: standing, Standing.VOID: "void", Standing.DONE: "narrowed"}[Standing(row.standing)]
    if row.standing == Standing.DONE and row.whole:
        return None  # what destroyed the testimony has its own line
    return Line(word=word, day=row.day, due=row.due, tid=row.subject, record=record.data)


def _destroy(station: Station) -> None:
    with station.database.transaction() as session:
        for row in _over(session, station.clocks()):
            if row.whole:
                shredding.bury(session, row.subject, row.withdrawal, shredded=True)
                finish_rows(session, [row.subject])
            else:
                row.standing = Standing.DONE
                session.flush()
                hold_back(session, [row.subject])


def _free_heads(session: Session, row: SuspensionRow) -> None:
    heads = (ObjectRow.name.in_(_scope(session, row)), ObjectRow.subject == row.subject)
    freed = update(ObjectRow).where(*heads, ObjectRow.held == Held.SUSPENDED).values(held=Held.HELD)
    session.execute(freed)
    hold_back(session, [row.subject])  # another withdrawal may name them too


def _due(site: Site, session: Session, signer: str, start: date) -> str | None:
    earlier = select(func.count()).where(SuspensionRow.signer == signer, SuspensionRow.day == site.day)
    [voice] = _voices(site, [signer])
    found = suspension.due(start, voice, session.execute(earlier).scalar_one())
    return None if found is None else found.isoformat()


def _voices(site: Site, kids: Iterable[str]) -> list[Voice]:
    """Who signed. At a desk central's log confirms that the key was active at that time."""
    found = []
    for kid in kids:
        now, once = site.chain.latest.signer(kid), site.chain.was_active(kid)
        entry = now or once
        active = once is not None if site.role == "desk" else now is not None and now.active
        found.append(Voice(entry.id, entry.role, active) if entry else Voice(kid, "", active=False))
    return found


def _whole(session: Session, tid: str) -> list[str]:
    """Who signed the withdrawals in force of the whole testimony."""
    return [row.signer for row in _rows(session, *_standing_whole(tid))]


def _standing_whole(tid: str) -> tuple[object, ...]:
    standing = SuspensionRow.standing == Standing.STANDING
    return SuspensionRow.subject == tid, SuspensionRow.whole.is_(True), standing


def _has_due() -> tuple[object, ...]:
    return SuspensionRow.standing == Standing.STANDING, SuspensionRow.due.is_not(None)


def _over(session: Session, clocks: Clocks) -> list[SuspensionRow]:
    """The withdrawals whose grace period is over by two clocks."""
    ran = running_time.total(session)
    return [
        row
        for row in _rows(session, *_has_due())
        if clocks.is_over(
            date.fromisoformat(row.due or ""),
            grace=suspension.GRACE_PERIOD,
            ran=ran - timedelta(seconds=row.ran),
            sure=row.sure,
        )
    ]


def _rows(session: Session, *wanted: object) -> list[SuspensionRow]:
    return list(session.scalars(select(SuspensionRow).where(*wanted).order_by(SuspensionRow.withdrawal)))  # type: ignore[arg-type]


def _scope(session: Session, row: SuspensionRow) -> list[str]:
    """The heads that the withdrawal names."""
    record = session.get_one(RecordRow, row.withdrawal)
    scope = statements.parse_withdrawal(SignedRecord.decode(record.data)).scope
    return [] if isinstance(scope, str) else list(scope)
