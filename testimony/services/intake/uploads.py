"""Keep the chunks of a batch until it is complete, so that a lost connection costs one chunk and not the batch.

Each sender may have one batch, of at most `LARGEST` bytes in `MOST` chunks, for a day. Nobody can fill more disk space
than that.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from testimony.canonical import sha256_hex
from testimony.errors import Refused
from testimony.sealing.age.hkdf import hkdf
from testimony.store.models.uploads import ChunkRow

if TYPE_CHECKING:
    from testimony.station.station import Station

LARGEST: Final = 1024 * 1024
"""Bytes of one batch, the same as for a batch sent at once."""
LEAST: Final = 8 * 1024
"""Bytes of one chunk, except the last."""
MOST: Final = LARGEST // LEAST
NONCE_BYTES: Final = 12
DAYS: Final = 1


@dataclass(frozen=True)
class Chunk:
    """A part, possibly empty, from `start` on, of the batch whose SHA-256 is `name` and which has `total` bytes."""

    name: str
    total: int
    start: int
    data: bytes


def keep(station: Station, kid: str, chunk: Chunk) -> int:
    """Store the next chunk of the batch. Returns how many bytes of it are here now. Opens a transaction.

    A chunk that does not follow is not stored; an empty one asks for the position. The first chunk of another batch
    deletes an unfinished batch of `kid`. Raises `Refused`, `StoreFull`.
    """
    _require_fits(chunk)
    row = _row(chunk.name)
    with station.database.reading() as session:
        here = _here(session, kid, row, chunk.total)
    if not chunk.data or chunk.start != here:
        return here
    station.space.require_room(chunk.total)
    with station.database.transaction() as session:
        if _here(session, kid, row, chunk.total) != here:  # the same chunk arrived twice at once
            return here
        if not here:
            forget(session, kid)
        session.add(
            ChunkRow(
                name=row,
                asker=kid,
                start=here,
                total=chunk.total,
                size=len(chunk.data),
                day=station.today(),
                data=_lock(chunk),
            )
        )
    return here + len(chunk.data)


def whole(station: Station, kid: str, name: str) -> bytes | None:
    """The batch, once all chunks arrived; None if it was taken in meanwhile.

    Raises `Refused` (hash.mismatch), and deletes it, if it does not match its name.
    """
    wanted = select(ChunkRow.data).where(ChunkRow.name == _row(name), ChunkRow.asker == kid).order_by(ChunkRow.start)
    with station.database.reading() as session:
        kept = session.scalars(wanted).all()
    if not kept:
        return None
    try:
        batch = b"".join(_unlock(name, data) for data in kept)
    except InvalidTag:  # the copy here is damaged
        batch = b""
    if sha256_hex(batch) != name:
        with station.database.transaction() as session:
            forget(session, kid)
        raise Refused("hash.mismatch")
    return batch


def forget(session: Session, kid: str) -> None:
    """Delete what is here of a batch of `kid`."""
    session.execute(delete(ChunkRow).where(ChunkRow.asker == kid))


def forget_old(station: Station) -> int:
    """Delete unfinished batches that began more than a day ago. Returns how many chunks. Opens a transaction if
    needed.
    """
    before = (date.fromisoformat(station.today()) - timedelta(days=DAYS)).isoformat()
    old = ChunkRow.day < before
    with station.database.reading() as session:
        number = session.scalar(select(func.count()).select_from(ChunkRow).where(old)) or 0
    if number:
        with station.database.transaction() as session:
            session.execute(delete(ChunkRow).where(old))
    return number


def _require_fits(chunk: Chunk) -> None:
    if chunk.total > LARGEST:
        raise Refused("size.limit")
    end = chunk.start + len(chunk.data)
    if end > chunk.total or (0 < len(chunk.data) < LEAST and end < chunk.total):
        raise Refused("structure")


def _here(session: Session, kid: str, row: str, total: int) -> int:
    """Bytes that are here. Raises `Refused` if the batch was announced with another size before."""
    wanted = (ChunkRow.name == row, ChunkRow.asker == kid)
    here, said = session.execute(select(func.sum(ChunkRow.size), func.max(ChunkRow.total)).where(*wanted)).one()
    if said is not None and said != total:
        raise Refused("structure")
    return int(here or 0)


def _row(name: str) -> str:
    """The key of the row. The name, which is the encryption key, cannot be derived from it."""
    return sha256_hex(b"testimony/1/upload\0" + name.encode())


def _cipher(name: str) -> AESGCM:
    return AESGCM(hkdf(bytes.fromhex(name), b"", b"testimony/1/upload"))


def _unlock(name: str, data: bytes) -> bytes:
    return _cipher(name).decrypt(data[:NONCE_BYTES], data[NONCE_BYTES:], None)


def _lock(chunk: Chunk) -> bytes:
    nonce = os.urandom(NONCE_BYTES)
    return nonce + _cipher(chunk.name).encrypt(nonce, chunk.data, None)
