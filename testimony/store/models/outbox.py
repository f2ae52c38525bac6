"""What waits for central's receipt."""

from __future__ import annotations

from sqlalchemy import Index, Integer, SmallInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from testimony.store.models.base import Base

URGENT, ORDINARY = 0, 1
"""Withdrawals go first."""


class OutboxRow(Base):
    """A record that came in here and its way to central."""

    __tablename__ = "outbox"

    record: Mapped[str] = mapped_column(String(64), primary_key=True)
    urgency: Mapped[int] = mapped_column(SmallInteger)
    arrival: Mapped[int] = mapped_column(Integer)
    delivered: Mapped[bool]
    dropped: Mapped[bool]
    text_delivered: Mapped[bool]  # central signed for the text, if not for the media yet
    pieces_there: Mapped[int] = mapped_column(Integer)  # of media, as central last said: to be shown, proof of nothing

    __table_args__ = (Index(None, "delivered", "dropped", "urgency", "arrival"),)
