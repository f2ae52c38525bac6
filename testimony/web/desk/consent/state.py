"""The state of a consent for a desk's pages, from everything that the unlocked key opens."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import g
from sqlalchemy.orm import Session

from testimony.sealing.errors import CannotOpen
from testimony.sealing.records.records import SignedRecord
from testimony.services.consent import consents, permissions
from testimony.services.consent import contests as consent_contests
from testimony.services.consent.consents import Consents
from testimony.services.consent.contests import Suspension
from testimony.services.opening import compartments
from testimony.services.opening.errors import NotPermitted, TestimonyUnknown
from testimony.services.opening.permission import Permission
from testimony.services.opening.reader import Reader
from testimony.services.opening.reading_session import ReadingSession
from testimony.services.records import queries as record_queries
from testimony.web import context
from testimony.web.desk.session import key, recovery


def consent_today(tid: str) -> tuple[Consents, bool]:
    """The consent of the testimony `tid` today, and whether it may be served. Raises `TestimonyUnknown`."""
    station, (reader, annexes) = context.station(), recovery.acting()
    with context.reading() as db:
        record = next((one for one in record_queries.records_about(db, tid) if one.kind == "manifest"), None)
        if record is None:
            raise TestimonyUnknown(tid=tid)
        annexes.refresh(station, db, reader)
        grants = compartments.grants_of(db, tid)
        reading = ReadingSession.at(station, db, reader)
        held = compartments.open_consent(reading, record, grants)
        day = reading.day(tid, context.now().date())
        stands = consents.consents_of(station.chain, db, record, held, annexes=annexes, at=day)
        return stands, record_queries.is_served(db, tid)


def permission_today(db: Session, record: SignedRecord, *, by: Reader | None = None) -> Permission:
    """What this reader may open of the testimony `record` today. `by`: the reader, where nobody asked for a page.

    Raises `CannotOpen`.
    """
    station, reader, annexes = context.station(), by or key.reader(), key.key_holder().annexes
    annexes.refresh(station, db, reader)
    return permissions.permission_for(
        ReadingSession.at(station, db, reader), record, annexes=annexes, at=context.now().date()
    )


def closed_today(tid: str) -> str:
    """Why the account does not open today, as a key of `CLOSED_SENTENCES`; "" if it does. Asked once for a page.

    What lawyers wrote about a testimony opens with its account and no longer.
    """
    known: dict[str, str] = g.setdefault("closed_today", {})
    if tid not in known:
        known[tid] = _why_closed(tid)
    return known[tid]


def require_account(tid: str) -> None:
    """Raise `NotPermitted` if what lawyers write about the testimony `tid` does not open today."""
    if reason := _why_closed(tid):
        raise NotPermitted(reason)


def _why_closed(tid: str) -> str:
    with context.reading() as db:
        record = next((one for one in record_queries.records_about(db, tid) if one.kind == "manifest"), None)
        if record is None or not record_queries.is_served(db, tid):
            return "withdrawn"
        try:
            permission_today(db, record).require("narrative")
        except CannotOpen as refusal:
            return refusal.reason
    return ""


def is_here(tid: str) -> bool:
    """Whether the testimony has not been destroyed here."""
    with context.reading() as db:
        return any(one.kind == "manifest" for one in record_queries.records_about(db, tid))


def suspensions(tid: str) -> list[Suspension]:
    """The withdrawals by workers that hold it back."""
    with context.reading() as db:
        return consent_contests.suspensions(context.station(), db, tid)


def organisations() -> list[Mapping[str, Any]]:
    """What the rosters say of the organisation, the newest first."""
    return [roster.organisation for roster in context.station().chain.rosters]
