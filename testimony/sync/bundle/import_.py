"""Imports a bundle: deliveries of nodes and desks at central, and central's answer at a node or desk."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from testimony import canonical
from testimony.errors import NotCanonical
from testimony.sealing.bundle import bundle
from testimony.sealing.bundle.bundle import Header
from testimony.sealing.errors import SignatureBad
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.roster.errors import RosterRefused
from testimony.sealing.roster.roster import Entry
from testimony.services.custody import gaps
from testimony.services.opening.reader import Reader
from testimony.services.roster import adoption, freshness
from testimony.services.roster import adoption as roster_adoption
from testimony.station.station import Station
from testimony.store.errors import StickRefused
from testimony.sync.bundle import import_answer, import_delivery, import_gaps
from testimony.sync.bundle import survey as bundle_survey
from testimony.sync.bundle.report import ImportReport, Told
from testimony.sync.bundle.survey import Survey
from testimony.sync.errors import BundleRefused, ContainerTorn
from testimony.sync.wire.frames import Frame, read_frames


def inspect(station: Station, source: BinaryIO, *, told: Told = lambda _: None) -> ImportReport:
    """Read a bundle to its end and say what it is; nothing is taken in but rosters and the statement that one is the
    newest, which prove themselves.

    Raises `BundleRefused`.
    """
    return _looked_at(station, source, told)[1]


def take_in(
    station: Station, source: BinaryIO, *, reader: Reader | None = None, told: Told = lambda _: None
) -> ImportReport:
    """Take in everything in a bundle that proves itself, up to its end or its tear; the same file again is harmless.

    Of a file for another station it takes only what this one lacks, and refuses the file if there is nothing of that.

    `source` can be read twice. `reader`: at a desk, whose key is unlocked. Raises `BundleRefused`, and what
    `sync.client.pull.take_in` raises; what was taken in before that stays.
    """
    survey, report, sender = _looked_at(station, source, told)
    source.seek(0)
    frames = _Frames(source, survey, report, told)
    audience = None if reader is None else reader.audience
    try:
        _require_meant_for(station, survey.header, reader)
    except BundleRefused:
        report.for_another = True
        if not import_gaps.take_in(station, frames, audience, report):
            raise
    else:
        if survey.header.kind == bundle.DELIVERY:
            import_delivery.take_in(station, frames, survey, sender, report)
        else:
            import_answer.take_in(station, frames, survey.header, audience, report)
    with station.database.reading() as session:
        report.left_out = gaps.find(session, station.chain, station.settings.role)
    return report


def _looked_at(station: Station, source: BinaryIO, told: Told) -> tuple[Survey, ImportReport, Entry | None]:
    record = bundle_survey.opening(source)
    header = bundle.parse_header(record)
    if header.organisation != station.chain.fingerprint:
        raise BundleRefused("foreign")
    source.seek(0)
    _adopt_rosters(station, source)
    source.seek(0)
    _take_fresh(station, source)
    sender = _sender(station, record)
    source.seek(0)
    survey = bundle_survey.survey(source, sender.keys if sender else (), told=told)
    if survey.record != record:
        raise StickRefused("damaged")  # the stick returns different bytes each time it is read
    report = ImportReport(header=header, sender=sender.id if sender else "", sealed=survey.seal is not None)
    report.torn, report.last = bool(survey.torn), survey.seal is not None and survey.seal.last
    return survey, report, sender


def _require_meant_for(station: Station, header: Header, reader: Reader | None) -> None:
    central = station.settings.role == "central"
    own = station.kid if reader is None or reader.signer is None else reader.signer.kid
    if header.kind == bundle.DELIVERY and not central:
        raise BundleRefused("own" if header.by == own else "delivery")
    if header.kind == bundle.ANSWER and central:
        raise BundleRefused("written" if header.by == own else "answer")
    if header.kind == bundle.ANSWER and header.to != own:
        raise BundleRefused("another")


def _adopt_rosters(station: Station, source: BinaryIO) -> None:
    """Adopt the rosters at the front, since a new one of them may enrol the header's signer."""
    with station.database.reading() as session:
        adoption.refresh(station, session)
    for record in _leading_rosters(source):
        try:
            chain = station.chain
            if any(record.data == held.data for held in chain.records):
                continue
            with station.database.transaction() as session:
                roster_adoption.adopt(station, session, record)
        except RosterRefused:
            return  # of no use for what follows; whoever judges records says it of each


def _take_fresh(station: Station, source: BinaryIO) -> None:
    """Keep the freshness statement behind the rosters at the front. A file of an earlier version has none."""
    try:
        for frame in read_frames(source):
            if frame.kind == "status":
                freshness.take_value(station, canonical.decode_object(frame.payload).get("fresh"))
            if frame.kind != "bundle" and (frame.kind != "record" or _record(frame).kind not in adoption.KINDS):
                return
    except (ContainerTorn, NotCanonical):
        return  # a file that breaks off here has nothing more; the survey says it


def _leading_rosters(source: BinaryIO) -> Iterator[SignedRecord]:
    try:
        for number, frame in enumerate(read_frames(source)):
            record = _record(frame) if frame.kind == "record" else None
            if number and (record is None or record.kind not in roster_adoption.KINDS):
                return
            if record is not None:
                yield record
    except (ContainerTorn, NotCanonical):
        return


def _record(frame: Frame) -> SignedRecord:
    return SignedRecord.decode(frame.payload)


def _sender(station: Station, record: SignedRecord) -> Entry | None:
    """The signer of the header, active or revoked; None if nobody in the rosters signed it."""
    entry = station.chain.signer(record.by)
    if entry is None:
        return None
    try:
        record.verify(entry.keys)
    except SignatureBad:
        return None
    return entry


class _Frames:
    """The second reading: frames up to the seal, the end or the tear; of a sealed file only what was sealed."""

    def __init__(self, source: BinaryIO, survey: Survey, report: ImportReport, told: Told) -> None:
        self.source, self.survey, self.report, self.told = source, survey, report, told

    def __iter__(self) -> Iterator[Frame]:
        try:
            for number, frame in enumerate(read_frames(self.source)):
                self.told(frame.size)
                if frame.kind in ("seal", "end"):
                    return
                self._require_sealed(number, frame)
                if frame.kind != "bundle":
                    yield frame
        except ContainerTorn:
            self.report.torn = True

    def _require_sealed(self, number: int, frame: Frame) -> None:
        """Raise `ContainerTorn` if a stick returns other bytes in the second reading than those that were verified."""
        if self.survey.seal is not None and not self.survey.vouched(number, bundle_survey.leaf_of(frame)):
            raise ContainerTorn("hash.mismatch", 0)
