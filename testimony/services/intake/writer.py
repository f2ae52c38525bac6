"""Write a validated batch to the database: rows, tombstones, log entries and receipts, all in one transaction.

Validation may be out of date by now, since another thread may have stored the same record or a withdrawal. Everything
that depends on the database is therefore checked again here, where nobody else writes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.orm import Session

from testimony.errors import Refused
from testimony.sealing.records.records import SignedRecord
from testimony.services.intake import batch as intake_batch
from testimony.services.intake import questions
from testimony.services.intake import returned as intake_returned
from testimony.services.intake.batch import Batch
from testimony.services.intake.returned import Returned
from testimony.services.records import rows, scrub
from testimony.services.records.rows import Row
from testimony.services.records.types import Answer, Site, Status
from testimony.services.records.validation import WITHDRAWALS, Sound
from testimony.store.models.codes import CodeRow
from testimony.store.models.outbox import OutboxRow
from testimony.store.models.records import ABSENT, Held, ObjectRow, Progress, ReceiptRow, RecordRow, RefusalRow

ONE_A_SUBJECT = ("manifest", "annex", "refusal")
UNSIGNED = ("shredded", *WITHDRAWALS)
"""Kinds that may be here without a receipt: this station's own record came back, or the journal replayed a
withdrawal.
"""
SERVED = (Held.HELD, Held.SUSPENDED)
ANSWERS: dict[int, Answer] = {
    Held.EXPECTED: "stored",
    Held.HELD: "duplicate",
    Held.DROPPED: "duplicate",
    Held.SUSPENDED: "duplicate",
    Held.LOST: "stored",
    Held.WITHDRAWN: "withdrawn",
}

_LAST_ARRIVAL = select(func.coalesce(func.max(RecordRow.arrival), 0))
_KNOWN = (
    select(RecordRow.name, RecordRow.kind, RecordRow.progress, ReceiptRow.record.is_(None))
    .outerjoin(ReceiptRow, (ReceiptRow.record == RecordRow.name) & (ReceiptRow.station == bindparam("station")))
    .where(RecordRow.name.in_(bindparam("names", expanding=True)))
)
_RECOUNTED = (RecordRow.name, RecordRow.kind, RecordRow.signer, RecordRow.progress)
_HOLDERS = select(RecordRow.kind, RecordRow.subject, RecordRow.name).where(
    RecordRow.subject.in_(bindparam("subjects", expanding=True)), RecordRow.kind.in_(ONE_A_SUBJECT)
)


@dataclass(frozen=True)
class Completed:
    """A record to be logged and signed for, and its heads and bodies that are held.

    For a testimony with media first the text is complete (`stage` "text"), then its pieces ("media"), or "both" at
    once. "mended": something came that had been lost here.
    """

    name: str
    kind: str
    signer: str
    held: tuple[str, ...]
    stage: Literal["whole", "text", "media", "both", "mended"] = "whole"


@dataclass
class Entered:
    """The result of the transaction for the batch."""

    answers: dict[str, Status] = field(default_factory=dict)  # by name of a record or an object
    completed: dict[str, Completed] = field(default_factory=dict)
    proved: list[Completed] = field(default_factory=list)  # earlier withdrawals that take effect from now on
    suspended: list[str] = field(default_factory=list)  # workers' withdrawals that suspend from now on
    narrowed: list[str] = field(default_factory=list)  # the witness's withdrawals that deleted single heads
    kept: list[str] = field(default_factory=list)  # statements of until when a testimony is kept
    voided: dict[str, str] = field(default_factory=dict)  # void withdrawal -> who signed the last contest
    contested: dict[str, str] = field(default_factory=dict)  # contests from before their withdrawal -> who signed
    touched: dict[str, None] = field(default_factory=dict)  # records whose receipts the sender should have, in order
    buried: dict[str, None] = field(default_factory=dict)  # records that a withdrawal kept out: signed for, not stored
    receipts: dict[str, SignedRecord] = field(default_factory=dict)  # signed in this transaction
    withheld: frozenset[str] = frozenset()  # records of which this sender gets no receipt yet
    late: dict[str, set[str]] = field(default_factory=dict)  # withdrawn testimony -> bodies that were written in vain

    def answer(self, name: str, status: Answer, rule: str = "") -> None:
        self.answers[name] = Status(name, status, rule)

    def complete(self, completed: Completed) -> None:
        self.completed[completed.name] = completed
        self.touched[completed.name] = None


class Entering:
    """Writes records and objects; `services.intake.withdrawals` and `services.intake.receipts` continue from there."""

    def __init__(
        self,
        site: Site,
        session: Session,
        batch: Batch,
        sealed: Mapping[tuple[str, str], bytes],
        *,
        outbound: bool,
        sender: str = "",
        returned: Returned | None = None,
    ) -> None:
        """`sealed`: (head, record) -> the head encrypted with its shred key. `outbound`: whether central must get it.

        `sender`: kid of the delivering station, "" if no station delivered it. `returned`: what a desk gives back.
        """
        self.sender, self.returned = sender, returned
        self.site, self.session, self.batch, self.sealed, self.outbound = site, session, batch, sealed, outbound
        self.connection = session.connection()
        self.entered = Entered()
        self.day = site.day
        self.arrival: int = self.connection.execute(_LAST_ARRIVAL).scalar_one()

    def records_and_objects(self) -> list[Sound]:
        """Store what is new. Returns the records that were accepted."""
        self._answer_known()
        accepted = self._without_rivals()
        buried = intake_batch.buried(self.connection, {sound.subject for sound in accepted})
        self._insert([sound for sound in accepted if sound.subject not in buried])
        self._insert_buried([sound for sound in accepted if sound.subject in buried])
        rows.write(self.connection, CodeRow, [rows.of_code(sound) for sound in accepted if sound.withdraw])
        lost = intake_returned.note_lost(self.session, self.returned) if self.returned else set()
        self._fill()
        self.recount(lost)
        return accepted

    def record_row(self, sound: Sound, progress: Progress) -> Row:
        self.arrival += 1
        return rows.of_record(
            sound.record.id,
            self.batch.envelopes[sound.record.id],
            kind=sound.kind,
            subject=sound.subject,
            signer=sound.signer,
            arrival=self.arrival,
            day=self.day,
            progress=progress,
        )

    def write_records(self, records: Sequence[Row]) -> None:
        rows.write(self.connection, RecordRow, records)
        if self.outbound:
            rows.write(self.connection, OutboxRow, [rows.of_outbox(row) for row in records])

    def bury(self, sound: Sound) -> None:
        """Answer for a record whose testimony was withdrawn, and for its objects."""
        name, entered = sound.record.id, self.entered
        entered.answer(name, "withdrawn")
        entered.completed.pop(name, None)
        entered.buried[name] = entered.touched[name] = None
        arrived = [named for named in sound.objects if named.name in self.batch.objects]
        for named in arrived:
            entered.answer(named.name, "withdrawn")
        bodies = {named.name for named in arrived if named.audience is None}
        entered.late.setdefault(sound.subject or "", set()).update(bodies)

    def recount(self, records: Iterable[str]) -> None:
        """Find which of these records are complete now, or complete but for media."""
        names = set(records)
        if not names:
            return
        columns = (ObjectRow.record, ObjectRow.media)
        waits = select(*columns).where(ObjectRow.record.in_(names), ObjectRow.held == Held.EXPECTED).distinct()
        lacking = {(name, media) for name, media in self.session.execute(waits)}
        unfinished = (RecordRow.name.in_(names), RecordRow.progress.in_((Progress.INCOMPLETE, Progress.TEXT)))
        known = select(*_RECOUNTED).where(*unfinished)
        for name, kind, signer, progress in self.session.execute(known).all():
            before = Progress(progress)
            now = _progress(text=(name, False) not in lacking, pieces=(name, True) not in lacking)
            if now not in (before, Progress.INCOMPLETE):
                self._move_on(name, kind, signer, before, now)

    def _move_on(self, name: str, kind: str, signer: str, before: Progress, now: Progress) -> None:
        self.session.execute(update(RecordRow).where(RecordRow.name == name).values(progress=now))
        names, has_media = self._served(name, whole=now == Progress.COMPLETE)
        stage = _stage(before, now, has_media=has_media)
        self.entered.complete(Completed(name, kind, signer, names, stage))

    def _mend(self, records: Iterable[str]) -> None:
        """Sign anew for records that were complete but for what was lost here, and log them again for their readers."""
        unsigned = set(records) - self.entered.completed.keys()
        ready = (RecordRow.name.in_(unsigned), RecordRow.progress.in_((Progress.COMPLETE, Progress.TEXT)))
        for name, kind, signer, progress in self.session.execute(select(*_RECOUNTED).where(*ready)).all():
            names, _ = self._served(name, whole=progress == Progress.COMPLETE)
            self.entered.complete(Completed(name, kind, signer, names, "mended"))

    def _served(self, name: str, *, whole: bool) -> tuple[tuple[str, ...], bool]:
        """What is held of a record, without media unless it is `whole`; and whether any of it is media."""
        held = select(ObjectRow.name, ObjectRow.media).where(ObjectRow.record == name, ObjectRow.held.in_(SERVED))
        found = self.session.execute(held).all()
        return tuple(one for one, media in found if whole or not media), any(media for _, media in found)

    def _answer_known(self) -> None:
        """Answer for records that are already held, including those that arrived since the batch was judged."""
        names = {*self.batch.known, *self.batch.sounds, *self.batch.withdrawals}
        asked = {"names": list(names), "station": self.site.kid}
        for name, kind, progress, unsigned in self.connection.execute(_KNOWN, asked) if names else ():
            self.batch.known.add(name)
            self.entered.answer(name, "withdrawn" if progress == Progress.SHREDDED else "duplicate")
            self.entered.touched[name] = None
            if unsigned and (progress == Progress.SHREDDED or kind in UNSIGNED):
                self.entered.buried[name] = None

    def _without_rivals(self) -> list[Sound]:
        """The new records; one with the id of another is refused."""
        new = [sound for sound in self.batch.sounds.values() if sound.record.id not in self.batch.known]
        holders = self._holders(new)
        accepted: list[Sound] = []
        for sound in new:
            name = sound.record.id
            if sound.kind in ONE_A_SUBJECT and holders.setdefault((sound.kind, sound.subject), name) != name:
                self.entered.answer(name, "refused", "conflict")
            elif sound.kind not in questions.KINDS or self._has_room(sound, accepted):
                accepted.append(sound)
        return accepted

    def _has_room(self, sound: Sound, before: Sequence[Sound]) -> bool:
        """What is given back had room when it came first."""
        if self.returned and sound.record.id in self.returned.records:
            return True
        try:
            questions.require_room(self.site, self.session, sound, before)
        except Refused as error:
            self.entered.answer(sound.record.id, "refused", error.rule)
            return False
        return True

    def _holders(self, new: Sequence[Sound]) -> dict[tuple[str, str | None], str]:
        """(kind, subject) -> the record that already has that id."""
        subjects = {"subjects": list({sound.subject for sound in new})}
        found = self.connection.execute(_HOLDERS, subjects) if new else ()
        return {(kind, subject): name for kind, subject, name in found}

    def _insert(self, sounds: Sequence[Sound]) -> None:
        records: list[Row] = []
        objects: list[Row] = []
        for sound in sounds:
            name = sound.record.id
            self.entered.answer(name, "stored")
            for named in sound.objects:
                here = named.name in self.batch.objects
                if here:
                    self.entered.answer(named.name, "stored")
                sealed = self.sealed.get((named.name, name))
                objects.append(rows.of_object(sound, named, Held.HELD if here else Held.EXPECTED, sealed))
            progress = self._arrived(sound)
            records.append(self.record_row(sound, progress))
            if progress != Progress.INCOMPLETE:
                whole = progress == Progress.COMPLETE
                held = tuple(named.name for named in sound.objects if whole or not sound.is_piece(named))
                stage = _stage(Progress.INCOMPLETE, progress, has_media=any(map(sound.is_piece, sound.objects)))
                self.entered.complete(Completed(name, sound.kind, sound.signer, held, stage))
        self.write_records(records)
        rows.write(self.connection, ObjectRow, objects)
        rows.write(self.connection, RefusalRow, [rows.of_refusal(sound) for sound in sounds if sound.kind == "refusal"])

    def _arrived(self, sound: Sound) -> Progress:
        """The progress of a record that arrived with these objects."""
        lacking = [named for named in sound.objects if named.name not in self.batch.objects]
        pieces = [named for named in lacking if sound.is_piece(named)]
        return _progress(text=len(lacking) == len(pieces), pieces=not pieces)

    def _insert_buried(self, sounds: Sequence[Sound]) -> None:
        """Late parts of a withdrawn testimony: only their names are stored, so that the answer stays the same."""
        objects: list[Row] = []
        for sound in sounds:
            rows.write(self.connection, RecordRow, [self.record_row(sound, Progress.SHREDDED)])
            for named in sound.objects:
                objects.append(rows.of_object(sound, named, Held.WITHDRAWN, None))
            self.bury(sound)
        rows.write(self.connection, ObjectRow, objects)

    def _fill(self) -> None:
        """Store objects of records that were already held."""
        names = [name for name in self.batch.objects if name not in self.entered.answers]
        if not names:
            return
        columns = (ObjectRow.name, ObjectRow.record, ObjectRow.subject, ObjectRow.audience, ObjectRow.held)
        found = self.session.execute(select(*columns).where(ObjectRow.name.in_(names))).all()
        arrived: list[Row] = []
        mended: list[Row] = []
        found_again: set[str] = set()
        for name, record, subject, audience, held in found:
            self.entered.answer(name, ANSWERS[held])
            self.entered.touched[record] = None
            if held == Held.WITHDRAWN and audience is None:
                self.entered.late.setdefault(subject, set()).add(name)
            sealed = self.sealed.get((name, record))
            if held in ABSENT and (audience is None or sealed is not None):
                arrived.append({"of_name": name, "of_record": record, "of_sealed": sealed})
                if held == Held.LOST:
                    found_again.add(record)
            elif held in SERVED and sealed is not None:
                mended.append({"of_name": name, "of_record": record, "of_sealed": sealed})
        row = (ObjectRow.name == bindparam("of_name")) & (ObjectRow.record == bindparam("of_record"))
        if mended:
            self.connection.execute(update(ObjectRow).where(row).values(sealed=bindparam("of_sealed")), mended)
        scrub.forget(self.session, self.batch.damaged)  # bodies were written and read back before
        if arrived:
            filled = update(ObjectRow).where(row).values(held=int(Held.HELD), sealed=bindparam("of_sealed"))
            self.connection.execute(filled, arrived)
            self.recount(row["of_record"] for row in arrived)
            self._mend(found_again)


def _progress(*, text: bool, pieces: bool) -> Progress:
    """The progress of a record: whether all its text, and all its `pieces`, are here."""
    if not text:
        return Progress.INCOMPLETE
    return Progress.COMPLETE if pieces else Progress.TEXT


def _stage(before: Progress, now: Progress, *, has_media: bool) -> Literal["whole", "text", "media", "both"]:
    if now == Progress.TEXT:
        return "text"
    if before == Progress.TEXT:
        return "media"
    return "both" if has_media else "whole"
