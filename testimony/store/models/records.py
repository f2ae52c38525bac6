"""Records, the heads and bodies that they name, tombstones, and the receipts of stations."""

from __future__ import annotations

from enum import IntEnum
from typing import Annotated

from sqlalchemy import Index, Integer, LargeBinary, SmallInteger, String, text
from sqlalchemy.orm import Mapped, mapped_column

from testimony.store.models.base import Base, Bytes, Day, Id, Kid, Sha256

NameKey = Annotated[str, mapped_column(String(64), primary_key=True)]


class Held(IntEnum):
    """What became of a head or body that a record names."""

    EXPECTED = 0  # named, not arrived
    HELD = 1
    WITHDRAWN = 2  # deleted because the witness said so
    DROPPED = 3  # deleted because central signed for it
    SUSPENDED = 4  # here, not served: a worker passed on a withdrawal
    LOST = 5  # was here before central was restored; the reader who gave the rest back may not have it


ABSENT = (Held.EXPECTED, Held.LOST)
"""Named, not here, and taken in when it comes."""


class Progress(IntEnum):
    """How far a record has come."""

    INCOMPLETE = 0  # some head or body is missing
    COMPLETE = 1
    UNPROVEN = 2  # a withdrawal whose testimony, and so the key to check it with, has not arrived
    SHREDDED = 3  # only the name is left
    VOID = 4  # a withdrawal that proved not to be the witness's
    TEXT = 5  # a testimony that lacks only pieces of media
    SPARE = 6  # a withdrawal by a further key of a code, which most codes never used: not counted as one that waits


class RecordRow(Base):
    """A signed record. `data` is the envelope as it came; empty once shredded."""

    __tablename__ = "records"

    name: Mapped[NameKey]
    kind: Mapped[str] = mapped_column(String(64))
    subject: Mapped[Id | None]  # the testimony (or annex) that it is about
    signer: Mapped[Kid]
    arrival: Mapped[int] = mapped_column(Integer)  # 1, 2, 3… at this station
    received: Mapped[Day]
    progress: Mapped[int] = mapped_column(SmallInteger)
    data: Mapped[Bytes]

    __table_args__ = (
        Index(None, "subject"),
        Index(None, "arrival"),
        Index(None, "kind", "arrival"),
        Index(None, "kind", "subject", "received", "progress"),  # counted without a look at `data`
    )


class ObjectRow(Base):
    """A head or a body that a record names. A head's bytes are here, encrypted under the shred key of `subject`."""

    __tablename__ = "objects"

    name: Mapped[NameKey]
    record: Mapped[NameKey]
    subject: Mapped[Id]
    part: Mapped[str] = mapped_column(String(64))
    audience: Mapped[str | None] = mapped_column(String(32))  # None: a body, whose bytes are a file
    length: Mapped[int | None] = mapped_column(Integer)  # of a body, as the record says
    media: Mapped[bool]  # of a piece of media, which may come after the text
    held: Mapped[int] = mapped_column(SmallInteger)
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)

    __table_args__ = (
        Index(None, "record"),
        Index(None, "media", "record", sqlite_where=text("media = 1")),  # and on PostgreSQL, as `postgresql` says
    )


class TombstoneRow(Base):
    """A testimony that must not be held (`shredded`) or not be served, and the withdrawal that says so."""

    __tablename__ = "tombstones"

    subject: Mapped[str] = mapped_column(String(32), primary_key=True)
    withdrawal: Mapped[Sha256]
    shredded: Mapped[bool]
    swept: Mapped[bool]  # whether the bodies' files are gone too

    __table_args__ = (Index(None, "swept"),)


class ReceiptRow(Base):
    """What a station signed for: this one, or central. `data` is the envelope."""

    __tablename__ = "receipts"

    record: Mapped[NameKey]
    station: Mapped[str] = mapped_column(String(16), primary_key=True)
    data: Mapped[Bytes]


class RefusalRow(Base):
    """One person who was asked and said no, counted once by a random id. No content."""

    __tablename__ = "refusals"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    day: Mapped[Day]
    signer: Mapped[Kid]
    record: Mapped[Sha256]

    __table_args__ = (Index(None, "day"),)
