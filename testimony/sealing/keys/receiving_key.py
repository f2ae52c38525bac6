"""A phone's receiving key: opens what a lawyer seals to the interviewer of one testimony (docs/questions.md)."""

from __future__ import annotations

from typing import Final

from testimony.sealing.age.hkdf import hkdf
from testimony.sealing.age.recipients import OpeningKey

FIELD: Final = "receives"
"""Where the provenance of a testimony holds the public half, as `age1pq1…`."""
_INFO: Final = b"testimony/1/receiving"


def receiving_key(device_seed: bytes) -> OpeningKey:
    """The key of the phone that signs with `device_seed`, 32 bytes. The phone has it wherever the interviewer signs in,
    and nothing more is stored."""
    return OpeningKey.from_seed(hkdf(device_seed, b"", _INFO))
