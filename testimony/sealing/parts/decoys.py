"""The decoys of a part: what stands in the slots of a head that no reader has.

In version 2 of the header line they are sealed to a key that is derived from a secret in that line. Somebody who opened
the part can therefore tell a decoy from a reader and count the readers. From outside, both look the same.
"""

from __future__ import annotations

import hashlib

from testimony.sealing.age.recipients import OpeningKey
from testimony.sealing.records.signatures import labelled

LABEL = "testimony/2/decoy"
SECRET_BYTES = 32


def key_of(decoys: bytes) -> OpeningKey:
    """The key of the part's decoys: SHAKE256(L("testimony/2/decoy", `decoys`), 32) is its seed. `decoys`: 32 bytes."""
    return OpeningKey(hashlib.shake_256(labelled(LABEL, decoys)).digest(32))
