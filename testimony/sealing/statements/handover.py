"""The signed statements of a hand-over to another organisation: the offer, the answer, the end, what was done about it.

The other organisation has roots of its own: each side verifies the signers of the other by the other's rosters
(docs/hand-over-format.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from testimony import canonical
from testimony.errors import Refused
from testimony.sealing.records import fields, signatures
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.records.signatures import Signer
from testimony.sealing.roster.chain import Entry, RosterChain
from testimony.sealing.statements import statements

OFFER, ANSWER, END, ENDED = "handover", "handover-answer", "handover-end", "handover-ended"
LAWYERS: Final = frozenset({"lawyer"})
SIGNERS: Final = 2
"""Lawyers who sign an offer, each with all their keys."""
INTERVIEW, LATER = "interview", "later"
"""When the witness agreed to the hand-over: the sealed consent of the interview says so, or a lawyer recorded it."""
WITHDRAWN, DESTROYED, NEVER = "withdrawn", "destroyed", "never"
"""How a testimony stands at the organisation that was told of the end; `NEVER`: it was not taken in."""
LONGEST_RECIPIENT: Final = 64
LONGEST_REASON: Final = 500


@dataclass(frozen=True, kw_only=True)
class Offer:
    """`organisation` hands the testimony `tid` with its signed list `manifest` over to the organisation `to`.

    Organisations are named by the fingerprints of their roots. `recipient`: what the witness was told, the id in the
    giver's roster. `consent`: `INTERVIEW` or `LATER`.
    """

    id: str
    organisation: str
    to: str
    recipient: str
    tid: str
    manifest: str
    consent: str
    day: str

    def encode(self) -> bytes:
        """The bytes that two lawyers sign."""
        return canonical.encode({"v": f"testimony/1/{OFFER}", **vars(self)})


@dataclass(frozen=True, kw_only=True)
class Answer:
    """`organisation` took the offer `handover` (the name of its record) in, or refused it and says why."""

    handover: str
    organisation: str
    taken: bool
    reason: str
    by: str
    day: str


@dataclass(frozen=True, kw_only=True)
class End:
    """The consent behind the offer `handover` has ended: the organisation `to` must withdraw what it took in."""

    handover: str
    organisation: str
    to: str
    by: str
    day: str


@dataclass(frozen=True, kw_only=True)
class Ended:
    """What `organisation` did about the end of the offer `handover`. `state`: WITHDRAWN, DESTROYED or NEVER."""

    handover: str
    organisation: str
    state: str
    by: str
    day: str


def sign_offer(data: bytes, signer: Signer) -> list[signatures.Signature]:
    """The signatures of one lawyer under the bytes of an offer."""
    return signatures.sign(f"testimony/1/{OFFER}", data, signer)


def answer(*, handover: str, organisation: str, taken: bool, reason: str, day: str, signer: Signer) -> SignedRecord:
    """Signed by the lawyer who took it in or refused it. `reason`: at most `LONGEST_REASON` characters, "" if taken."""
    return _sign(ANSWER, {"handover": handover, "organisation": organisation, "taken": taken, "reason": reason,
                          "day": day}, signer)  # fmt: skip


def end(*, handover: str, organisation: str, to: str, day: str, signer: Signer) -> SignedRecord:
    """Signed by one lawyer of the giver: to take something back needs no second one."""
    return _sign(END, {"handover": handover, "organisation": organisation, "to": to, "day": day}, signer)


def ended(*, handover: str, organisation: str, state: str, day: str, signer: Signer) -> SignedRecord:
    """Signed by a lawyer of the organisation that was told."""
    return _sign(ENDED, {"handover": handover, "organisation": organisation, "state": state, "day": day}, signer)


def parse_offer(record: SignedRecord) -> Offer:
    """Raises `NotCanonical`; `Refused`: version.newer, kind.unknown, structure. Verifies no signature."""
    said = fields.statement(record, OFFER, Offer.__dataclass_fields__)
    if said["consent"] not in (INTERVIEW, LATER):
        raise Refused("structure")
    return Offer(
        id=fields.hexadecimal(said["id"], 16),
        organisation=fields.sha256(said["organisation"]),
        to=fields.sha256(said["to"]),
        recipient=fields.text(said["recipient"], LONGEST_RECIPIENT),
        tid=fields.hexadecimal(said["tid"], 16),
        manifest=fields.sha256(said["manifest"]),
        consent=said["consent"],
        day=fields.day(said["day"]),
    )


def parse_answer(record: SignedRecord) -> Answer:
    """Raises as `parse_offer`."""
    said = fields.statement(record, ANSWER, Answer.__dataclass_fields__)
    taken, reason = fields.boolean(said["taken"]), said["reason"]
    if taken != (reason == ""):
        raise Refused("structure")
    return Answer(taken=taken, reason=reason if taken else fields.text(reason, LONGEST_REASON), **_common(said))


def parse_end(record: SignedRecord) -> End:
    """Raises as `parse_offer`."""
    said = fields.statement(record, END, End.__dataclass_fields__)
    return End(to=fields.sha256(said["to"]), **_common(said))


def parse_ended(record: SignedRecord) -> Ended:
    """Raises as `parse_offer`."""
    said = fields.statement(record, ENDED, Ended.__dataclass_fields__)
    if said["state"] not in (WITHDRAWN, DESTROYED, NEVER):
        raise Refused("structure")
    return Ended(state=said["state"], **_common(said))


def verify_offer(record: SignedRecord, chain: RosterChain) -> tuple[Offer, tuple[Entry, ...]]:
    """The offer and its two signers. Raises `Refused` unless two lawyers signed it, and nobody else.

    Each of them must be active in some roster of `chain`.
    """
    offer = parse_offer(record)
    people = tuple(_signer(record, sigs, chain) for sigs in record.sigs)
    if len(people) != SIGNERS or len({one.id for one in people}) != SIGNERS:
        raise Refused("signer.unknown")
    return offer, people


def verify_one(record: SignedRecord, chain: RosterChain) -> Entry:
    """Who signed an answer, an end, or what was done about it. Raises `Refused` unless a lawyer of `chain` did."""
    return statements.require_signed(record, chain, LAWYERS)


def _signer(record: SignedRecord, sigs: Any, chain: RosterChain) -> Entry:
    """The lawyer whose signatures `sigs` are. Raises `Refused`."""
    if not isinstance(sigs, Sequence) or not sigs or not isinstance(sigs[0], dict):
        raise Refused("signature.bad")
    person = chain.was_active(fields.kid(sigs[0].get("kid")))
    if person is None or person.role not in LAWYERS:
        raise Refused("signer.unknown")
    statements.require_signature(SignedRecord(record.data, tuple(sigs)), person.keys)
    return person


def _sign(kind: str, said: dict[str, Any], signer: Signer) -> SignedRecord:
    return SignedRecord.sign({"v": f"testimony/1/{kind}", **said, "by": signer.kid}, signer)


def _common(said: dict[str, Any]) -> dict[str, str]:
    return {
        "handover": fields.sha256(said["handover"]),
        "organisation": fields.sha256(said["organisation"]),
        "by": fields.kid(said["by"]),
        "day": fields.day(said["day"]),
    }
