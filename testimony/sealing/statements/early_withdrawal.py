"""A withdrawal by code for a testimony that has not arrived yet: it names the code's public key and waits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from testimony.errors import Refused
from testimony.sealing.records import fields
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.records.signatures import ED25519, PublicKey, Signer
from testimony.sealing.statements.statements import require_signature

KIND = "withdraw-early"


@dataclass(frozen=True, kw_only=True)
class EarlyWithdrawal:
    """Everything that was sealed with the key `key` (64 hex) of a code. `by` is that key's kid. `number`: 0 for the
    code's first key, 1 to 5 for those of further testimonies of the same person.
    """

    key: str
    by: str
    day: str
    number: int = 0


def early_withdrawal(*, day: str, signer: Signer, number: int = 0) -> SignedRecord:
    """By the key `number` of the witness's code (`withdrawal_code.keys_of`): version 1 for key 0, 2 for the rest."""
    said: dict[str, Any] = {"key": signer.public_keys[0].pub.hex(), "by": signer.kid, "day": day}
    if number > 0:
        return SignedRecord.sign({"v": f"testimony/2/{KIND}", "number": number, **said}, signer)
    return SignedRecord.sign({"v": f"testimony/1/{KIND}", **said}, signer)


def verify_early(record: SignedRecord) -> EarlyWithdrawal:
    """Needs nothing but the record: who has the key signed it. Raises `NotCanonical` or `Refused`."""
    found = EarlyWithdrawal(**fields.formed(record, KIND))
    public = PublicKey(ED25519, bytes.fromhex(found.key))
    if public.kid != found.by:
        raise Refused("structure")
    require_signature(record, [public])
    return found
