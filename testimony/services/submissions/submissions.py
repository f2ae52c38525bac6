"""Make submissions: a sheet for the Special Procedures, annexes to a complaint, a covering note by theme.

They are case files in another layout, with the same testimonies, consents, names and redactions. Each of the four
consents for the United Nations decides about its own part of a sheet (docs/submissions.md).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy.orm import Session

from testimony.domain.consent.purposes import Key, Purpose
from testimony.domain.roles import Role
from testimony.domain.testimony.submission import KINDS, LANGUAGES, NOTE, PARTS, SHEET
from testimony.services.casefile import casefile
from testimony.services.casefile.casefile import CaseFile, Lacking, Order
from testimony.services.casefile.errors import CaseFileRefused
from testimony.services.opening.annexes import AnnexIndex
from testimony.services.opening.reader import Reader
from testimony.services.submissions.errors import SubmissionRefused
from testimony.station.station import Station

FEWEST: Final = 3
"""The fewest testimonies that a covering note counts: below that, all its numbers are suppressed."""


@dataclass(frozen=True, kw_only=True)
class Submission:
    """What is requested. `parts`: for a sheet, which of `PARTS`."""

    kind: str
    order: Order
    parts: frozenset[str] = frozenset()

    @property
    def keys(self) -> tuple[Key, ...]:
        """The consents that every testimony in it must have: to the case, and to each part."""
        case = self.order.case
        return (case, *(Key(purpose, case.recipient) for part, purpose in PARTS.items() if part in self.parts))

    def require_possible(self) -> None:
        """Raise `SubmissionRefused`, `CaseFileRefused` if the request is impossible."""
        if self.kind not in KINDS:
            raise SubmissionRefused("kind")
        if self.order.lang not in LANGUAGES:
            raise SubmissionRefused("language")
        self.order.require_possible()
        if self.kind == SHEET and self.order.case.purpose is not Purpose.UN_CASE:
            raise SubmissionRefused("mandate")
        if not self.parts <= (PARTS.keys() if self.kind == SHEET else set()):
            raise SubmissionRefused("part")
        if self.kind == NOTE and len(self.order.tids) < FEWEST:
            raise SubmissionRefused("few")


@dataclass(frozen=True, kw_only=True)
class Gathered:
    """The content, before it is put in words."""

    submission: Submission
    file: CaseFile


def lacking(
    station: Station, session: Session, reader: Reader, annexes: AnnexIndex, submission: Submission, *, at: date
) -> list[Lacking]:
    """The testimonies that consent does not fully cover for the request. `annexes`: refreshed before."""
    found = [
        one
        for key in submission.keys
        for one in casefile.lacking(station, session, reader, annexes, key, submission.order.tids, at=at)
    ]
    return _together(found)


def gather(
    station: Station, session: Session, reader: Reader, submission: Submission, *, annexes: AnnexIndex, at: date
) -> Gathered | list[Lacking]:
    """Build what was requested, or say why not. As for a case file, this desk's own log records it.

    Raises `SubmissionRefused`, `CaseFileRefused`, `TestimonyUnknown`.
    """
    if reader.role is not Role.LAWYER:
        raise CaseFileRefused("role")
    submission.require_possible()
    annexes.refresh(station, session, reader)
    refused = lacking(station, session, reader, annexes, submission, at=at)
    if refused:
        return refused
    made = casefile.gather(station, session, reader, submission.order, annexes=annexes, at=at)
    return Gathered(submission=submission, file=made) if isinstance(made, CaseFile) else made


def _together(found: Iterable[Lacking]) -> list[Lacking]:
    """One for each testimony, with every missing consent once."""
    merged: dict[str, Lacking] = {}
    for one in found:
        known = merged.get(one.tid, Lacking(tid=one.tid))
        missing = dict((*known.missing, *one.missing))
        merged[one.tid] = Lacking(tid=one.tid, why=known.why or one.why, missing=tuple(missing.items()))
    return list(merged.values())
