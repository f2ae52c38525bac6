"""Revocations: the roots state from which position of central's log on a key no longer counts.

Later grants by that key are void and later restrictions by it become holds; the services apply those rules, because
they know the positions. This module checks only the statement and the signatures of a threshold of roots.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from testimony.errors import NotCanonical, Refused
from testimony.sealing.records import fields
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.records.signatures import Signer
from testimony.sealing.roster.chain import Root
from testimony.sealing.roster.errors import RosterRefused


@dataclass(frozen=True, kw_only=True)
class Revocation:
    """`key` (kid) counts up to and with `position` of the log that `log` (central's kid) signs."""

    key: str
    log: str
    position: int
    day: str


def revocation(*, key: str, log: str, position: int, day: str, roots: Sequence[Signer]) -> SignedRecord:
    """Signed by `roots`, of whom a threshold must take part."""
    value = {"v": "testimony/1/revoke", "key": key, "log": log, "position": position, "day": day}
    return SignedRecord.sign_by_roots(value, roots)


def parse_revocation(record: SignedRecord) -> Revocation:
    """Raises `NotCanonical` or `Refused`; verifies no signature."""
    return Revocation(**fields.formed(record, "revoke"))


def verify_revocation(record: SignedRecord, *roots: Root) -> Revocation:
    """Raises `Refused` unless a threshold of one of `roots` signed it: those of a chain, since it tells of its day."""
    statement = parse_revocation(record)
    if not any(_is_signed(record, root) for root in roots):
        raise Refused("signature.bad")
    return statement


def _is_signed(record: SignedRecord, root: Root) -> bool:
    try:
        root.verify(record)
    except (RosterRefused, NotCanonical):
        return False
    return True
