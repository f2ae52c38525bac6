"""A roster's entry with a new recovery key."""

from __future__ import annotations

from testimony.sealing.age.recipients import OpeningKey
from testimony.sealing.records.signatures import Signer


def renewed(entry: dict[str, object], key: OpeningKey) -> dict[str, object]:
    if entry["role"] != "recovery":
        return entry
    keys = [one.describe() for one in Signer.generate().public_keys]
    return entry | {"age": key.recipient.text, "keys": keys}
