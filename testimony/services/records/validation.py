"""Validate an incoming record against the format's rules and the roster: accept it, or name the rule that it breaks."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from testimony.errors import NotCanonical, Refused
from testimony.sealing.log import witness_records
from testimony.sealing.parts.manifest import PartEntry, is_media
from testimony.sealing.parts.part import LARGEST_BODY
from testimony.sealing.records import fields
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.roster.chain import RosterChain
from testimony.sealing.roster.errors import RosterRefused
from testimony.sealing.statements import ceremony_record, early_withdrawal, keep, questions, statements
from testimony.sealing.testimony import annex
from testimony.sealing.testimony.testimony import verify_manifest

LARGEST_RECORD = 1 << 20
LARGEST_HEAD = 128 * 1024
WITHDRAWALS = ("withdraw", early_withdrawal.KIND)
"""Kinds that `services.intake.withdrawals` takes in, before everything else and from the disk's reserve."""
GRANTED = "granted"
"""The audience of a head that a grant added: everybody who may open the part."""
ROSTER_RULES = {
    "older": "roster.older",
    "root-forked": "roster.older",
    "signature": "signature.bad",
    "chain": "roster.unknown",
}


@dataclass(frozen=True, kw_only=True)
class Named:
    """A head or a body that a record names; `length` of a body in bytes."""

    name: str
    part: str
    audience: str | None
    length: int | None


@dataclass(frozen=True, kw_only=True)
class Sound:
    """A record that keeps all rules that can be checked without the database."""

    record: SignedRecord
    kind: str
    subject: str | None  # the testimony (or annex) that it is about
    signer: str
    objects: tuple[Named, ...] = ()
    about: str | None = None  # for a grant: the record that it adds a head to
    withdraw: str | None = None  # for a manifest: the public key of the witness's code
    code: str | None = None  # for an annex that such a code signed: its public key

    def is_piece(self, named: Named) -> bool:
        """Whether this object belongs to a recording or picture, for which the text does not wait."""
        return self.kind == "manifest" and is_media(named.part)


def require_readable(payload: bytes) -> SignedRecord:
    """The record in an envelope. Raises `Refused`: size.limit, structure, version.newer."""
    if len(payload) > LARGEST_RECORD:
        raise Refused("size.limit")
    try:
        record = SignedRecord.decode(payload)
        fields.require_version(record.value, record.kind)
    except NotCanonical as error:
        raise Refused("structure") from error
    if record.kind not in (*JUDGES, *WITHDRAWALS, "roster", "root"):
        raise Refused("kind.unknown")
    return record


def judge(record: SignedRecord, chain: RosterChain, *, now_active: bool) -> Sound:
    """Validate a record. Raises `Refused`. `now_active`: whether its signer must also be active in the roster in force,
    not only in the record's own roster: for records that come from their makers, not from another station's log.
    """
    try:
        sound = JUDGES[record.kind](record, chain)
    except NotCanonical as error:
        raise Refused("structure") from error
    if now_active and sound.code is None and not is_of_three(sound):
        require_active(sound.signer, chain)
    return sound


def is_of_three(sound: Sound) -> bool:
    """Whether root keys or page keys signed it, which no roster lists among people and devices."""
    of_three = (ceremony_record.ROOTS, ceremony_record.PAGES)
    return sound.kind == ceremony_record.KIND and sound.record.value["what"] in of_three


def require_active(kid: str, chain: RosterChain) -> None:
    """Raise `Refused("signer.inactive")` for a key that is not active in the roster in force."""
    entry = chain.latest.signer(kid)
    if entry is None or not entry.active:
        raise Refused("signer.inactive")


def rule_of(error: RosterRefused) -> str:
    """The intake rule for a roster that was refused."""
    return ROSTER_RULES.get(error.reason, "structure")


def _manifest(record: SignedRecord, chain: RosterChain) -> Sound:
    _require_small(record.value.get("parts"))
    manifest = verify_manifest(record, chain)
    return Sound(
        record=record,
        kind="manifest",
        subject=manifest.tid,
        signer=manifest.by,
        objects=_distinct(_objects(manifest.parts)),
        withdraw=manifest.withdraw,
    )


def _annex(record: SignedRecord, chain: RosterChain) -> Sound:
    _require_small([record.value.get("part")])
    found = annex.verify_annex(record, chain)
    objects = _distinct(_objects([found.part]))
    return Sound(record=record, kind="annex", subject=found.id, signer=found.by, objects=objects, code=found.key)


def _grant(record: SignedRecord, chain: RosterChain) -> Sound:
    found = statements.verify_grant(record, chain)
    head = Named(name=found.head, part=found.part, audience=GRANTED, length=None)
    return Sound(record=record, kind="grant", subject=None, signer=found.by, objects=(head,), about=found.manifest)


def _refusal(record: SignedRecord, chain: RosterChain) -> Sound:
    found = statements.verify_refusal(record, chain)
    return Sound(record=record, kind="refusal", subject=found.id, signer=found.by)


def _contest(record: SignedRecord, chain: RosterChain) -> Sound:
    found = statements.verify_contest(record, chain)
    return Sound(record=record, kind="contest", subject=None, signer=found.by)


def _shredded(record: SignedRecord, chain: RosterChain) -> Sound:
    found = statements.verify_shredded(record, chain)
    return Sound(record=record, kind="shredded", subject=found.number, signer=found.by)


def _keep(record: SignedRecord, chain: RosterChain) -> Sound:
    found = keep.verify_keep(record, chain)
    return Sound(record=record, kind=keep.KIND, subject=found.tid, signer=found.by)


def _question(record: SignedRecord, chain: RosterChain) -> Sound:
    found = questions.verify_question(record, chain)
    return Sound(record=record, kind="question", subject=found.tid, signer=found.by)


def _answer(record: SignedRecord, chain: RosterChain) -> Sound:
    found = questions.verify_answer(record, chain)
    return Sound(record=record, kind="answer", subject=found.tid, signer=found.by)


def _ceremony(record: SignedRecord, chain: RosterChain) -> Sound:
    ceremony_record.verify(record, chain)
    return Sound(record=record, kind=ceremony_record.KIND, subject=None, signer=record.by)


def _stamp(record: SignedRecord, chain: RosterChain) -> Sound:
    found = witness_records.verify_stamp(record, chain)
    return Sound(record=record, kind="stamp", subject=None, signer=found.by)


def _cosigned(record: SignedRecord, chain: RosterChain) -> Sound:
    found = witness_records.verify_cosigned(record, chain)
    return Sound(record=record, kind="cosigned", subject=None, signer=found.by)


JUDGES: dict[str, Callable[[SignedRecord, RosterChain], Sound]] = {
    "manifest": _manifest,
    "annex": _annex,
    "grant": _grant,
    "refusal": _refusal,
    "contest": _contest,
    "shredded": _shredded,
    keep.KIND: _keep,
    "question": _question,
    "answer": _answer,
    ceremony_record.KIND: _ceremony,
    "stamp": _stamp,
    "cosigned": _cosigned,
}


def _objects(parts: Iterable[PartEntry]) -> Iterable[Named]:
    for entry in parts:
        for audience, head in entry.heads.items():
            yield Named(name=head, part=entry.part, audience=audience, length=None)
        yield Named(name=entry.body, part=entry.part, audience=None, length=entry.len)


def _require_small(parts: Any) -> None:
    """Report a body as too large before any other error of the record. Raises `Refused`."""
    for entry in parts if isinstance(parts, list) else ():
        length = entry.get("len") if isinstance(entry, dict) else None
        if isinstance(length, int) and length > LARGEST_BODY:
            raise Refused("size.limit")


def _distinct(objects: Iterable[Named]) -> tuple[Named, ...]:
    """Raise `Refused` for a record that names the same bytes twice: honest sealing never gives equal heads or
    bodies.
    """
    found = tuple(objects)
    if len({item.name for item in found}) != len(found):
        raise Refused("structure")
    return found
