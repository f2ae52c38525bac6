"""Remember at central which node delivered a testimony, so that the node is told of withdrawals."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Integer,
    Select,
    String,
    and_,
    bindparam,
    insert,
    literal_column,
    select,
    union_all,
)
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
    for _, _, kind, name, signer in sorted(session.execute(_BEFORE, {"tids": list(tids)}).all()):
        place = custody_log.position_of(session, name, kind)
        if place is not None and place < since:
            yield Act(kind=kind, ref=name, by=signer, day=station.today())


def _about(number: int, entry: str, which: ColumnElement[bool]) -> Select[int, int, str, str, str]:
    order, said = literal_column(str(number), Integer), literal_column(f"'{entry}'", String)
    return select(order, RecordRow.arrival, said, RecordRow.name, RecordRow.signer).where(which)


def _of_kind(kind: str) -> ColumnElement[bool]:
    return and_(_OF_THEM, RecordRow.kind == kind, RecordRow.progress == Progress.COMPLETE)


_TIDS: BindParameter[Any] = bindparam("tids", expanding=True)
_OF_THEM = RecordRow.subject.in_(_TIDS)
_STONES = select(TombstoneRow.withdrawal).where(TombstoneRow.subject.in_(_TIDS), TombstoneRow.shredded.is_(True))
_WITHDRAWALS = select(RecordRow.name).where(_OF_THEM, RecordRow.kind == "withdraw")
_CONTESTS = select(ContestRow.record).where(ContestRow.withdrawal.in_(_WITHDRAWALS))
_BEFORE = union_all(
    _about(0, "withdrawn", RecordRow.name.in_(_STONES) | _of_kind("withdraw")),
    _about(1, "contested", RecordRow.name.in_(_CONTESTS)),
    _about(2, "asked", _of_kind("question")),
    _about(3, "answered", _of_kind("answer")),
    _about(4, "kept", _of_kind("keep")),
)
"""(in which order they are told, arrival, what the log says, name, signer): one question for all."""


def was_delivered_by(session: Session, node: str, tid: str) -> bool:
    """Whether the station `node` delivered the testimony `tid`."""
    return session.get(Delivery, (tid, node)) is not None


def _unknown(session: Session, node: str, tids: Collection[str]) -> set[str]:
    return set(tids) - set(session.connection().scalars(_KNOWN, {"node": node, "tids": list(tids)}))


_KNOWN = select(Delivery.tid).where(Delivery.node == bindparam("node"), Delivery.tid.in_(_TIDS))
