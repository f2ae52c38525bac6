"""A withdrawal by code for a testimony that has not arrived yet: it names the code's public key and waits."""

from __future__ import annotations

from dataclasses import dataclass

from testimony.errors import Refused
from testimony.sealing.records import fields
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.records.signatures import ED25519, PublicKey, Signer
from testimony.sealing.statements.statements import require_signature

KIND = "withdraw-early"


@dataclass(frozen=True, kw_only=True)
class EarlyWithdrawal:
    """Everything that was sealed with the code whose public key is `key` (64 hex). `by` is that key's kid."""

    key: str
    by: str
    day: str


def early_withdrawal(*, day: str, signer: Signer) -> SignedRecord:
    """By the key of the witness's code alone (`withdrawal_code.key_of`)."""
    key = signer.public_keys[0].pub.hex()
    return SignedRecord.sign({"v": f"testimony/1/{KIND}", "key": key, "by": signer.kid, "day": day}, signer)


def verify_early(record: SignedRecord) -> EarlyWithdrawal:
    """Needs nothing but the record: who has the key signed it. Raises `NotCanonical` or `Refused`."""
    found = EarlyWithdrawal(**fields.formed(record, KIND))
    public = PublicKey(ED25519, bytes.fromhex(found.key))
    if public.kid != found.by:
        raise Refused("structure")
    require_signature(record, [public])
    return found
