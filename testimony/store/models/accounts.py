"""Interviewers' sign-in data at a node: seeds encrypted with a passphrase that the node never sees."""

from __future__ import annotations

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from testimony.store.models.base import Base, Bytes


class LockedSeedsRow(Base):
    """The locked seeds of a person, canonical JSON."""

    __tablename__ = "locked_seeds"

    person: Mapped[str] = mapped_column(String(64), primary_key=True)
    data: Mapped[Bytes]
