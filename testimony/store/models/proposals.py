"""Proposals of the next roster at central. They have no effect: only what the roots signed counts."""

from __future__ import annotations

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from testimony.store.models.base import Base, Bytes, Id


class ProposalRow(Base):
    """One proposal, with what is wished and, once it is prepared, the bytes that the roots are to sign."""

    __tablename__ = "roster_proposals"

    id: Mapped[Id] = mapped_column(primary_key=True)
    state: Mapped[str] = mapped_column(String(16))  # open, settled, published
    by: Mapped[str] = mapped_column(String(32))
    at: Mapped[str] = mapped_column(String(17))  # YYYY-MM-DDTHH:MMZ
    wishes: Mapped[Bytes]  # canonical JSON
    record: Mapped[Bytes]  # the roster; empty while it is open
    closed_by: Mapped[str] = mapped_column(String(32))  # who published it; empty before
    closed_at: Mapped[str] = mapped_column(String(17))
