"""Lawyers' questions to interviewers and the answers: codes from fixed lists in clear, or words that are sealed."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Final

from testimony.sealing.records import fields
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.records.signatures import Signer
from testimony.sealing.roster.chain import RosterChain
from testimony.sealing.statements.statements import require_signed

QUESTION: Final = "question"
ANSWER: Final = "answer"
ASKERS: Final = frozenset({"lawyer"})
ANSWERERS: Final = frozenset({"phone", "node"})
"""A phone signs for its interviewer, whose name stays sealed; a node for the interviewer who is signed in."""
WORDS: Final = "words"
"""Stands for the code of a question of version 2."""


@dataclass(frozen=True, kw_only=True)
class Question:
    """A lawyer asks `code`, perhaps a newer version's, about the testimony `tid`; `id`: 32 random hex digits.

    `sealed`: in version 2, the lawyer's own words (`question_words`), with `code` "words"; else "".
    """

    tid: str
    id: str
    by: str
    day: str
    code: str = WORDS
    sealed: str = ""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """Somebody with a phone, or at a node, says `code` to the question of the record `question`."""

    tid: str
    id: str
    question: str
    code: str
    by: str
    day: str


def question(*, tid: str, code: str, day: str, signer: Signer, number: str | None = None) -> SignedRecord:
    """`number` is the id, made here unless given."""
    value = {"v": "testimony/1/question", "tid": tid, "id": number or os.urandom(16).hex(), "code": code}
    return SignedRecord.sign(value | {"by": signer.kid, "day": day}, signer)


def question_in_words(*, tid: str, id: str, sealed: str, day: str, signer: Signer) -> SignedRecord:
    """`sealed` comes from `question_words.seal_words`, with the same `tid` and `id`."""
    value = {"v": "testimony/2/question", "tid": tid, "id": id, "sealed": sealed}
    return SignedRecord.sign(value | {"by": signer.kid, "day": day}, signer)


def answer(*, tid: str, question: str, code: str, day: str, signer: Signer, number: str | None = None) -> SignedRecord:
    """`question` is the name of the record that asked; `number` is the id, made here unless given."""
    value = {"v": "testimony/1/answer", "tid": tid, "id": number or os.urandom(16).hex(), "question": question}
    return SignedRecord.sign(value | {"code": code, "by": signer.kid, "day": day}, signer)


def parse_question(record: SignedRecord) -> Question:
    """Raises `NotCanonical` or `Refused` (structure, version.newer, kind.unknown); verifies no signature."""
    return Question(**fields.formed(record, QUESTION))


def parse_answer(record: SignedRecord) -> Answer:
    """Raises `NotCanonical` or `Refused`; verifies no signature."""
    return Answer(**fields.formed(record, ANSWER))


def verify_question(record: SignedRecord, chain: RosterChain) -> Question:
    """Raises `Refused` unless a lawyer signed it, active in some roster."""
    found = parse_question(record)
    require_signed(record, chain, ASKERS)
    return found


def verify_answer(record: SignedRecord, chain: RosterChain) -> Answer:
    """Raises `Refused` unless a phone or a node signed it, active in some roster."""
    found = parse_answer(record)
    require_signed(record, chain, ANSWERERS)
    return found
