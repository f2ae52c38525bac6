"""Browser sessions. The token is in the browser; the table holds only its hash."""

from __future__ import annotations

from sqlalchemy import Float, String
from sqlalchemy.orm import Mapped, mapped_column

from testimony.store.models.base import Base, Kid


class SessionRow(Base):
    """A session, timed by the machine's running clock since start-up, which no wrong date can move."""

    __tablename__ = "sessions"

    token: Mapped[str] = mapped_column(String(64), primary_key=True)  # SHA-256
    person: Mapped[str] = mapped_column(String(64))
    kid: Mapped[Kid]
    boot: Mapped[str] = mapped_column(String(64))  # which run of the machine the clock belongs to
    started: Mapped[float] = mapped_column(Float)  # seconds on that clock
