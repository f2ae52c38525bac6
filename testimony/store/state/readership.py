"""How far nodes and readers have read central's log, and from which position they asked for it by USB stick."""

from __future__ import annotations

from sqlalchemy import BigInteger
from sqlalchemy.orm import Mapped, Session, mapped_column

from testimony.store.models.base import Base, Kid, row_or_blank, row_to_edit


class LogReaderRow(Base):
    """A node or a reader, by the kid of its key. Positions in central's log; null until something is known."""

    __tablename__ = "log_readers"

    kid: Mapped[Kid] = mapped_column(primary_key=True)
    read: Mapped[int | None] = mapped_column(BigInteger)  # entries that it holds
    asked: Mapped[int | None] = mapped_column(BigInteger)  # where its last request by USB stick began


def read(session: Session, kid: str) -> LogReaderRow:
    """What is known of `kid`."""
    return row_or_blank(session, LogReaderRow(kid=kid))


def edit(session: Session, kid: str) -> LogReaderRow:
    """Its row, to be changed in the transaction of `session`."""
    return row_to_edit(session, LogReaderRow(kid=kid))
