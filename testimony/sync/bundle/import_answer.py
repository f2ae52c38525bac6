"""Imports central's answer at a node or desk: verifies receipts, and checks and mirrors the log as online."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Final

from testimony import canonical
from testimony.canonical import sha256_hex
from testimony.domain.roles import Audience
from testimony.domain.time import Clock
from testimony.errors import REFUSAL_RULES, NotCanonical
from testimony.sealing.bundle.bundle import Header
from testimony.sealing.errors import SignatureBad
from testimony.sealing.log.checkpoint import Checkpoint
from testimony.sealing.log.errors import ProofBad
from testimony.sealing.records.records import SignedRecord
from testimony.services.access import recovery_heads
from testimony.services.continuity import epochs
from testimony.services.continuity.reoffer import reopen
from testimony.services.custody import log as custody_log
from testimony.services.custody import split_view
from testimony.services.custody.errors import LogForked, LogWentBack
from testimony.services.delivery import bundle_contents
from testimony.services.delivery import receipts as delivery_receipts
from testimony.services.delivery import refusals as delivery_refusals
from testimony.services.delivery.errors import ReceiptRefused
from testimony.services.delivery.receipts import Believed
from testimony.services.delivery.retention import retire
from testimony.services.intake import intake
from testimony.services.link import last_sync
from testimony.services.records import media_counts
from testimony.services.records.types import Incoming
from testimony.services.roster.adoption import KINDS
from testimony.services.tracking import readership
from testimony.services.withdrawal import clock_readings
from testimony.station.station import Station
from testimony.sync.client.feed_page import Page, PageMalformed, take_apart
from testimony.sync.client.pull import PullReport, adopt_rosters, follow, signed_head
from testimony.sync.client.pull import take_in as take_page_in
from testimony.sync.errors import BundleRefused
from testimony.sync.wire.frames import Frame

if TYPE_CHECKING:
    from testimony.sync.bundle.report import ImportReport

PAGE_LIMIT: Final = 32 << 20
"""Bytes of one piece of the log: half a MiB, and the largest entry behind it."""
RECEIPTS: Final = 200
PIECES: Final = 1 << 20
UNPROVED: Final = "receipt"
"""In the place of a rule: a receipt that does not prove that central holds everything."""


def take_in(
    station: Station, frames: Iterable[Frame], header: Header, audience: Audience | None, report: ImportReport
) -> None:
    """Receipts, then the log piece by piece, then pieces of media. `audience`: a desk's.

    What proves itself is taken from a file whose seal fails, too. This station's place in the log does not move by
    such a file: somebody may have taken records out of it.

    Nothing is delivered but on a receipt that verifies, and on none from before a restoration of central. Raises
    `BundleRefused`: gap, log, restored; `LogForked`.
    """
    with station.database.reading() as session:
        if epochs.is_left(session, header.epoch):
            raise BundleRefused("restored")
    clock_readings.see(station, Clock.CENTRAL, date.fromisoformat(header.day))
    taking = _Answer(station, header, audience, report)
    for frame in frames:
        taking.take(frame)
    taking.finish()


class _Answer:
    def __init__(self, station: Station, header: Header, audience: Audience | None, report: ImportReport) -> None:
        self.station, self.header, self.audience, self.report = station, header, audience, report
        self.pulled = PullReport(refused=report.refused)
        self.receipts: list[Frame] = []
        self.page: list[Frame] = []
        self.media: list[bytes] = []
        self.weight = 0
        self.lacking: set[str] | None = None
        self.refused_there: dict[str, str] = {}
        self.unproved: set[str] = set()  # records whose receipt proves nothing

    def take(self, frame: Frame) -> None:
        if frame.kind == "checkpoint" or self.page:
            self._take_of_page(frame)
        elif frame.kind == "record":
            self._take_receipt(frame)
        elif frame.kind == "object":
            self._take_piece(frame)
        elif frame.kind == "status":
            self._take_status(frame)

    def finish(self) -> None:
        """What is still in hand; of the last piece of the log of a torn file nothing counts."""
        self._acknowledge()
        self._keep_media()
        self._tell_unproved()
        self.report.records += self.pulled.records
        self.report.held += self.pulled.records
        self.report.objects += self.pulled.objects
        if self.report.read and self.station.settings.role == "field" and not self.report.torn:
            retire(self.station)

    def _tell_unproved(self) -> None:
        """Report records that still wait. The log may have a withdrawal for one whose receipt names nothing."""
        told = dict.fromkeys(self.unproved, UNPROVED) | self.refused_there
        delivery_refusals.note(self.station, self.refused_there)
        if told:
            with self.station.database.reading() as session:
                waiting = set(bundle_contents.texts(session, everything=False))
                told = delivery_refusals.awaited(session, told)
            self.report.refused |= {name: rule for name, rule in told.items() if name in waiting}

    def _take_status(self, frame: Frame) -> None:
        """What central refused and why, as it says: kept to be shown, and nothing else follows from it."""
        try:
            said = canonical.decode_object(frame.payload)
        except NotCanonical:
            return  # what is not understood of a mere remark
        name, rule = said.get("name"), said.get("rule")
        if said.get("status") == "refused" and isinstance(name, str) and rule in REFUSAL_RULES:
            self.refused_there[name] = str(rule)

    def _take_receipt(self, frame: Frame) -> None:
        self.receipts.append(frame)
        if len(self.receipts) == RECEIPTS:
            self._acknowledge()

    def _acknowledge(self) -> None:
        """In one transaction, because each costs a write to the disk. A bad one does not undo the good ones."""
        frames, self.receipts = self.receipts, []
        given = [receipt for frame in frames if (receipt := self._believe(frame))]
        if not given:
            return
        with self.station.database.transaction() as session:
            proofs = delivery_receipts.note(session, given)
            proved = [receipt.record for receipt, proof in zip(given, proofs, strict=True) if proof]
            delivery_refusals.forget(session, proved)
        self.report.receipts += len(proved)
        self.unproved |= {receipt.record for receipt, proof in zip(given, proofs, strict=True) if proof is None}

    def _believe(self, frame: Frame) -> Believed | None:
        name = sha256_hex(frame.payload)
        try:
            record = SignedRecord.decode(frame.payload)
            name = str(record.value.get("record", name))
            return None if record.kind in KINDS else delivery_receipts.believe(self.station, record)
        except (ReceiptRefused, NotCanonical):
            self.unproved.add(name)
            return None

    def _take_of_page(self, frame: Frame) -> None:
        if not self.page:
            self._acknowledge()
        self.weight += frame.size
        if self.weight > PAGE_LIMIT:
            raise BundleRefused("log")
        if frame.kind != "page":
            self.page.append(frame)
            return
        frames, self.page, self.weight = self.page, [], 0
        try:
            self._follow(take_apart([*frames, Frame("end", frame.payload)]))
        except (PageMalformed, SignatureBad) as error:
            raise BundleRefused("log") from error

    def _follow(self, page: Page) -> None:
        """As `pull` follows a log: checked and taken in before this station's place in it moves on."""
        adopt_rosters(self.station, page, self.pulled)
        head = signed_head(self.station, page)
        begin = page.next - len(page.leaves)
        if head.size != page.next or begin < 0:
            raise BundleRefused("log")
        self._follow_epoch(page, head)
        with self.station.database.reading() as session:
            held = custody_log.mirror_size(session, page.station)
            known = custody_log.mirror_root(session, page.station, page.next) if page.next <= held else None
        if begin > held and self.report.sealed:
            raise BundleRefused("gap")
        if known is not None and known != head.root:
            self._offer_again(page)
        take_page_in(self.station, page, self.audience, self.pulled)
        self._fill(page, begin, held)
        if not self.report.sealed:
            return
        if known is None:
            self._extend(page, held - begin)
        self.report.read = page.next >= page.size
        if self.report.read:
            self._note_day()

    def _fill(self, page: Page, begin: int, held: int) -> None:
        """Keep entries of which a desk had only the hash. A field station is given few entries whole.

        An entry with another hash is of another log; without a seal anybody may have put it there.
        """
        if self.audience is not None and begin < held:
            whole = {begin + no: entry for no, entry in enumerate(page.entries) if entry is not None}
            try:
                with self.station.database.transaction() as session:
                    custody_log.mirror_fill(session, page.station, whole)
            except ProofBad:
                if self.report.sealed:
                    self._offer_again(page)

    def _follow_epoch(self, page: Page, head: Checkpoint) -> None:
        """A central that was restored says so under its signature; of one that told two stories nothing is taken."""
        with self.station.database.reading() as session:
            split_view.require_one_story(self.station.chain, session)
        try:
            follow(self.station, page.station, head)
        except LogWentBack as error:
            raise BundleRefused("restored") from error

    def _extend(self, page: Page, known: int) -> None:
        try:
            with self.station.database.transaction() as session:
                custody_log.mirror_extend(
                    self.station, session, page.station, page.entries[known:], page.leaves[known:], page.checkpoint
                )
                split_view.consider_again(self.station, session, page.station)
                if self.audience is None:
                    readership.hear(session, page.station, page.read)
            with self.station.database.reading() as session:
                split_view.require_one_story(self.station.chain, session)
        except LogForked:
            self._offer_again(page)
        self.report.entries += len(page.leaves) - known

    def _offer_again(self, page: Page) -> None:
        """Central's log is not the one that was seen before: what it signed for may be gone there."""
        with self.station.database.transaction() as session:
            reopen(session)
        raise LogForked(station=page.station)

    def _note_day(self) -> None:
        """The day of the answer, not that of its arrival, says how old this knowledge is."""
        with self.station.database.transaction() as session:
            last = last_sync.last(session)
            day = min(self.header.day, self.station.today())
            if last is None or last.isoformat() < day:
                last_sync.note(session, day)
        clock_readings.hear(self.station, Clock.CENTRAL, date.fromisoformat(self.header.day), fresh=False)

    def _take_piece(self, frame: Frame) -> None:
        """Only at a lawyer's desk, and only what a record here names and is lacking."""
        if self.audience is not Audience.LAWYERS:
            return
        if self.lacking is None:
            with self.station.database.reading() as session:
                self.lacking = set().union(*media_counts.lacking(session, Audience.LAWYERS).values())
                self.lacking |= recovery_heads.lacking(session)  # which come when somebody asked for them
        if sha256_hex(frame.payload) in self.lacking:
            self.media.append(frame.payload)
            if sum(map(len, self.media)) > PIECES:
                self._keep_media()

    def _keep_media(self) -> None:
        taken, self.media = self.media, []
        if taken:
            outcome = intake.take_in(self.station, _incoming(taken))
            self.report.objects += sum(status.status == "stored" for status in outcome.statuses)


def _incoming(objects: Sequence[bytes]) -> list[Incoming]:
    return [Incoming("object", data) for data in objects]
