"""A node's request for its next certificate, signed with its station key, so that it needs no other proof."""

from __future__ import annotations

from dataclasses import dataclass

from testimony.errors import Refused
from testimony.sealing.records import fields
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.records.signatures import Signer
from testimony.sealing.roster.chain import RosterChain
from testimony.sealing.roster.roster import Entry
from testimony.sealing.statements.statements import require_signature

LONGEST = 16 * 1024  # characters of a request
NODE = "node"


@dataclass(frozen=True, kw_only=True)
class Renewal:
    """`request` is PKCS #10 as PEM, not looked at here; `day` is by the node's clock and decides nothing."""

    request: str
    by: str
    day: str


def renewal(*, request: str, day: str, signer: Signer) -> SignedRecord:
    value = {"v": "testimony/1/renewal", "request": request, "by": signer.kid, "day": day}
    return SignedRecord.sign(value, signer)


def parse_renewal(record: SignedRecord) -> Renewal:
    """Raises `NotCanonical` or `Refused`; verifies no signature."""
    value = fields.statement(record, "renewal", {"request", "by", "day"})
    return Renewal(
        request=fields.text(value["request"], LONGEST), by=fields.kid(value["by"]), day=fields.day(value["day"])
    )


def verify_renewal(record: SignedRecord, chain: RosterChain) -> tuple[Renewal, Entry]:
    """The statement and whose it is. Raises `Refused` unless a node signed it that is active in the roster in force."""
    statement = parse_renewal(record)
    entry = chain.latest.signer(statement.by)
    if entry is None or entry.role != NODE:
        raise Refused("signer.unknown")
    if not entry.active:
        raise Refused("signer.inactive")
    require_signature(record, entry.keys)
    return statement, entry
