"""Batches that are being uploaded to central in chunks, until each is complete."""

from __future__ import annotations

from sqlalchemy.orm import Mapped, mapped_column

from testimony.store.models.base import Base, Bytes, Day, Kid, Sha256


class ChunkRow(Base):
    """The bytes of one batch from `start` on, encrypted.

    `name` is the hash of the batch's name, and the name itself is the key: while nobody asks nobody can read it here,
    nor in a backup, where a head would otherwise outlive its withdrawal. `day`: when the first chunk came.
    """

    __tablename__ = "uploads"

    name: Mapped[Sha256] = mapped_column(primary_key=True)
    asker: Mapped[Kid] = mapped_column(primary_key=True, index=True)
    start: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    total: Mapped[int]
    size: Mapped[int]
    day: Mapped[Day]
    data: Mapped[Bytes]
