"""The small signed statements (grant, withdrawal, contest, shredded, receipt, refusal): built, parsed, verified."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from testimony.canonical import sha256_hex
from testimony.errors import NotCanonical, Refused
from testimony.sealing.errors import SignatureBad
from testimony.sealing.parts.manifest import audiences_of
from testimony.sealing.records import fields
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.records.signatures import ED25519, PublicKey, Signer
from testimony.sealing.roster.chain import AUDIENCE_OF, Entry, RosterChain

WORKERS = frozenset((*AUDIENCE_OF, "interviewer"))
STATIONS = frozenset(("node", "central"))
WITHDRAWERS = frozenset((*WORKERS, "phone"))
"""A phone signs for its interviewer, whose name stays sealed."""
CONTESTERS = frozenset(("lawyer", "coordinator"))
DESTROYERS = frozenset((*STATIONS, *AUDIENCE_OF))
"""A desk has no key of its own: its reader signs that it has destroyed."""


@dataclass(frozen=True, kw_only=True)
class Grant:
    """A holder re-wrapped the file key of one part into one more head."""

    manifest: str
    part: str
    head: str
    by: str
    day: str


@dataclass(frozen=True, kw_only=True)
class Withdrawal:
    """`scope` is "all", or the ascending head hashes to delete."""

    tid: str
    scope: str | tuple[str, ...]
    by: str
    day: str


@dataclass(frozen=True, kw_only=True)
class Contest:
    """Somebody who reads says that a worker's withdrawal is false; why is sealed in the annex `annex`."""

    withdrawal: str
    annex: str
    by: str
    day: str


@dataclass(frozen=True, kw_only=True)
class Shredded:
    """The station `station` (at a desk: its reader's key) destroyed what the withdrawal names, or, where that is None,
    a testimony for which keeping ended.

    `destroyed`: the names of the manifests, ascending; None in version 1, which does not say them.
    """

    withdrawal: str | None
    station: str
    by: str
    day: str
    destroyed: tuple[str, ...] | None = None

    @property
    def cause(self) -> str:
        """The name of the withdrawal or, where keeping ended, of the manifest."""
        return self.withdrawal or (self.destroyed or ("",))[0]

    @property
    def number(self) -> str:
        """One for each cause and station (32 hex digits)."""
        return sha256_hex(f"{self.cause} {self.station}".encode())[:32]


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """A station holds `record` and the objects `parts`; `durable` only after they were read back and hashed."""

    record: str
    parts: tuple[str, ...]
    station: str
    log_size: int
    root: str
    durable: bool


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """One person who was asked and said no: a day and the device, nothing else."""

    id: str
    day: str
    by: str


def grant(*, manifest: str, part: str, head: str, day: str, signer: Signer) -> SignedRecord:
    """`manifest` is the manifest record's id, or an annex's; `head` is the SHA-256 of the new head."""
    value = {"v": "testimony/1/grant", "manifest": manifest, "part": part, "head": head, "by": signer.kid, "day": day}
    return SignedRecord.sign(value, signer)


def withdrawal(*, tid: str, scope: str | Iterable[str], day: str, signer: Signer) -> SignedRecord:
    """By a worker's key or by the key of the witness's code (`withdrawal_code.key_of`); `scope`: "all" or heads."""
    named = scope if scope == "all" else sorted(set(scope))
    value = {"v": "testimony/1/withdraw", "tid": tid, "scope": named, "by": signer.kid, "day": day}
    return SignedRecord.sign(value, signer)


def contest(*, withdrawal: str, annex: str, day: str, signer: Signer) -> SignedRecord:
    """`withdrawal` and `annex` are names of records; the annex, sealed to the lawyers, says why."""
    value = {"v": "testimony/1/contest", "withdrawal": withdrawal, "annex": annex, "by": signer.kid, "day": day}
    return SignedRecord.sign(value, signer)


def shredded(
    *, withdrawal: str | None, day: str, signer: Signer, destroyed: Iterable[str] | None = None
) -> SignedRecord:
    """`signer`: the station's key, at a desk the reader's. `destroyed`: the names of the manifests, for version 2.

    `withdrawal` None: keeping ended for the one testimony in `destroyed`.
    """
    kid = signer.kid
    value: dict[str, object] = {"v": "testimony/1/shredded", "withdrawal": withdrawal, "station": kid, "by": kid}
    if destroyed is not None:
        value |= {"v": "testimony/2/shredded", "destroyed": sorted(set(destroyed))}
    return SignedRecord.sign({**value, "day": day}, signer)


def receipt(
    *, record: str, parts: Iterable[str], log_size: int, root: str, durable: bool, signer: Signer
) -> SignedRecord:
    """`parts` are the names of all heads and bodies held; `root` is the log's at `log_size`, hex."""
    value = {
        "v": "testimony/1/receipt",
        "record": record,
        "parts": sorted(set(parts)),
        "station": signer.kid,
        "log_size": log_size,
        "root": root,
        "durable": durable,
    }
    return SignedRecord.sign(value, signer)


def refusal(*, day: str, signer: Signer, number: str | None = None) -> SignedRecord:
    """`number` is the id, 32 random hex digits, made here unless given."""
    value = {"v": "testimony/1/refusal", "id": number or os.urandom(16).hex(), "day": day, "by": signer.kid}
    return SignedRecord.sign(value, signer)


def parse_grant(record: SignedRecord) -> Grant:
    """Raises `NotCanonical` or `Refused` (structure, version.newer, kind.unknown); verifies no signature."""
    return Grant(**fields.formed(record, "grant"))


def parse_withdrawal(record: SignedRecord) -> Withdrawal:
    """Raises `NotCanonical` or `Refused`; verifies no signature."""
    said = fields.formed(record, "withdraw")
    return Withdrawal(**{**said, "scope": "all" if said["scope"] == "all" else tuple(said["scope"])})


def parse_contest(record: SignedRecord) -> Contest:
    """Raises `NotCanonical` or `Refused`; verifies no signature."""
    return Contest(**fields.formed(record, "contest"))


def parse_shredded(record: SignedRecord) -> Shredded:
    """Raises `NotCanonical` or `Refused`, also where another than the station signed, or where neither a withdrawal nor
    one testimony is named; verifies no signature."""
    said = fields.formed(record, "shredded")
    found = Shredded(**{**said, "destroyed": tuple(said["destroyed"]) if "destroyed" in said else None})
    if found.station != found.by or (found.withdrawal is None and len(found.destroyed or ()) != 1):
        raise Refused("structure")
    return found


def parse_receipt(record: SignedRecord) -> Receipt:
    """Raises `NotCanonical` or `Refused`; verifies no signature."""
    said = fields.formed(record, "receipt")
    return Receipt(**{**said, "parts": tuple(said["parts"])})


def parse_refusal(record: SignedRecord) -> Refusal:
    """Raises `NotCanonical` or `Refused`; verifies no signature."""
    return Refusal(**fields.formed(record, "refusal"))


def verify_grant(record: SignedRecord, chain: RosterChain) -> Grant:
    """Raises `Refused` unless an active holder of that part signed it; when a key was revoked is not asked here."""
    statement = parse_grant(record)
    audience = AUDIENCE_OF.get(require_signed(record, chain, AUDIENCE_OF).role)
    if statement.part != "annex" and audience not in audiences_of(statement.part):
        raise Refused("signer.unknown")
    return statement


def verify_withdrawal(record: SignedRecord, chain: RosterChain, withdraw: str | None) -> Withdrawal:
    """`withdraw`: the manifest's withdrawal public key. Raises `Refused` unless it, a worker or a phone signed."""
    statement = parse_withdrawal(record)
    code = [PublicKey(ED25519, bytes.fromhex(withdraw))] if withdraw else []
    if code and statement.by == code[0].kid:
        require_signature(record, code)
    else:
        require_signed(record, chain, WITHDRAWERS)
    return statement


def verify_contest(record: SignedRecord, chain: RosterChain) -> Contest:
    """Raises `Refused` unless a lawyer or coordinator signed it, active in some roster."""
    statement = parse_contest(record)
    require_signed(record, chain, CONTESTERS)
    return statement


def verify_shredded(record: SignedRecord, chain: RosterChain) -> Shredded:
    """Raises `Refused` unless a station, or the reader of a desk, signed it for itself."""
    statement = parse_shredded(record)
    require_signed(record, chain, DESTROYERS)
    return statement


def verify_receipt(record: SignedRecord, keys: Sequence[PublicKey]) -> Receipt:
    """`keys`: the station's, from the roster. Raises `Refused`."""
    statement = parse_receipt(record)
    if statement.station not in [key.kid for key in keys]:
        raise Refused("signer.unknown")
    require_signature(record, keys)
    return statement


def verify_refusal(record: SignedRecord, chain: RosterChain) -> Refusal:
    """Raises `Refused` unless an active phone signed it."""
    statement = parse_refusal(record)
    require_signed(record, chain, {"phone"})
    return statement


def require_signed(record: SignedRecord, chain: RosterChain, roles: Iterable[str]) -> Entry:
    """Whose record it is. Raises `Refused` unless somebody with one of `roles`, active in some roster, signed it."""
    known = chain.signer(record.by)
    if known is None:
        raise Refused("signer.unknown")
    entry = chain.was_active(record.by)
    if entry is None:
        raise Refused("signer.inactive")
    if entry.role not in roles:
        raise Refused("signer.unknown")
    require_signature(record, entry.keys)
    return entry


def require_signature(record: SignedRecord, keys: Sequence[PublicKey]) -> None:
    """Raise `Refused("signature.bad")` unless exactly `keys` signed the record."""
    try:
        record.verify(keys)
    except (SignatureBad, NotCanonical) as error:
        raise Refused("signature.bad") from error
