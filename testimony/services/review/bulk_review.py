"""Act on several testimonies at once: each is checked on its own, and refusals are reported."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy.orm import Session

from testimony.domain.consent.purposes import Key
from testimony.domain.review.review import ReviewState
from testimony.domain.testimony.note import UNKNOWN
from testimony.errors import TestimonyError
from testimony.sealing.errors import CannotOpen
from testimony.sealing.records.records import SignedRecord
from testimony.services.consent import permissions, usable
from testimony.services.opening.annexes import AnnexIndex
from testimony.services.opening.errors import TestimonyUnknown
from testimony.services.opening.reader import Reader
from testimony.services.opening.reading_session import ReadingSession
from testimony.services.records import queries as record_queries
from testimony.services.review import agendas, cases, notes, private_labels, reviews
from testimony.services.review.errors import CaseRefused, LabelRefused, ReviewRefused
from testimony.station.station import Station


@dataclass(kw_only=True)
class Said:
    """`done`: for how many it was recorded; `refused`: the reason for the others, by testimony."""

    done: int = 0
    refused: dict[str, TestimonyError] = field(default_factory=dict)


def assign(station: Station, reader: Reader, annexes: AnnexIndex, tids: Sequence[str], to: str, *, day: date) -> Said:
    """Assign them to `to`, "" for nobody. Raises `StationKeyless`, and errors of the disk."""

    def say(record: SignedRecord, tid: str) -> None:
        reviews.assign(station, reader, reviews.review_of(station.chain, annexes, tid), to, day=day)

    return _each(station, reader, annexes, tids, say)


def take(station: Station, reader: Reader, annexes: AnnexIndex, tids: Sequence[str], *, day: date) -> Said:
    """Move them to "in review". Raises as `assign`."""

    def say(record: SignedRecord, tid: str) -> None:
        reviews.move(station, reader, reviews.review_of(station.chain, annexes, tid), ReviewState.IN_REVIEW, day=day)

    return _each(station, reader, annexes, tids, say)


def hold(station: Station, reader: Reader, annexes: AnnexIndex, tids: Sequence[str], why: str, *, day: date) -> Said:
    """Move them to "not for release", a new one through "in review". `why` becomes a note of each, for lawyers alone.

    Raises as `assign`, and `NoteRefused`: empty, long.
    """
    notes.require_text(why)

    def say(record: SignedRecord, tid: str) -> None:
        stands = reviews.review_of(station.chain, annexes, tid)
        if stands.review.state is ReviewState.NOT_FOR_RELEASE:
            raise ReviewRefused("move")
        _require_narrative(station, reader, annexes, record, day=day)
        held = notes.notes_on(station, reader, annexes, tid, record.id)
        notes.write(station, reader, tid, record.id, held, id="", text=why, lang=UNKNOWN, place=None, day=day)
        if stands.review.state is ReviewState.NEW:
            reviews.move(station, reader, stands, ReviewState.IN_REVIEW, day=day)
            _refresh(station, reader, annexes)
            stands = reviews.review_of(station.chain, annexes, tid)
        reviews.move(station, reader, stands, ReviewState.NOT_FOR_RELEASE, day=day)

    return _each(station, reader, annexes, tids, say)


def enter(station: Station, reader: Reader, annexes: AnnexIndex, tids: Sequence[str], case: Key, *, day: date) -> Said:
    """Add them to `case`, as far as the consent of each allows it on `day` and the case is open. Raises as `assign`."""

    def say(record: SignedRecord, tid: str) -> None:
        with station.database.reading() as session:
            stands = usable.one_of(station, session, reader, tid, annexes, at=day)
        if stands is None:
            raise CaseRefused("gone")
        if agendas.read(station, annexes).closing(case) is not None:
            raise CaseRefused("closed")
        cases.take(station, reader, cases.cases_of(station, annexes, tid), case, usable=stands.usable, day=day)

    return _each(station, reader, annexes, tids, say)


def label(
    station: Station, reader: Reader, annexes: AnnexIndex, tids: Sequence[str], text: str, *, at: datetime
) -> Said:
    """Give them the private label `text`. Raises as `assign`, and `LabelRefused`: empty, long."""
    if not text.strip():
        raise LabelRefused("empty")
    private_labels.require_text(text)

    def say(record: SignedRecord, tid: str) -> None:
        _require_narrative(station, reader, annexes, record, day=at.date())
        held = private_labels.labels_of(station, annexes, tid, record.id)
        private_labels.write(station, reader, tid, record.id, held, text=text, at=at)

    return _each(station, reader, annexes, tids, say)


def _each(
    station: Station,
    reader: Reader,
    annexes: AnnexIndex,
    tids: Sequence[str],
    say: Callable[[SignedRecord, str], object],
) -> Said:
    said = Said()
    _refresh(station, reader, annexes)
    with station.database.reading() as session:
        here = {tid: _served(session, tid) for tid in tids}
    for tid, found in here.items():
        try:
            if isinstance(found, TestimonyError):
                raise found
            say(found, tid)
            said.done += 1
        except (CannotOpen, CaseRefused, ReviewRefused, TestimonyUnknown) as error:
            said.refused[tid] = error
    return said


def _require_narrative(
    station: Station, reader: Reader, annexes: AnnexIndex, record: SignedRecord, *, day: date
) -> None:
    """Raise `CannotOpen` where the account is closed: a note or label may say what it says."""
    with station.database.reading() as session:
        allowed = permissions.permission_for(
            ReadingSession.at(station, session, reader), record, annexes=annexes, at=day
        )
    allowed.require("narrative")


def _refresh(station: Station, reader: Reader, annexes: AnnexIndex) -> None:
    with station.database.reading() as session:
        annexes.refresh(station, session, reader)


def _served(session: Session, tid: str) -> SignedRecord | TestimonyError:
    """The manifest of `tid`; else why nothing is said about it."""
    record = next((one for one in record_queries.records_about(session, tid) if one.kind == "manifest"), None)
    if record is None:
        return TestimonyUnknown(tid=tid)
    return record if record_queries.is_served(session, tid) else ReviewRefused("gone")
