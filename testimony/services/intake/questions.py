"""Store questions about a testimony and their answers, and limit how many a station accepts."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from testimony.domain.testimony.questions import BY_A_PHONE, CLOSING
from testimony.errors import Refused
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.statements import questions
from testimony.sealing.statements.questions import ANSWER, QUESTION
from testimony.services.intake import quotas
from testimony.store.models.records import Progress, RecordRow, TombstoneRow

if TYPE_CHECKING:
    from testimony.services.records.types import Site
    from testimony.services.records.validation import Sound

KINDS: Final = frozenset({QUESTION, ANSWER})
MOST_QUESTIONS: Final = 16
"""Limit for one testimony, ever: people with more to ask should call."""
MOST_ANSWERS: Final = 16
"""Limit for one question."""


@dataclass(frozen=True, kw_only=True)
class Answered:
    """One answer. `code` may be one that this version does not know; `by`: the kid of a phone or a node."""

    code: str
    day: str
    by: str


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One question with its answers, earliest first. `name`: of its record. `words`: that record, where it holds sealed
    words."""

    name: str
    tid: str
    code: str
    day: str
    by: str
    answers: tuple[Answered, ...] = ()
    words: SignedRecord | None = None

    @property
    def is_open(self) -> bool:
        """Whether anything still needs an answer."""
        return CLOSING.isdisjoint(one.code for one in self.answers)


def questions_about(session: Session, tid: str) -> list[Asked]:
    """The questions about `tid`; none if it is withdrawn or suspended."""
    return of_all(session, [tid]).get(tid, [])


def of_all(session: Session, tids: Collection[str] | None = None) -> dict[str, list[Asked]]:
    """The questions of several testimonies by id; None: of all. The order of arrival makes no difference.

    An answer that only the testimony's own phone can give is left out if another key signed it.
    """
    found: dict[str, list[Asked]] = {}
    answers: dict[str, list[Answered]] = {}
    records = _records(session, tids)
    said_by_all = [questions.parse_answer(record) for record in records if record.kind == ANSWER]
    phones = _phones(session, {said.tid for said in said_by_all if said.code in BY_A_PHONE})
    for said in said_by_all:
        if said.code not in BY_A_PHONE or said.by == phones.get(said.tid):
            answers.setdefault(said.question, []).append(Answered(code=said.code, day=said.day, by=said.by))
    for record in records:
        if record.kind == QUESTION:
            one = questions.parse_question(record)
            own = tuple(sorted(answers.get(record.id, []), key=lambda each: (each.day, each.by, each.code)))
            words = record if one.sealed else None
            asked = Asked(name=record.id, tid=one.tid, code=one.code, day=one.day, by=one.by, answers=own, words=words)
            found.setdefault(one.tid, []).append(asked)
    return {tid: sorted(each, key=lambda one: (one.day, one.name)) for tid, each in found.items()}


def find(session: Session, name: str) -> Asked | None:
    """The question of the record `name`, if it is here and its testimony is served."""
    tid = session.scalar(select(RecordRow.subject).where(RecordRow.name == name, RecordRow.kind == QUESTION))
    return next((one for one in questions_about(session, tid) if one.name == name), None) if tid else None


def count_open(session: Session) -> int:
    """How many questions at this station still need an answer."""
    return sum(one.is_open for asked in of_all(session).values() for one in asked)


def require_known(along: Mapping[str, Sound], session: Session, sound: Sound) -> None:
    """Raise `Refused("not.named")` unless the testimony, or the question, that it is about is here or in `along`."""
    if sound.kind == ANSWER:
        name = str(sound.record.value["question"])
        asked = along.get(name)
        held = select(RecordRow.subject).where(RecordRow.name == name, RecordRow.kind == QUESTION)
        subject = asked.subject if asked is not None and asked.kind == QUESTION else session.scalar(held)
        if subject != sound.subject:
            raise Refused("not.named")
        return
    named = (RecordRow.subject == sound.subject, RecordRow.kind == "manifest")
    here = session.scalar(select(RecordRow.name).where(*named).limit(1)) is not None
    if not here and not any(one.kind == "manifest" and one.subject == sound.subject for one in along.values()):
        raise Refused("not.named")


def require_room(site: Site, session: Session, sound: Sound, before: Collection[Sound]) -> None:
    """In the storing transaction: raise `Refused` for one too many, or for an id that is already taken.

    `before`: what was already accepted from the same batch. Rules: conflict, question.limit; quota, if the lawyer's key
    has asked enough at central today.
    """
    about = (RecordRow.subject == sound.subject, RecordRow.kind == sound.kind, RecordRow.progress != Progress.SHREDDED)
    held = [SignedRecord.decode(data) for data in session.scalars(select(RecordRow.data).where(*about))]
    held += [one.record for one in before if (one.kind, one.subject) == (sound.kind, sound.subject)]
    value = sound.record.value
    if any(one.value["id"] == value["id"] for one in held):
        raise Refused("conflict")
    if sound.kind == ANSWER:
        if sum(one.value["question"] == value["question"] for one in held) >= MOST_ANSWERS:
            raise Refused("question.limit")
        return
    if len(held) >= MOST_QUESTIONS:
        raise Refused("question.limit")
    if site.role == "central":
        quotas.require_question(session, sound.signer, site.day)


def _phones(session: Session, tids: Collection[str]) -> dict[str, str]:
    """Testimony -> kid of the key that signed its manifest, of those that are here."""
    if not tids:
        return {}
    wanted = select(RecordRow.subject, RecordRow.signer).where(
        RecordRow.kind == "manifest", RecordRow.subject.in_(tids)
    )
    return {tid: signer for tid, signer in session.execute(wanted) if tid}


def _records(session: Session, tids: Collection[str] | None) -> list[SignedRecord]:
    stone = select(TombstoneRow.subject).where(TombstoneRow.subject == RecordRow.subject)
    wanted = select(RecordRow.data).where(
        RecordRow.kind.in_(KINDS), RecordRow.progress != Progress.SHREDDED, ~stone.exists()
    )
    if tids is not None:
        wanted = wanted.where(RecordRow.subject.in_(tids))
    return [SignedRecord.decode(data) for data in session.scalars(wanted)]
