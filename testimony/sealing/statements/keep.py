"""The statement by which a lawyer says until which month a witness agreed to have a testimony kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from testimony.sealing.records import fields
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.records.signatures import Signer
from testimony.sealing.roster.chain import RosterChain
from testimony.sealing.statements.statements import require_signed

KIND: Final = "keep"


@dataclass(frozen=True, kw_only=True)
class Keep:
    """`until`: the last month, YYYY-MM, in which the testimony `tid` is kept; None: without an end."""

    tid: str
    until: str | None
    by: str
    day: str


def keep(*, tid: str, until: str | None, day: str, signer: Signer) -> SignedRecord:
    """Signed by a lawyer, who has read the consent."""
    value = {"v": f"testimony/1/{KIND}", "tid": tid, "until": until, "by": signer.kid, "day": day}
    return SignedRecord.sign(value, signer)


def parse_keep(record: SignedRecord) -> Keep:
    """Raises `NotCanonical` or `Refused` (structure, version.newer, kind.unknown); verifies no signature."""
    return Keep(**fields.formed(record, KIND))


def verify_keep(record: SignedRecord, chain: RosterChain) -> Keep:
    """Raises `Refused` unless a lawyer signed it, active in some roster."""
    statement = parse_keep(record)
    require_signed(record, chain, {"lawyer"})
    return statement
