"""Correct and support the codes of a testimony at a lawyer's desk.

A correction is written twice: for lawyers in full, and for coordinators at the detail levels of the coded account, as
long as the witness lets coordinators read that account. Earlier corrections that coordinators still lack go along.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from testimony.answer import Answers
from testimony.domain.coding import acts as coding_acts
from testimony.domain.coding import assessment, corrections, findings, passages
from testimony.domain.coding.acts import Stands
from testimony.domain.coding.assessment import Assessment, Reliability
from testimony.domain.coding.coded_account import ROUGH, reached_by
from testimony.domain.coding.corrections import Answer, Correction, Recoding
from testimony.domain.coding.findings import Degree, Findings
from testimony.domain.coding.passages import Marking, Passage
from testimony.domain.consent import compartments as consent_compartments
from testimony.domain.roles import Audience, Role
from testimony.domain.testimony.statement import Statement
from testimony.questionnaire.definition import for_coordinators
from testimony.questionnaire.form import Form
from testimony.services.coding import coded_record
from testimony.services.coding.coded_record import CodedRecord
from testimony.services.coding.errors import CodingRefused
from testimony.services.consent import acts as consent_acts
from testimony.services.consent import permissions, scope_reduction
from testimony.services.consent.consents import Consents
from testimony.services.custody import log as custody_log
from testimony.services.opening import compartments
from testimony.services.opening.annexes import AnnexIndex
from testimony.services.opening.errors import TestimonyUnknown
from testimony.services.opening.reader import Reader
from testimony.services.opening.reading_session import ReadingSession
from testimony.services.records import queries as record_queries
from testimony.services.wordings import questionnaires
from testimony.station.station import Station

LAWYERS = (Audience.LAWYERS, Audience.RECOVERY)
EVERYBODY = (Audience.COORDINATORS, *LAWYERS)


@dataclass(frozen=True, kw_only=True)
class Coding:
    """Everything that a lawyer's desk knows about the codes of one testimony.

    `form`: with which it was taken; None if that is not here. `statements`: the originals and the interview's
    translations; `answers`: of the incident as they were sealed; both empty if that part is closed. `coded`: what
    coordinators use. `shared`: whether the witness lets coordinators read that; `rough`: only the rough facts of it.
    """

    tid: str
    manifest: str
    served: bool
    form: Form | None
    statements: list[Statement]
    answers: Answers
    marks: Stands[Marking]
    corrections: Stands[Correction]
    coded: CodedRecord | None
    shared: bool
    unread: int
    rough: bool = False

    def answer(self, field: str) -> tuple[Answer, bool]:
        """The value of `field` that lawyers use, and whether desks differ about it."""
        return corrections.effective(self.answers, self.corrections, field)

    def passages(self, field: str) -> list[Passage]:
        """The passages of the account that support `field`."""
        return passages.marked(self.marks, field)

    def due(self, field: str = "") -> dict[str, Answer]:
        """What coordinators do not know yet: coded field -> answer. Empty if they may read none of it.

        Includes what a correction of `field` affects, known or not: a person who confirms the original contradicts a
        desk that says it is wrong.
        """
        if self.form is None or self.coded is None or not self.shared:
            return {}
        definition = for_coordinators(self.form.value)
        wanted = corrections.recoded(self.answers, self.corrections, definition)
        said = set(reached_by(field, definition))
        due = {code: answer for code, answer in wanted.items() if code in said or self._lacks(code, answer)}
        return {code: answer for code, answer in due.items() if code in ROUGH or not self.rough}

    def _lacks(self, code: str, answer: Answer) -> bool:
        told = self.coded.answers.get(code) if self.coded else None
        known: Answer = told if isinstance(told, Mapping) else {}
        settled = self.coded is not None and code in self.coded.contested and answer != corrections.UNKNOWN
        return settled or not corrections.alike(known, answer)


def read_coding(
    station: Station, session: Session, reader: Reader, annexes: AnnexIndex, tid: str, *, at: date
) -> Coding:
    """The current state, with new annexes. Raises `TestimonyUnknown`."""
    record = next((one for one in record_queries.records_about(session, tid) if one.kind == "manifest"), None)
    if record is None:
        raise TestimonyUnknown(tid=tid)
    annexes.refresh(station, session, reader)
    form = questionnaires.find(station.settings.home, str(record.value["form_sha256"]))
    grants = compartments.grants_of(session, tid)
    reading = ReadingSession.at(station, session, reader)
    consented = permissions.read_consent(reading, record, annexes=annexes, at=at)
    parts = {
        part: compartments.open_compartment(reading, record, part, grants, permission=consented.permission)
        for part in ("narrative", "incident", "coded")
    }
    marks, lost = coded_record.said_of(
        station.chain, annexes, tid, passages.KIND, Marking.parse, lambda act: None if act.of == record.id else "other"
    )
    corrected, wrong = coded_record.corrections_of(station.chain, annexes, tid, form)
    coded = coded_record.of_record(station.chain, station.settings.home, annexes, record, parts["coded"])
    return Coding(
        tid=tid,
        manifest=record.id,
        served=record_queries.is_served(session, tid),
        form=form,
        statements=Statement.all_in(parts["narrative"].content),
        answers=coded_record.answers_in(parts["incident"]) or {},
        marks=marks,
        corrections=corrected,
        coded=coded,
        shared=_is_shared(station, consented.stands, at),
        unread=lost + wrong + (coded.unread if coded else 0),
        rough=consented.stands.rough_facts,
    )


def opened(station: Station, session: Session, reader: Reader, annexes: AnnexIndex, tid: str, *, at: date) -> Coding:
    """As `read_coding`, and record in the desk's own log that it was opened. Raises `TestimonyUnknown`."""
    coding = read_coding(station, session, reader, annexes, tid, at=at)
    custody_log.append(session, kind="opened", ref=coding.manifest, by=reader.id, day=at.isoformat())
    return coding


def mark(station: Station, reader: Reader, coding: Coding, field: str, marked: Sequence[Passage], *, day: date) -> str:
    """Mark the passages that support `field`, replacing earlier marks. Returns the name of the record.

    Raises `CodingRefused`: role, gone, field, passage; `StationKeyless`.
    """
    _require_field(reader, coding, field)
    lengths = {one.id: len(one.text) for one in coding.statements}
    if any(one.end > lengths.get(one.statement, 0) for one in marked) or len(marked) > passages.MOST_PASSAGES:
        raise CodingRefused("passage")
    act = Marking(
        id=_number(),
        of=coding.manifest,
        field=field,
        passages=tuple(sorted(set(marked))),
        day=day,
        after=coding.marks.seen([field]),
    )
    return _say(station, reader, coding, passages.KIND, act.to_value(), LAWYERS, day)


def correct(
    station: Station,
    reader: Reader,
    annexes: AnnexIndex,
    coding: Coding,
    field: str,
    answer: Answer | None,
    reason: str,
    *,
    seen: frozenset[str],
    day: date,
) -> None:
    """Correct `field` of the incident (None: back to the original), and tell coordinators the result.

    `seen`: ids of its corrections that the person saw, so that nobody overrides one that arrived meanwhile. Raises
    `CodingRefused`: role, gone, field, form, changed, value, reason; `StationKeyless`.
    """
    _require_field(reader, coding, field)
    if coding.form is None:
        raise CodingRefused("form")
    if seen != coding.corrections.seen([field]):
        raise CodingRefused("changed")
    if reason not in corrections.REASONS:
        raise CodingRefused("reason")
    if answer is not None and not corrections.is_answer(field, answer, coding.form.value):
        raise CodingRefused("value")
    act = Correction(id=_number(), field=field, answer=answer, reason=reason, day=day, after=seen)
    _say(station, reader, coding, corrections.KIND, act.to_value(), LAWYERS, day)
    with station.database.reading() as session:  # a new session, which sees what was just stored
        corrected = read_coding(station, session, reader, annexes, coding.tid, at=day)
    tell(station, reader, corrected, field, day=day)


def tell(station: Station, reader: Reader, coding: Coding, field: str = "", *, day: date) -> str | None:
    """Tell coordinators about corrections that they do not know yet, and the result for `field`.

    None if they know everything that they may. Raises `CodingRefused`: role, gone; `StationKeyless`.
    """
    _require_open(reader, coding)
    due = coding.due(field)
    if not due or coding.coded is None:
        return None
    act = Recoding(id=_number(), answers=due, day=day, after=coding.coded.recodings.seen(due))
    return _say(station, reader, coding, corrections.RECODING, act.to_value(), EVERYBODY, day)


def assess(
    station: Station,
    reader: Reader,
    annexes: AnnexIndex,
    coding: Coding,
    reliability: str,
    found: list[str],
    *,
    day: date,
) -> str:
    """Record how reliable it is and what corroborates it. Raises `CodingRefused`: role, gone, value;
    `StationKeyless`.
    """
    _require_open(reader, coding)
    if reliability not in list(Reliability) or not assessment.is_corroboration(found):
        raise CodingRefused("value")
    stands, _ = coded_record.assessments_of(station.chain, annexes, coding.tid)
    act = Assessment(
        id=_number(),
        reliability=Reliability(reliability),
        corroboration=tuple(found),
        day=day,
        after=stands.seen([""]),
    )
    audiences = EVERYBODY if coding.shared else LAWYERS
    return _say(station, reader, coding, assessment.KIND, act.to_value(), audiences, day)


def enter_findings(
    station: Station, reader: Reader, annexes: AnnexIndex, coding: Coding, degree: str, *, day: date
) -> str:
    """Record what a clinician found, for lawyers alone; "": nothing was stated.

    Raises `CodingRefused`: role, gone, value; `StationKeyless`.
    """
    _require_open(reader, coding)
    if degree and degree not in list(Degree):
        raise CodingRefused("value")
    stands, _ = coded_record.findings_of(station.chain, annexes, coding.tid)
    act = Findings(id=_number(), degree=Degree(degree) if degree else None, day=day, after=stands.seen([""]))
    return _say(station, reader, coding, findings.KIND, act.to_value(), LAWYERS, day)


def _say(
    station: Station,
    reader: Reader,
    coding: Coding,
    kind: str,
    value: Mapping[str, Any],
    audiences: Iterable[Audience],
    day: date,
) -> str:
    content = coding_acts.content_of(kind, value)
    record, items = consent_acts.seal_bound(station, reader, coding.tid, content, day=day, audiences=audiences)
    consent_acts.keep(station, reader, items, [("said", record.id)], day)
    return record.id


def _require_open(reader: Reader, coding: Coding) -> None:
    if reader.role is not Role.LAWYER:
        raise CodingRefused("role")
    if not coding.served:
        raise CodingRefused("gone")


def _require_field(reader: Reader, coding: Coding, field: str) -> None:
    _require_open(reader, coding)
    asked = coding.form.value["fields"].get(field) if coding.form else None
    if field not in coding.answers and (asked is None or asked["compartment"] != "incident"):
        raise CodingRefused("field")


def _is_shared(station: Station, stands: Consents, at: date) -> bool:
    """Whether some valid purpose, and the roster, let coordinators read the coded account."""
    if stands.lines is None:
        return False
    readers = consent_compartments.narrow(scope_reduction.kept(stands.counted.events, at), station.chain.latest.policy)
    return Audience.COORDINATORS in readers["coded"]


def _number() -> str:
    return os.urandom(16).hex()
