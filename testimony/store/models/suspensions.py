"""Withdrawals that suspend a testimony, who contested them, and which stations confirmed its destruction."""

from __future__ import annotations

from enum import IntEnum

from sqlalchemy import BigInteger, Index, SmallInteger, String, false
from sqlalchemy.orm import Mapped, mapped_column

from testimony.store.models.base import Base, Day, Id, Kid, Sha256


class Standing(IntEnum):
    """What became of a worker's withdrawal."""

    STANDING = 0  # what it is about is not served
    VOID = 1  # two roles said that it is false
    DONE = 2  # what it is about is destroyed


class SuspensionRow(Base):
    """A worker's withdrawal. `day`: when this station took it in; `due`: when it destroys, None: not by itself.

    `ran`: seconds for which the station had run by then; `sure`: two clocks agreed on the day (`domain.time.Start`).
    """

    __tablename__ = "suspensions"

    withdrawal: Mapped[str] = mapped_column(String(64), primary_key=True)
    subject: Mapped[Id]
    signer: Mapped[Kid]
    whole: Mapped[bool]  # all of the testimony; otherwise the heads that the record names
    day: Mapped[Day]
    due: Mapped[Day | None]
    standing: Mapped[int] = mapped_column(SmallInteger)
    ran: Mapped[int] = mapped_column(BigInteger, server_default="0")
    sure: Mapped[bool] = mapped_column(server_default=false())

    __table_args__ = (Index(None, "subject"), Index(None, "standing", "due"), Index(None, "signer", "day"))


class ContestRow(Base):
    """The record `record`, by which `signer` says that a withdrawal is false."""

    __tablename__ = "contests"

    record: Mapped[str] = mapped_column(String(64), primary_key=True)
    withdrawal: Mapped[Sha256]
    signer: Mapped[Kid]

    __table_args__ = (Index(None, "withdrawal"),)


class DestroyedRow(Base):
    """The station `station` (kid; a desk: its reader's) says by `record` that it destroyed what `withdrawal` names."""

    __tablename__ = "destroyed"

    withdrawal: Mapped[str] = mapped_column(String(64), primary_key=True)
    station: Mapped[str] = mapped_column(String(16), primary_key=True)
    day: Mapped[Day]
    record: Mapped[Sha256]
