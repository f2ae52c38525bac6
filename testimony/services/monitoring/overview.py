"""Collect what central reports about itself: its nodes, counts and log. Numbers and days, no content."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from testimony.sealing.errors import SignatureBad
from testimony.sealing.log import checkpoint
from testimony.sealing.roster.roster import Device
from testimony.sealing.verification import Holds
from testimony.services.continuity import incarnations, restart
from testimony.services.custody import log as custody_log
from testimony.services.intake import rejections
from testimony.services.monitoring import attention, heartbeats
from testimony.services.monitoring.types import NodeLine
from testimony.station.station import Station
from testimony.store.models.deliveries import Delivery
from testimony.store.models.records import RecordRow


@dataclass(frozen=True, kw_only=True)
class LogState:
    """The own log: its size, its checkpoint, and whether that verifies against the stored tree."""

    size: int
    checkpoint: str
    holds: Holds


def nodes(station: Station, session: Session) -> list[NodeLine]:
    """The field nodes of the roster in force, first those that need attention."""
    latest, awaited = station.chain.latest, restart.missing(station, session)
    brought = _brought(session)
    found = [_line(session, device, awaited, brought) for device in latest.devices if device.kind == "node"]
    today = station.today()
    told = [replace(node, troubles=attention.troubles(node, today=today, roster=latest.no)) for node in found]
    return attention.in_order(told)


def _brought(session: Session) -> dict[str, tuple[int, str]]:
    """By station key, how many testimonies it delivered, and the day of the last; in one query."""
    delivered = (
        select(Delivery.node, func.count(), func.max(RecordRow.received))
        .join(RecordRow, RecordRow.subject == Delivery.tid)
        .where(RecordRow.kind == "manifest")
        .group_by(Delivery.node)
    )
    return {node: (number, day) for node, number, day in session.execute(delivered)}


def _line(session: Session, device: Device, awaited: list[str], brought: dict[str, tuple[int, str]]) -> NodeLine:
    kids = [key.kid for key in device.keys]
    marked = next((mark for kid in kids if (mark := incarnations.quarantine(session, kid))), None)
    delivered = [brought[kid] for kid in kids if kid in brought]
    found_of = (heartbeats.heard(session, kid) for kid in kids)
    return NodeLine(
        id=device.id,
        status=device.status,
        testimonies=sum(number for number, _ in delivered),
        day=max((day for _, day in delivered), default=""),
        contact=max((one for one in found_of if one is not None), key=lambda one: one.day, default=None),
        quarantine=marked,
        came_since=incarnations.came_since(session, kids, marked.since) if marked else 0,
        awaited=device.id in awaited,
        refused=tuple(one for kid in kids for one in rejections.recent(session, by=kid)),
    )


def testimonies(session: Session) -> int:
    """How many testimonies are held: the manifests that were not shredded."""
    held = select(func.count()).select_from(RecordRow).where(RecordRow.kind == "manifest", RecordRow.data != b"")
    return session.scalar(held) or 0


def log(station: Station, session: Session) -> LogState:
    """Sign the head of the own log and verify it again, signature and tree."""
    size = custody_log.size(session)
    note = custody_log.checkpoint(station.signer, session)
    try:
        head = checkpoint.verify(note, custody_log.origin(station.kid), station.signer.public_keys[0])
        holds = Holds.YES if (head.size, head.root.hex()) == (size, custody_log.root(session)) else Holds.NO
    except SignatureBad:
        holds = Holds.NO
    return LogState(size=size, checkpoint=note, holds=holds)
