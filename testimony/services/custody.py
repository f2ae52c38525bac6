"""The custody log: an append-only Merkle log (RFC 6962) of what this station accepted and did, and mirrors of others'."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from testimony.services.station import Station

KINDS = ("received", "granted", "withdrawn", "shredded", "roster", "revoked", "ceremony")


def append(session: Session, *, kind: str, ref: str, by: str, day: str) -> int:
    """Add an entry {v, no, kind, day, ref, by}; return its position (the first is 0)."""
    raise NotImplementedError


def size(session: Session) -> int:
    """How many entries the own log has."""
    raise NotImplementedError


def root(session: Session, size: int | None = None) -> str:
    """Root hash (hex) of the first `size` entries (default: all)."""
    raise NotImplementedError


def origin(kid: str) -> str:
    """The origin line of the checkpoints of the station `kid`: testimony/1/log/<kid>."""
    return f"testimony/1/log/{kid}"


def checkpoint(station: Station, session: Session) -> str:
    """The signed head of the own log (C2SP signed note)."""
    raise NotImplementedError


def entries(session: Session, after: int, limit: int) -> list[tuple[int, bytes]]:
    """(position, canonical bytes) from position `after` on (inclusive: `after` = what the asker already has)."""
    raise NotImplementedError


def inclusion(session: Session, position: int, size: int) -> list[bytes]:
    """Inclusion proof (32-byte hashes, leaf upwards) of entry `position` in the log of `size` entries."""
    raise NotImplementedError


def consistency(session: Session, old: int, new: int) -> list[bytes]:
    """Consistency proof between two sizes of the own log."""
    raise NotImplementedError


def position_of(session: Session, ref: str, kind: str) -> int | None:
    """Where the own log says `kind` about the record `ref`."""
    raise NotImplementedError


def mirror_size(session: Session, peer: str) -> int:
    """How many leaves of the log of the station `peer` (kid) are held here."""
    raise NotImplementedError


def mirror_extend(
    station: Station, session: Session, peer: str, leaves: Sequence[bytes | None], hashes: Sequence[bytes], checkpoint: str
) -> int:
    """Add what follows of another station's log; return the new size.

    `hashes` are the 32-byte leaf hashes from `mirror_size` on, `leaves` the entries' bytes where the asker was given
    them (None elsewhere). The root must be the signed checkpoint's as soon as its size is reached, and the checkpoint must not
    lie behind or beside what is held. Raises `LogForked`, `LogWentBack`, `SignatureBad`.
    """
    raise NotImplementedError


def mirror_inclusion(session: Session, peer: str, position: int) -> tuple[str, int, list[bytes]] | None:
    """(last verified checkpoint, its size, inclusion proof) for an entry of a mirrored log; None while not covered."""
    raise NotImplementedError


def mirror_find(session: Session, peer: str, ref: str, kind: str) -> tuple[int, bytes] | None:
    """(position, entry bytes) of the entry of a mirrored log that says `kind` about `ref`, if it was given to us."""
    raise NotImplementedError
