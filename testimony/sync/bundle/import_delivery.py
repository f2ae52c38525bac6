"""Imports a node's or desk's delivery at central, in batches and under the same rules as an upload."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Final

from sqlalchemy.orm import Session

from testimony.domain.roles import Role
from testimony.errors import NotCanonical
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.roster.roster import Entry
from testimony.services.continuity import restart
from testimony.services.custody import log as custody_log
from testimony.services.delivery import couriered, deliveries
from testimony.services.feed.feed import Asker
from testimony.services.intake import intake, rejections
from testimony.services.intake.intake import Noting
from testimony.services.intake.returned import Returned
from testimony.services.monitoring import heartbeats
from testimony.services.records.types import Incoming, Status, Taken
from testimony.services.roster.adoption import KINDS
from testimony.services.tracking import readership, record_status
from testimony.station.station import Station
from testimony.sync.bundle.batches import in_shares
from testimony.sync.bundle.survey import Survey
from testimony.sync.server import desk_policy, returned_records
from testimony.sync.server.returned_records import Unpacked
from testimony.sync.wire.frames import Frame

if TYPE_CHECKING:
    from testimony.sync.bundle.report import ImportReport

TAKEN: Final = ("record", "object")
ANSWERED: Final = frozenset({"node", Role.LAWYER, Role.COORDINATOR})
STRIDE: Final = 500


def take_in(
    station: Station, frames: Iterable[Frame], survey: Survey, sender: Entry | None, report: ImportReport
) -> None:
    """Into the store, as far as each thing proves itself; what the sender waits for is remembered for the answer.

    An active node that sealed the whole file vouches that testimonies of phones that were revoked since came to it
    before. A torn file, or one of a revoked node, has nobody's word for that: its phones must be active now.
    """
    active = sender is not None and sender.active and sender.role in ANSWERED
    asker = Asker(kid=survey.header.by, role=sender.role) if sender is not None else None
    vouched = active and asker is not None and asker.role == "node" and survey.seal is not None
    taking = _Taking(station, asker, report, vouched=vouched, active=active)
    for share in in_shares(frame for frame in frames if frame.kind in TAKEN):
        taking.take_in(share, note=active)
    report.records, report.objects = len(taking.names), taking.objects
    report.held = len(_complete_records(station, list(taking.names)))
    if active:
        _remember(station, survey, taking.names, report.refused)
    if active and asker is not None and asker.role == "node":
        heartbeats.note_carried(station, asker.kid, day=survey.header.day, waiting=survey.header.waiting)


class _Taking:
    def __init__(
        self, station: Station, asker: Asker | None, report: ImportReport, *, vouched: bool, active: bool
    ) -> None:
        self.station, self.asker, self.report = station, asker, report
        self.vouched, self.active = vouched, active
        self.names: dict[str, None] = {}  # of the records, in order, without rosters
        self.objects = 0
        self.record = ""  # the one whose objects come

    def take_in(self, share: Sequence[Frame], *, note: bool) -> None:
        with self.station.database.reading() as session:
            since = custody_log.size(session)
        unpacked = returned_records.unpack(self.station, self.asker, share, active=self.active)
        share = unpacked.frames
        rules = [self._rule_against(place, frame, unpacked) for place, frame in enumerate(share)]
        incoming = [_incoming(frame) for frame, rule in zip(share, rules, strict=True) if not rule]
        remember = note and self.asker is not None and self.asker.role == "node"
        noting = partial(self._remember_delivered, since=since) if remember else None
        of_taken = iter(self._stored(incoming, noting, unpacked.returned))
        statuses = [Status("", "refused", rule) if rule else next(of_taken) for rule in rules]
        for frame, status in zip(share, statuses, strict=True):
            self._count(frame, status)
        broken = [(one.name or _name(frame), one.rule) for frame, one in zip(share, statuses, strict=True) if one.rule]
        rejections.note(self.station, broken, by="" if self.asker is None else self.asker.kid)

    def _stored(
        self, incoming: Sequence[Incoming], noting: Noting | None, returned: Returned | None
    ) -> Sequence[Status]:
        return intake.take_in(self.station, incoming, vouched=self.vouched, noting=noting, returned=returned).statuses

    def _remember_delivered(self, session: Session, taken: Sequence[Taken], *, since: int) -> None:
        node = self.asker.kid if self.asker is not None else ""
        deliveries.note(self.station, session, node, deliveries.testimonies(taken), since=since)

    def _rule_against(self, place: int, frame: Frame, unpacked: Unpacked) -> str:
        if place in unpacked.rules:
            return unpacked.rules[place]
        if frame.kind != "record" or self.asker is None or place in unpacked.proved:
            return ""
        return "" if _kind(frame) in KINDS else desk_policy.rule_against(frame.payload, self.asker)

    def _count(self, frame: Frame, status: Status) -> None:
        """Report a rule that an object broke for its record, since readers of the report look for testimonies."""
        if frame.kind == "record":
            self.record = status.name or _name(frame)
            if _kind(frame) not in KINDS:
                self.names[self.record] = None
        else:
            self.objects += 1
        if status.status == "refused":
            self.report.refused.setdefault(self.record, status.rule)


def _remember(station: Station, survey: Survey, names: Iterable[str], refused: Mapping[str, str]) -> None:
    header = survey.header
    couriered.note(station, header.by, header.id, [name for name in names if name], refused)
    if header.log != station.kid:
        return
    with station.database.reading() as session:
        size, epoch = custody_log.size(session), custody_log.epoch(session)
    if header.epoch not in ("", epoch):
        with station.database.transaction() as session:
            couriered.ask(session, header.by, 0)  # it has read a log that is no more: this one from its beginning
        return
    readership.note(station, header.by, min(header.read, size))
    with station.database.transaction() as session:
        couriered.ask(session, header.by, header.read)
        if header.epoch and couriered.is_whole(station, header):
            restart.note_offered(station, session, header.by, epoch)


def _complete_records(station: Station, names: Sequence[str]) -> set[str]:
    held: set[str] = set()
    for start in range(0, len(names), STRIDE):
        with station.database.reading() as session:
            found = record_status.find(station, session, names[start : start + STRIDE])
        held |= {name for name, place in found.items() if place.pieces is None or not place.pieces.lacking}
    return held


def _incoming(frame: Frame) -> Incoming:
    return Incoming("record" if frame.kind == "record" else "object", frame.payload)


def _kind(frame: Frame) -> str:
    try:
        return SignedRecord.decode(frame.payload).kind
    except NotCanonical:
        return ""


def _name(frame: Frame) -> str:
    try:
        return SignedRecord.decode(frame.payload).id
    except NotCanonical:
        return ""
