"""Detect at central that a node's home was restored or copied: track its log and its instance ids.

A node signs the head of its log at every sync. A log that went back or differs, or an incarnation that the node has
left, means that its home was restored or copied. Nothing that the node delivers is refused for that: it is evidence.
The node is marked (quarantined) from that day until an operator lifts it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from testimony.sealing.log import merkle
from testimony.sealing.log.checkpoint import Checkpoint
from testimony.sealing.log.errors import ProofBad
from testimony.services.custody import log as custody_log
from testimony.store.models.deliveries import Delivery
from testimony.store.models.log import LogLeaf
from testimony.store.models.records import RecordRow
from testimony.store.state import nodes
from testimony.store.state.nodes import NodeIncarnationRow

if TYPE_CHECKING:
    from testimony.station.station import Station

Standing = Literal["good", "prove", "anew", "quarantined"]
MOST_LIVES: Final = 16
"""Incarnations of one node; if there are more, the one with the longest silence is forgotten."""


@dataclass(frozen=True)
class Life:
    """One incarnation of a node: the furthest head of its log, and the days on which it was first and last heard of."""

    incarnation: str
    size: int
    root: str
    first: str
    last: str


@dataclass(frozen=True, kw_only=True)
class Quarantine:
    """The reason (`forked`, `back`: its log; `two`: an incarnation that it had left was heard again) and the day
    since.
    """

    reason: str
    since: str


@dataclass(frozen=True, kw_only=True)
class Heard:
    """What the node is told. `size`: of its log as it is known here; "prove" asks for a proof from there."""

    standing: Standing
    size: int


def hear(
    station: Station, session: Session, kid: str, head: Checkpoint, *, since: int, proof: Sequence[bytes]
) -> Heard:
    """Record the verified `head` of the node `kid`, whose `epoch` is its incarnation.

    `proof`: a consistency proof (RFC 6962) from its first `since` entries. A node whose log is shorter than `since`
    sends none to say so.
    """
    known = next((life for life in lives(session, kid) if life.incarnation == head.epoch), None)
    reason = _against(session, kid, head, known, since, proof)
    if reason == "prove":
        return Heard(standing="prove", size=known.size if known else 0)
    if reason:
        _touch(station, session, kid, known)
        return Heard(standing=_quarantine(station, session, kid, head, reason), size=known.size if known else 0)
    _note(station, session, kid, head, known)
    return Heard(standing="quarantined" if quarantine(session, kid) else "good", size=head.size)


def lives(session: Session, kid: str) -> list[Life]:
    """The incarnations of the node `kid`, the most recently heard last."""
    found = nodes.incarnations(session, kid)
    return [Life(row.incarnation, row.size, row.root, row.first, row.last) for row in found]


def quarantine(session: Session, kid: str) -> Quarantine | None:
    """Why and since when the node `kid` is marked; None if it is not."""
    node = nodes.read(session, kid)
    if node.quarantine is None or node.quarantined_since is None:
        return None
    return Quarantine(reason=node.quarantine, since=node.quarantined_since)


def lift(station: Station, session: Session, kid: str) -> bool:
    """An operator confirms that one machine is left: its current incarnation stays valid. False if nothing was marked.

    The others stay known: if one of them is heard again, the node is marked again.
    """
    if quarantine(session, kid) is None:
        return False
    node = nodes.edit(session, kid)
    node.quarantine = node.quarantined_since = None
    custody_log.append(session, kind="lifted", ref=kid, by=station.kid, day=station.today())
    return True


def came_since(session: Session, kids: Sequence[str], day: str) -> int:
    """How many testimonies came from a node (its keys) on `day` or later."""
    of_node = select(func.count()).select_from(Delivery).join(RecordRow, RecordRow.subject == Delivery.tid)
    wanted = of_node.where(Delivery.node.in_(kids), RecordRow.kind == "manifest", RecordRow.received >= day)
    return session.scalar(wanted) or 0


def marked_stations(station: Station, session: Session) -> list[str]:
    """At a desk: the stations (ids of the roster) that central's log, as mirrored here, reports as marked now."""
    devices = [device for device in station.chain.latest.devices if device.kind == "node"]
    return [device.id for device in devices if any(_is_told(station, session, key.kid) for key in device.keys)]


def _is_told(station: Station, session: Session, kid: str) -> bool:
    about = (
        LogLeaf.log.in_(custody_log.centrals(station.chain)),
        LogLeaf.ref == kid,
        LogLeaf.kind.in_(("quarantined", "lifted")),
    )
    last = session.scalar(select(LogLeaf.kind).where(*about).order_by(LogLeaf.no.desc()).limit(1))
    return last == "quarantined"


def _against(
    session: Session, kid: str, head: Checkpoint, known: Life | None, since: int, proof: Sequence[bytes]
) -> str:
    """The evidence against it: "two", "back", "forked"; "prove" while that is unknown; "" if there is none."""
    if known is None:
        return ""
    current = nodes.read(session, kid).incarnation
    if current is not None and current != head.epoch:
        return "two"
    if head.size != known.size and since != known.size:
        return "prove"  # possibly an older request that was delayed: ask for the proof again
    if head.size < known.size:
        return "back"
    try:
        steps = proof if head.size > known.size else ()
        merkle.verify_consistency(known.size, head.size, bytes.fromhex(known.root), head.root, steps)
    except ProofBad:
        return "forked"
    return ""


def _note(station: Station, session: Session, kid: str, head: Checkpoint, known: Life | None) -> None:
    if known is None:
        nodes.edit(session, kid).incarnation = head.epoch
    today = station.today()
    life = Life(head.epoch, head.size, head.root.hex(), known.first if known else today, today)
    if life != known:
        _write(session, kid, life)
    others = [life for life in lives(session, kid) if life.incarnation != head.epoch]
    for old in others[:-MOST_LIVES]:
        nodes.remove_incarnation(session, kid, old.incarnation)


def _touch(station: Station, session: Session, kid: str, known: Life | None) -> None:
    """It was heard of today, and its furthest head is unchanged."""
    if known is not None and known.last != station.today():
        _write(session, kid, Life(known.incarnation, known.size, known.root, known.first, station.today()))


def _write(session: Session, kid: str, life: Life) -> None:
    row = NodeIncarnationRow(
        node=kid, incarnation=life.incarnation, size=life.size, root=life.root, first=life.first, last=life.last
    )
    nodes.keep_incarnation(session, row)


def _quarantine(station: Station, session: Session, kid: str, head: Checkpoint, reason: str) -> Standing:
    """Mark it, once. The holder of the current incarnation is asked to take a new one; only one of two machines
    does.
    """
    if quarantine(session, kid) is None:
        today = station.today()
        node = nodes.edit(session, kid)
        node.quarantine, node.quarantined_since = reason, today
        custody_log.append(session, kind="quarantined", ref=kid, by=station.kid, day=today)
    return "anew" if nodes.read(session, kid).incarnation == head.epoch else "quarantined"
