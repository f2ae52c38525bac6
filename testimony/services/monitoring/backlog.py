"""Count what is waiting, as central knows it: at field nodes, at central for missing objects, and for the desks.

Numbers only. The figures of a field node are what it last reported, and may be old.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from testimony.services.custody import log as custody_log
from testimony.services.monitoring.heartbeats import MEGA
from testimony.services.monitoring.types import NodeLine
from testimony.services.tracking import readership, withdrawal_status
from testimony.store.models.records import Progress, RecordRow

if TYPE_CHECKING:
    from testimony.station.station import Station

SPARE: Final = 20
"""Entries that a desk may be behind and still count as up to date: they arrived since its reader last fetched."""


@dataclass(frozen=True, kw_only=True)
class Backlog:
    """Active `stations`, of which `silent` were not heard of for a week or never. `waiting`: records without central's
    receipt, `media`: bytes of recordings and pictures, both as `told` stations last reported.

    At central: testimonies that are `whole`, those whose `text` is safe while pieces are still to come, incomplete
    records (`begun`), withdrawals whose testimony has not arrived (`unproven`). `desks` of readers, of which `behind`
    have not read the log to its end; `farthest`: the most entries that one of them has to read.
    """

    stations: int
    silent: int
    told: int
    waiting: int
    media: int
    whole: int
    text: int
    begun: int
    unproven: int
    desks: int
    behind: int
    farthest: int


def count(station: Station, session: Session, nodes: Sequence[NodeLine]) -> Backlog:
    """Count now. `nodes`: as `overview.nodes` lists them."""
    active = [node for node in nodes if node.active]
    said = [node.contact for node in active if node.contact is not None and node.contact.waiting is not None]
    left = _left(station, session)
    here = _by_progress(session)
    return Backlog(
        stations=len(active),
        silent=sum(not {"silent", "new"}.isdisjoint(node.troubles) for node in active),
        told=len(said),
        waiting=sum(one.waiting or 0 for one in said),
        media=sum(one.media or 0 for one in said) * MEGA,
        whole=here.get(("manifest", Progress.COMPLETE), 0),
        text=here.get(("manifest", Progress.TEXT), 0),
        begun=sum(number for (_, progress), number in here.items() if progress == Progress.INCOMPLETE),
        unproven=sum(number for (_, progress), number in here.items() if progress == Progress.UNPROVEN),
        desks=len(left),
        behind=sum(entries > SPARE for entries in left),
        farthest=max(left, default=0),
    )


def _by_progress(session: Session) -> dict[tuple[str, int], int]:
    counted = select(RecordRow.kind, RecordRow.progress, func.count()).group_by(RecordRow.kind, RecordRow.progress)
    return {(kind, progress): number for kind, progress, number in session.execute(counted)}


def _left(station: Station, session: Session) -> list[int]:
    """For each active person with a desk, how many entries of the log they have not read."""
    size = custody_log.size(session)
    people = [
        one for one in station.chain.latest.people if one.role in withdrawal_status.READERS and one.status == "active"
    ]
    return [max(0, size - max((readership.read_by(session, key.kid) for key in one.keys), default=0)) for one in people]
