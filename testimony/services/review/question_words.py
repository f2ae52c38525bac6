"""Ask an interviewer in a lawyer's own words, sealed to the phone, and read the answers at a lawyer's desk."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from testimony.domain.errors import EventUnreadable
from testimony.domain.review import question_words
from testimony.domain.review.question_words import ANSWER, KIND, Words
from testimony.domain.roles import Role
from testimony.sealing.age.errors import KeyTextWrong
from testimony.sealing.age.recipients import Recipient
from testimony.sealing.keys.receiving_key import FIELD
from testimony.sealing.roster.chain import RosterChain
from testimony.sealing.statements import question_words as sealed_words
from testimony.sealing.statements import questions as statement_questions
from testimony.sealing.statements.question_words import LONGEST
from testimony.services.consent import acts as consent_acts
from testimony.services.intake import questions
from testimony.services.opening import bindings, compartments
from testimony.services.opening.annexes import AnnexIndex, OpenedAnnex
from testimony.services.opening.reader import Reader
from testimony.services.opening.reading_session import ReadingSession
from testimony.services.records import queries as record_queries
from testimony.services.records.types import Incoming
from testimony.services.review.cases import READERS
from testimony.services.review.errors import QuestionRefused
from testimony.station.station import Station

PROVENANCE: Final = "provenance"


@dataclass(frozen=True, kw_only=True)
class Exchanged:
    """What was asked and answered in words about one testimony, by the name of the record that asked."""

    asked: Mapping[str, Words]
    answered: Mapping[str, Words]


def read(annexes: AnnexIndex, tid: str, manifest: str, *, phone: str, askers: Mapping[str, str]) -> Exchanged:
    """From all that `annexes` (refreshed before) hold about `tid`.

    `phone`: kid that signed the manifest; words that another phone signed are no answer, since the question was not
    sealed to it. `askers`: name of a question's record -> kid that signed it; words of another lawyer are not what
    was asked.
    """
    asked: dict[str, Words] = {}  # of several the first by name, in which `annexes.about` sorts: alike at every desk
    answered: dict[str, Words] = {}
    for annex in annexes.about(tid):
        words = _words_in(annex, manifest)
        if words is None:
            continue
        if annex.content["kind"] == KIND and annex.by == askers.get(words.question):
            asked.setdefault(words.question, words)
        elif annex.content["kind"] == ANSWER and annex.by == phone:
            answered.setdefault(words.question, words)
    return Exchanged(asked=asked, answered=answered)


def obstacle(chain: RosterChain, phone: str, provenance: Mapping[str, Any] | None) -> str:
    """Why nothing in words can be asked: keyless (the testimony names no receiving key), ended (its phone is no longer
    active); "" where it can. `phone`: kid that signed the manifest."""
    if _recipient(provenance) is None:
        return "keyless"
    entry = chain.latest.signer(phone)
    return "" if entry is not None and entry.active else "ended"


def ask(station: Station, reader: Reader, tid: str, text: str, *, day: date) -> str:
    """Seal `text` to the phone and, for the lawyers, into an annex. Returns the name of the question's record.

    Raises `QuestionRefused`: role, empty, long, gone (withdrawn, suspended, unknown), many, keyless, ended;
    `CannotOpen` where the provenance or the consent does not open; `StationKeyless`.
    """
    words = "\n".join(" ".join(line.split()) for line in text.strip().splitlines())
    if reader.role is not Role.LAWYER:
        raise QuestionRefused("role")
    if not words:
        raise QuestionRefused("empty")
    if len(words) > LONGEST:
        raise QuestionRefused("long")
    manifest, recipient, bind = _whom(station, reader, tid)
    id = os.urandom(16).hex()
    sealed = sealed_words.seal_words(sealed_words.Words(text=words, bind=bind), tid=tid, id=id, recipient=recipient)
    signer = consent_acts.signer_of(reader)
    record = statement_questions.question_in_words(tid=tid, id=id, sealed=sealed, day=day.isoformat(), signer=signer)
    said = Words(question=record.id, of=manifest, text=words, day=day.isoformat())
    annex, items = consent_acts.seal_content(
        station.chain.latest, reader, tid, said.to_value(KIND), day=day, audiences=READERS, key=bind
    )
    asked = [("asked", record.id), ("said", annex.id)]
    consent_acts.keep(station, reader, [Incoming("record", record.encode()), *items], asked, day)
    return record.id


def _whom(station: Station, reader: Reader, tid: str) -> tuple[str, Recipient, bytes]:
    """(name of the manifest, the phone's recipient, the key that binds). Raises as `ask`."""
    with station.database.reading() as session:
        about = record_queries.records_about(session, tid)
        record = next((one for one in about if one.kind == "manifest"), None)
        if record is None or not record_queries.is_served(session, tid):
            raise QuestionRefused("gone")
        if len(questions.questions_about(session, tid)) >= questions.MOST_QUESTIONS:
            raise QuestionRefused("many")
        reading, manifest = ReadingSession.at(station, session, reader), compartments.parsed(record)
        grants = compartments.grants_of(session, tid)
        opened = compartments.open_one(reading, record.id, manifest, PROVENANCE, grants)
        bind = bindings.key_of(reading, tid)
    provenance = compartments.as_object(opened.content)
    recipient, why = _recipient(provenance), obstacle(station.chain, manifest.by, provenance)
    if why or recipient is None or bind is None:
        raise QuestionRefused(why or "gone")
    return record.id, recipient, bind


def _recipient(provenance: Mapping[str, Any] | None) -> Recipient | None:
    """The phone's, as the provenance names it; None without one that is formed so."""
    text = (provenance or {}).get(FIELD)
    try:
        return Recipient.from_text(text) if isinstance(text, str) else None
    except KeyTextWrong:
        return None


def _words_in(annex: OpenedAnnex, manifest: str) -> Words | None:
    """None for an annex of another kind or about another manifest, and for one that a withdrawal code signed."""
    if annex.content.get("kind") not in (KIND, ANSWER) or annex.code is not None:
        return None
    try:
        words = question_words.Words.parse(annex.content)
    except EventUnreadable:
        return None
    return words if words.of == manifest else None
