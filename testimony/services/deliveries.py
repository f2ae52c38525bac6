"""Remembering at central which node delivered a testimony, for the withdrawals that it must be told of."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from testimony.services.station import Station
from testimony.store.deliveries import Delivery


def note(station: Station, node: str, tids: Collection[str]) -> None:
    """Remember that the station `node` (kid) delivered these testimonies. Opens a transaction; twice is harmless."""
    if not tids:
        return
    with station.database.reading() as session:
        known = set(session.scalars(select(Delivery.tid).where(Delivery.node == node, Delivery.tid.in_(tids))))
    if known.issuperset(tids):
        return
    with station.database.transaction() as session:
        for tid in sorted(set(tids) - known):
            session.merge(Delivery(tid=tid, node=node))


def was_delivered_by(session: Session, node: str, tid: str) -> bool:
    """Whether the station `node` delivered the testimony `tid`."""
    return session.get(Delivery, (tid, node)) is not None
