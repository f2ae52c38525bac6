"""Report the status of a withdrawal: who has destroyed, who knows of it, who was not heard of. No content, no names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from testimony.services.custody import log as custody_log
from testimony.services.records.validation import WITHDRAWALS
from testimony.services.tracking import readership
from testimony.services.withdrawal import destruction_receipts
from testimony.store.models.deliveries import Delivery
from testimony.store.models.records import Progress, ReceiptRow, RecordRow, TombstoneRow
from testimony.store.models.suspensions import DestroyedRow, Standing, SuspensionRow

if TYPE_CHECKING:
    from testimony.station.station import Station

State = Literal["waiting", "suspended", "void", "narrowed", "destroyed"]
READERS = ("lawyer", "coordinator")

_LISTED = (RecordRow.kind.in_(WITHDRAWALS), RecordRow.progress != Progress.SPARE)


@dataclass(frozen=True, kw_only=True)
class Reached:
    """Counts of the stations of one kind that hold or held the testimony; the last number is those not heard of."""

    destroyed: int = 0
    known: int = 0
    silent: int = 0

    @property
    def total(self) -> int:
        return self.destroyed + self.known + self.silent


@dataclass(frozen=True, kw_only=True)
class Fate:
    """The status of a withdrawal, as far as this station knows.

    `state` is its effect here: "waiting" for its testimony, "suspended" until `due` (None: until a lawyer confirms it),
    "void" since two roles contested it, "narrowed" if it deleted single heads, or "destroyed". `ended`: nobody withdrew
    it, the time was over for which it was to be kept; `withdrawal` is then the manifest.
    """

    withdrawal: str
    tid: str
    day: str
    state: State
    due: str | None
    nodes: Reached
    central: Reached
    desks: Reached
    ended: bool = False


@dataclass(frozen=True, kw_only=True)
class Counts:
    """Numbers for an overview. `everywhere`: those of the `destroyed` that every station concerned has destroyed."""

    waiting: int
    suspended: int
    destroyed: int
    everywhere: int


def progress(station: Station, session: Session, *, withdrawal: str = "", tid: str = "") -> Fate | None:
    """The status of the withdrawal with this name, or of the decisive one for the testimony `tid`; None if there is
    none.

    A node is counted if this station knows that it delivered the testimony; at a desk only if the node reported itself.
    """
    name = withdrawal or _counting(session, tid)
    record = session.get(RecordRow, name) if name else None
    if record is None:
        return None
    said = destruction_receipts.by(session, record.name)
    own = record.subject if record.kind == "withdraw" else _buried_by(session, record.name)
    subject = own or tid
    nodes = _nodes(station, session, subject)
    return Fate(
        withdrawal=record.name,
        tid=subject,
        day=record.received,
        state=_state(session, record, subject),
        due=_due(session, record.name),
        nodes=_reached(station, session, record.name, nodes | said & _kids(station, "node"), said),
        central=_reached(station, session, record.name, _kids(station, "central", active=True), said),
        desks=_reached(station, session, record.name, _readers(station), said),
        ended=record.kind == "manifest",
    )


def latest(station: Station, session: Session, *, page: int = 0, size: int = 50) -> list[Fate]:
    """A page of the withdrawals that are known here, newest arrival first."""
    wanted = select(RecordRow.name).where(*_LISTED).order_by(RecordRow.arrival.desc())
    found = (
        progress(station, session, withdrawal=name) for name in session.scalars(wanted.limit(size).offset(page * size))
    )
    return [one for one in found if one is not None]


def number(session: Session) -> int:
    """How many withdrawals are known here."""
    return session.execute(select(func.count()).where(*_LISTED)).scalar_one()


def counts(station: Station, session: Session) -> Counts:
    """Counts over all withdrawals here. Only central can tell "everywhere": it knows who delivered."""
    unproven = select(func.count()).where(RecordRow.progress == Progress.UNPROVEN)
    standing = select(func.count(SuspensionRow.subject.distinct())).where(SuspensionRow.standing == Standing.STANDING)
    stones = select(TombstoneRow.subject, TombstoneRow.withdrawal).where(TombstoneRow.shredded.is_(True))
    gone = dict(session.execute(stones).all())
    said: dict[str, set[str]] = defaultdict(set)
    for name, kid in session.execute(select(DestroyedRow.withdrawal, DestroyedRow.station)):
        said[name].add(kid)
    delivered: dict[str, set[str]] = defaultdict(set)
    of_gone = select(Delivery.tid, Delivery.node).join(TombstoneRow, TombstoneRow.subject == Delivery.tid)
    for tid, kid in session.execute(of_gone.where(TombstoneRow.shredded.is_(True))):
        delivered[tid].add(kid)
    nodes, rest = _kids(station, "node", active=True), _readers(station) | _kids(station, "central", active=True)
    whole = sum(said[name] >= (delivered[tid] & nodes) | rest for tid, name in gone.items())
    return Counts(
        waiting=session.execute(unproven).scalar_one(),
        suspended=session.execute(standing).scalar_one(),
        destroyed=len(gone),
        everywhere=whole,
    )


def _counting(session: Session, tid: str) -> str:
    """The withdrawal that the tombstone names, else the newest."""
    stone = session.get(TombstoneRow, tid)
    if stone is not None:
        return stone.withdrawal
    about = select(RecordRow.name).where(RecordRow.subject == tid, RecordRow.kind == "withdraw")
    return session.scalar(about.order_by(RecordRow.arrival.desc()).limit(1)) or ""


def _buried_by(session: Session, withdrawal: str) -> str:
    """For a withdrawal with the code alone, a testimony that it applied to."""
    stone = select(TombstoneRow.subject).where(TombstoneRow.withdrawal == withdrawal).limit(1)
    return session.scalar(stone) or ""


def _state(session: Session, record: RecordRow, tid: str) -> State:
    if record.progress == Progress.UNPROVEN:
        return "waiting"
    stone = session.get(TombstoneRow, tid)
    if stone is not None and stone.shredded:
        return "destroyed"
    row = session.get(SuspensionRow, record.name)
    if record.progress == Progress.VOID:
        return "void"
    return "suspended" if row is not None and row.standing == Standing.STANDING else "narrowed"


def _due(session: Session, withdrawal: str) -> str | None:
    row = session.get(SuspensionRow, withdrawal)
    return row.due if row is not None and row.standing == Standing.STANDING else None


def _reached(station: Station, session: Session, withdrawal: str, kids: Collection[str], said: set[str]) -> Reached:
    gone = {kid for kid in kids if kid in said}
    known = {kid for kid in kids if kid not in gone and _knows(station, session, withdrawal, kid)}
    return Reached(destroyed=len(gone), known=len(known), silent=len(set(kids)) - len(gone) - len(known))


def _knows(station: Station, session: Session, withdrawal: str, kid: str) -> bool:
    """Whether it signed for the withdrawal, has read this station's log past it, or is this station."""
    if kid == station.kid or session.get(ReceiptRow, (withdrawal, kid)) is not None:
        return True
    position = custody_log.position_of(session, withdrawal, "withdrawn")
    return position is not None and readership.read_by(session, kid) > position


def _nodes(station: Station, session: Session, tid: str) -> set[str]:
    delivered = set(session.scalars(select(Delivery.node).where(Delivery.tid == tid)))
    came = select(RecordRow.name).where(RecordRow.subject == tid, RecordRow.kind == "manifest").limit(1)
    if station.settings.role == "field" and session.scalar(came) is not None:
        delivered.add(station.kid)
    return delivered & _kids(station, "node", active=True)


def _kids(station: Station, kind: str, *, active: bool = False) -> set[str]:
    """Keys of the devices of a kind in the roster in force."""
    devices = [device for device in station.chain.latest.devices if device.kind == kind]
    return {key.kid for device in devices if not active or device.status == "active" for key in device.keys}


def _readers(station: Station) -> set[str]:
    """Keys of the active people with a desk; a desk signs with its reader's key."""
    people = [one for one in station.chain.latest.people if one.role in READERS and one.status == "active"]
    return {key.kid for one in people for key in one.keys}
