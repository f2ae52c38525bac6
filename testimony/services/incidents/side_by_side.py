"""Open the accounts of one incident for a side-by-side comparison: only statements and answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from testimony.domain.testimony.statement import Statement
from testimony.services.consent import permissions
from testimony.services.custody import log as custody_log
from testimony.services.incidents.candidates import incident_of, manifest_of
from testimony.services.incidents.errors import IncidentRefused
from testimony.services.opening import compartments
from testimony.services.opening.annexes import AnnexIndex
from testimony.services.opening.errors import TestimonyUnknown
from testimony.services.opening.reader import Reader
from testimony.services.opening.reading_session import ReadingSession
from testimony.services.records import queries as record_queries
from testimony.station.station import Station


@dataclass(frozen=True, kw_only=True)
class Told:
    """One account. `closed`: why its statements do not open (a code of `CannotOpen`). `answers`: none if they do
    not.
    """

    tid: str
    manifest: str
    day: str
    form_sha256: str
    closed: str | None
    statements: tuple[Statement, ...]
    answers: Mapping[str, Any]


def served(session: Session, tids: Iterable[str]) -> list[str]:
    """Those that are here and were not withdrawn, by the day of the interview."""
    found = [(record.value["day"], tid) for tid in tids if (record := manifest_of(session, tid)) is not None]
    return [tid for _, tid in sorted(found) if record_queries.is_served(session, tid)]


def require_served(session: Session, tid: str) -> None:
    """Raise `TestimonyUnknown`, or `IncidentRefused` if it was withdrawn or suspended."""
    if manifest_of(session, tid) is None:
        raise TestimonyUnknown(tid=tid)
    if not record_queries.is_served(session, tid):
        raise IncidentRefused("gone")


def opened(
    station: Station, session: Session, reader: Reader, annexes: AnnexIndex, tids: Iterable[str], *, at: date
) -> list[Told]:
    """Open those of `tids` that are here, and record in the desk's own log that each was opened.

    `annexes`: refreshed before.
    """
    found = []
    for tid in tids:
        record = manifest_of(session, tid)
        if record is None:
            continue
        custody_log.append(session, kind="opened", ref=record.id, by=reader.id, day=at.isoformat())
        manifest = compartments.parsed(record)
        narrative = permissions.open_part(
            ReadingSession.at(station, session, reader), record, "narrative", annexes=annexes, at=at
        )
        found.append(
            Told(
                tid=tid,
                manifest=record.id,
                day=manifest.day,
                form_sha256=manifest.form_sha256,
                closed=narrative.closed,
                statements=tuple(Statement.all_in(narrative.content)),
                answers=incident_of(station, session, reader, annexes, record, at=at),
            )
        )
    return found
