"""The payload of a record that a desk gives back: its envelope, and the proof that central logged it before."""

from __future__ import annotations

from testimony import canonical
from testimony.services.custody.earlier_logs import Logged


def encode(envelope: bytes, logged: Logged) -> bytes:
    """Canonical JSON {"logged", "record", "sigs"}. `envelope`: the record as `SignedRecord.encode` gives it."""
    return canonical.encode({**canonical.decode_object(envelope), "logged": logged.describe()})


def split(payload: bytes) -> tuple[bytes, Logged | None]:
    """The envelope alone, and the proof; None for a record that came without one. Raises `NotCanonical`, `Refused`."""
    if not payload.startswith(b'{"logged":'):
        return payload, None
    said = canonical.decode_object(payload)
    logged = Logged.parse(said.pop("logged"))
    return canonical.encode(said), logged
