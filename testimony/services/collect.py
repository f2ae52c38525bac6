"""Taking sealed objects in, and finding them again. Nothing here can read a word of them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from sqlalchemy.orm import Session

from testimony.services.station import Station

if TYPE_CHECKING:
    from testimony.sealing.records import SignedRecord


@dataclass(frozen=True)
class Incoming:
    """One thing as it came: a record's `SignedRecord.encode()` bytes, or the raw bytes of a head or a body."""

    kind: Literal["record", "object"]
    payload: bytes


@dataclass(frozen=True)
class Status:
    """The answer for one thing. `name` is its SHA-256 ("" when it could not even be read), `rule` says why refused."""

    name: str
    status: Literal["stored", "duplicate", "withdrawn", "refused"]
    rule: str = ""


@dataclass(frozen=True)
class Outcome:
    """`statuses` in the order of what came; a signed receipt for each record that is now held completely."""

    statuses: tuple[Status, ...]
    receipts: tuple[SignedRecord, ...]


@dataclass(frozen=True)
class HeldObject:
    """A head (`audience` set) or a body (`audience` None) that a record names. `held`: the bytes are here."""

    name: str
    record: str  # sha256 of the manifest, grant or annex that names it
    part: str
    audience: str | None
    held: bool


def take_in(station: Station, incoming: Sequence[Incoming]) -> Outcome:
    """Store what is sound; everything stored is on the disk when this returns. Opens its own transaction.

    One bad object never blocks the others; the same input again gives the same statuses (`duplicate`) and the same
    receipt bytes. Records may stand anywhere in `incoming`. A desk gives no receipts.
    Raises `StoreFull`, `StoreLocked`, `StoreUnwritable`; then nothing was acknowledged.
    """
    raise NotImplementedError


def lacking(session: Session, names: Collection[str]) -> set[str]:
    """Those of `names` (records, heads, bodies) that this station does not hold and would take."""
    raise NotImplementedError


def record_of(session: Session, name: str) -> SignedRecord | None:
    """The record of this SHA-256, if held."""
    raise NotImplementedError


def records_of(session: Session, names: Collection[str]) -> dict[str, SignedRecord]:
    """Many at once: those of `names` that are held."""
    raise NotImplementedError


def records_about(session: Session, tid: str) -> list[SignedRecord]:
    """Manifest, grants and withdrawals of a testimony, in order of arrival."""
    raise NotImplementedError


def records_of_kind(session: Session, kind: str, *, after: int = -1, limit: int = 1000) -> list[tuple[int, SignedRecord]]:
    """(arrival number, record) with arrival number > `after`, ascending. kind: manifest, grant, withdraw, annex, …"""
    raise NotImplementedError


def parts_of(session: Session, record: str) -> list[HeldObject]:
    """Heads and bodies that the manifest, grant or annex `record` names, held or not."""
    raise NotImplementedError


def read_head(station: Station, session: Session, name: str) -> bytes | None:
    """A head, decrypted from under its shred key and hashed again; None when not held, deleted, shredded, suspended."""
    raise NotImplementedError


def read_body(station: Station, name: str) -> bytes | None:
    """A body, hashed again; None when not held. Raises `PartDamaged`."""
    raise NotImplementedError


def is_served(session: Session, tid: str) -> bool:
    """False once a withdrawal of all, or a worker's suspension, is known for the testimony (or annex) `tid`."""
    raise NotImplementedError
