"""Until which month each testimony is kept, as far as the station knows."""

from __future__ import annotations

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from testimony.store.models.base import Base


class KeptRow(Base):
    """The testimony `tid` is kept until the month `until` (YYYY-MM), None: without an end. No row: it is not known."""

    __tablename__ = "kept"

    tid: Mapped[str] = mapped_column(String(32), primary_key=True)
    until: Mapped[str | None] = mapped_column(String(7))

    __table_args__ = (Index(None, "until"),)
