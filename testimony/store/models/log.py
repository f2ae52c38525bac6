"""Merkle logs: the station's own log and its mirrors of others, with the hashes of their complete subtrees."""

from __future__ import annotations

from sqlalchemy import Index, Integer, LargeBinary, SmallInteger, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from testimony.store.models.base import Base

OWN = ""
"""`log` of the station's own log; a mirror's is the kid of its station."""
ASIDE = "~"
"""With what the `log` of a mirror begins that is kept as evidence: its station was restored and has another log now."""
SEEN = "!"
"""With what the `log` of a head begins that somebody else was shown: there are no leaves to it."""


class LogLeaf(Base):
    """Entry `no` of a log. `entry` is None in a mirror where the bytes were not for us."""

    __tablename__ = "log_leaves"

    log: Mapped[str] = mapped_column(String(16), primary_key=True)
    no: Mapped[int] = mapped_column(Integer, primary_key=True)
    leaf: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    entry: Mapped[bytes | None] = mapped_column(LargeBinary)
    kind: Mapped[str | None] = mapped_column(String(16))
    ref: Mapped[str | None] = mapped_column(String(64))

    __table_args__ = (Index(None, "log", "ref"),)


class LogNode(Base):
    """The root of the complete subtree of 2^`level` leaves that begins at leaf `place` * 2^`level`; `level` >= 1."""

    __tablename__ = "log_nodes"

    log: Mapped[str] = mapped_column(String(16), primary_key=True)
    level: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    place: Mapped[int] = mapped_column(Integer, primary_key=True)
    hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)


class LogHead(Base):
    """The last checkpoint of another station's log whose root was found right."""

    __tablename__ = "log_heads"

    log: Mapped[str] = mapped_column(String(16), primary_key=True)
    size: Mapped[int] = mapped_column(Integer)
    checkpoint: Mapped[str] = mapped_column(Text)
