"""Remembering at central which node delivered a testimony, for the withdrawals that it must be told of."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from testimony.services.station import Station
from testimony.store.deliveries import Delivery


def note(station: Station, node: str, tids: Collection[str]) -> None:
    """Remember that the station `node` (kid) delivered these testimonies. Opens a transaction; twice is harmless."""
    if not tids:
        return
    with station.database.reading() as session:
        if not _unknown(session, node, tids):
            return
    with station.database.transaction() as session:
        new = [{"tid": tid, "node": node} for tid in sorted(_unknown(session, node, tids))]
        if new:  # another thread may have been quicker
            session.execute(insert(Delivery), new)


def was_delivered_by(session: Session, node: str, tid: str) -> bool:
    """Whether the station `node` delivered the testimony `tid`."""
    return session.get(Delivery, (tid, node)) is not None


def _unknown(session: Session, node: str, tids: Collection[str]) -> set[str]:
    known = select(Delivery.tid).where(Delivery.node == node, Delivery.tid.in_(tids))
    return set(tids) - set(session.scalars(known))
