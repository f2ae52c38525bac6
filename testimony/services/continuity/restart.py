"""Restart central after a restore: begin a new epoch, and serve readers only when every node has offered again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from testimony.services.continuity.errors import CentralRestored
from testimony.services.custody import log as custody_log
from testimony.store.state import epochs, nodes

if TYPE_CHECKING:
    from testimony.station.station import Station


def begin(station: Station, session: Session, epoch: str) -> None:
    """Record in the log that this station was restored and is in `epoch` now; central makes its readers wait."""
    if station.kid:
        custody_log.append(session, kind="restored", ref=epoch, by=station.kid, day=station.today())
    if station.settings.role == "central" and _active_nodes(station):
        epochs.edit(session).unserved = epoch


def missing(station: Station, session: Session) -> list[str]:
    """The active field nodes (ids of the roster) that readers wait for; empty if they are served."""
    if epochs.read(session).unserved is None:
        return []
    epoch = custody_log.epoch(session)
    return [node for node, kids in _active_nodes(station).items() if not _has_offered(session, kids, epoch)]


def require_served(station: Station, session: Session) -> None:
    """Raise `CentralRestored` while a field node may still deliver a withdrawal that is lost here."""
    if missing(station, session):
        raise CentralRestored


def note_offered(station: Station, session: Session, kid: str, epoch: str) -> None:
    """The node `kid` has offered everything that it keeps in this `epoch`; after the last one, readers are served."""
    if epoch != custody_log.epoch(session) or _has_offered(session, [kid], epoch):
        return
    nodes.edit(session, kid).offered = epoch
    session.flush()
    if epochs.read(session).unserved is not None and not missing(station, session):
        resume(station, session)


def resume(station: Station, session: Session) -> bool:
    """Serve readers from now on; False if they were served already. Called by an operator, or after the last node."""
    epoch = epochs.read(session).unserved
    if epoch is None:
        return False
    epochs.edit(session).unserved = None
    custody_log.append(session, kind="resumed", ref=epoch, by=station.kid, day=station.today())
    return True


def _has_offered(session: Session, kids: list[str], epoch: str) -> bool:
    return any(nodes.read(session, kid).offered == epoch for kid in kids)


def _active_nodes(station: Station) -> dict[str, list[str]]:
    if not station.chain.records:
        return {}
    devices = station.chain.latest.devices
    active = [device for device in devices if (device.kind, device.status) == ("node", "active")]
    return {device.id: [key.kid for key in device.keys] for device in active}
