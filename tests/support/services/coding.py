"""Reads and corrects the coded account of a testimony at a desk."""

from __future__ import annotations

from typing import Any

from testimony.services.coding import coded_record, coding
from testimony.services.coding.coded_record import CodedRecord
from testimony.services.coding.coding import Coding
from testimony.services.consent import permissions
from testimony.services.opening.reading_session import ReadingSession
from testimony.services.records import queries as record_queries
from tests.support.services.desks import TODAY, Desk


def coded(desk: Desk, tid: str) -> Coding:
    with desk.station.database.reading() as session:
        return coding.read_coding(desk.station, session, desk.reader, desk.annexes, tid, at=TODAY)


def effective(desk: Desk, tid: str) -> CodedRecord:
    """The coded account as this desk counts it: as it was sealed, or as it was corrected."""
    with desk.station.database.reading() as session:
        desk.annexes.refresh(desk.station, session, desk.reader)
        record = next(one for one in record_queries.records_about(session, tid) if one.kind == "manifest")
        held = permissions.open_part(
            ReadingSession.at(desk.station, session, desk.reader), record, "coded", annexes=desk.annexes, at=TODAY
        )
    found = coded_record.of_record(desk.station.chain, desk.station.settings.home, desk.annexes, record, held)
    assert found is not None
    return found


def correct(desk: Desk, tid: str, field: str, answer: Any, reason: str = "clerical") -> None:
    held = coded(desk, tid)
    seen = held.corrections.seen([field])
    coding.correct(desk.station, desk.reader, desk.annexes, held, field, answer, reason, seen=seen, day=TODAY)
