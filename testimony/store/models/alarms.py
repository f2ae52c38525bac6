"""What needs a person at central: since when, who has seen it, when it was gone, and when an e-mail said so."""

from __future__ import annotations

from sqlalchemy import BigInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from testimony.store.models.base import Base, Id


class AlarmRow(Base):
    """One alarm, once for each kind and station; seconds since 1970. When it comes again it is another one here."""

    __tablename__ = "alarms"

    kind: Mapped[str] = mapped_column(String(16), primary_key=True)
    about: Mapped[str] = mapped_column(String(64), primary_key=True)  # a station of the roster; "": this server
    handle: Mapped[Id]  # by which it is marked as seen: it names nothing, and is another one each time
    since: Mapped[int] = mapped_column(BigInteger)
    gone: Mapped[int | None] = mapped_column(BigInteger)
    seen: Mapped[int | None] = mapped_column(BigInteger)
    seen_by: Mapped[str] = mapped_column(String(32))
    told: Mapped[int] = mapped_column(BigInteger)  # by the last e-mail, also of the one before; 0: never
