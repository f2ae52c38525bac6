"""Ask the interviewer of a testimony a question at a lawyer's desk, and answer it at a node."""

from __future__ import annotations

from datetime import date

from testimony.domain.testimony.questions import Ask, Say
from testimony.errors import Refused
from testimony.sealing.statements import questions as statement_questions
from testimony.services.consent import acts as consent_acts
from testimony.services.intake import questions
from testimony.services.intake.intake import take_in
from testimony.services.opening.reader import Reader
from testimony.services.records import queries as record_queries
from testimony.services.records.types import Incoming
from testimony.services.review.errors import QuestionRefused
from testimony.station.station import Station


def ask(station: Station, reader: Reader, tid: str, code: Ask, *, day: date) -> str:
    """Sign the question and queue it. Returns the name of its record.

    Raises `QuestionRefused`: gone (withdrawn, suspended, unknown), there (the same one is waiting already), many;
    `StationKeyless`.
    """
    with station.database.reading() as session:
        known = any(one.kind == "manifest" for one in record_queries.records_about(session, tid))
        if not known or not record_queries.is_served(session, tid):
            raise QuestionRefused("gone")
        asked = questions.questions_about(session, tid)
    if any(one.code == code and one.is_open for one in asked):
        raise QuestionRefused("there")
    if len(asked) >= questions.MOST_QUESTIONS:
        raise QuestionRefused("many")
    record = statement_questions.question(
        tid=tid, code=code, day=day.isoformat(), signer=consent_acts.signer_of(reader)
    )
    consent_acts.keep(station, reader, [Incoming("record", record.encode())], [("asked", record.id)], day)
    return record.id


def answer(station: Station, name: str, code: Say) -> str:
    """At a field node: sign an answer with its key for the person signed in. Returns the record's name; it waits for
    central.

    Raises `QuestionRefused`: gone (no such question here), there (answered already, or closed), many.
    """
    with station.database.reading() as session:
        asked = questions.find(session, name)
    if asked is None:
        raise QuestionRefused("gone")
    if not asked.is_open or any(one.code == code for one in asked.answers):
        raise QuestionRefused("there")
    if len(asked.answers) >= questions.MOST_ANSWERS:
        raise QuestionRefused("many")
    record = statement_questions.answer(
        tid=asked.tid, question=name, code=code, day=station.today(), signer=station.signer
    )
    for status in take_in(station, [Incoming("record", record.encode())]).statuses:
        if status.status == "refused":  # this node left the roster
            raise Refused(status.rule)
    return record.id
