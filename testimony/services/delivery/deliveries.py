"""Remember at central which node delivered a testimony, so that the node is told of withdrawals."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from sqlalchemy import ColumnElement, and_, insert, select
from sqlalchemy.orm import Session

from testimony.services.custody import log as custody_log
from testimony.services.custody.log import Act
from testimony.services.records.types import Taken
from testimony.station.station import Station
from testimony.store.models.deliveries import Delivery
from testimony.store.models.records import Progress, RecordRow, TombstoneRow
from testimony.store.models.suspensions import ContestRow


def note(station: Station, session: Session, node: str, tids: Collection[str], *, since: int) -> None:
    """Remember that the station `node` (kid) delivered these testimonies; calling it twice is harmless.

    `since`: the size of the log before they arrived. The node may have read an earlier withdrawal of them as a mere
    hash, so it is logged again.
    """
    new = sorted(_unknown(session, node, tids)) if tids else []
    if new:
        session.execute(insert(Delivery), [{"tid": tid, "node": node} for tid in new])
        acts = list(_said_again(station, session, new, since))
        if acts:
            custody_log.append_all(session, acts)


def testimonies(taken: Iterable[Taken]) -> set[str]:
    """The ids of the testimonies whose manifests arrived and were not refused."""
    records = [one.record for one in taken if one.record is not None]
    return {record.value["tid"] for record in records if record.kind == "manifest"}


def _said_again(station: Station, session: Session, tids: Collection[str], since: int) -> Iterator[Act]:
    """New entries for everything about these testimonies from before the log had `since` entries: withdrawals of them
    or of single heads, suspensions, contests, questions, and until when they are kept.

    A void withdrawal is left out, but its contests are not: the node may have heard of the withdrawal elsewhere.
    """
    stones = select(TombstoneRow.withdrawal).where(TombstoneRow.subject.in_(tids), TombstoneRow.shredded.is_(True))
    said = (RecordRow.subject.in_(tids), RecordRow.kind == "withdraw")
    withdrawals = RecordRow.name.in_(stones) | and_(*said, RecordRow.progress == Progress.COMPLETE)
    yield from _acts(station, session, "withdrawn", withdrawals, since)
    names = select(RecordRow.name).where(*said)
    contests = select(ContestRow.record).where(ContestRow.withdrawal.in_(names))
    yield from _acts(station, session, "contested", RecordRow.name.in_(contests), since)
    for kind, entry in (("question", "asked"), ("answer", "answered"), ("keep", "kept")):
        held = and_(RecordRow.subject.in_(tids), RecordRow.kind == kind, RecordRow.progress == Progress.COMPLETE)
        yield from _acts(station, session, entry, held, since)


def _acts(station: Station, session: Session, kind: str, which: ColumnElement[bool], since: int) -> Iterator[Act]:
    named = select(RecordRow.name, RecordRow.signer).where(which).order_by(RecordRow.arrival)
    for name, signer in session.execute(named).all():
        place = custody_log.position_of(session, name, kind)
        if place is not None and place < since:
            yield Act(kind=kind, ref=name, by=signer, day=station.today())


def was_delivered_by(session: Session, node: str, tid: str) -> bool:
    """Whether the station `node` delivered the testimony `tid`."""
    return session.get(Delivery, (tid, node)) is not None


def _unknown(session: Session, node: str, tids: Collection[str]) -> set[str]:
    known = select(Delivery.tid).where(Delivery.node == node, Delivery.tid.in_(tids))
    return set(tids) - set(session.scalars(known))
