"""Alarms at central: when each began and ended, who acknowledged it, and when an e-mail was sent."""

from __future__ import annotations

from sqlalchemy import BigInteger, String
from sqlalchemy.orm import Mapped, Session, mapped_column

from testimony.store.models.base import ONLY, Base, Id, Singleton


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


class AlarmMailRow(Singleton, Base):
    """One row: how the e-mails go. Seconds since 1970: the last was `sent`; none is tried before `next`.

    `tries`: that failed since. `error`: why, "" for nothing.
    """

    __tablename__ = "alarm_mail"

    sent: Mapped[int] = mapped_column(BigInteger)
    next: Mapped[int] = mapped_column(BigInteger)
    tries: Mapped[int]
    error: Mapped[str] = mapped_column(String(32))


def mail(session: Session) -> AlarmMailRow | None:
    """How they go; None before the first."""
    return session.get(AlarmMailRow, ONLY)


def keep_mail(session: Session, *, sent: int, next_try: int, tries: int, error: str) -> None:
    """Write how they go."""
    session.merge(AlarmMailRow(id=ONLY, sent=sent, next=next_try, tries=tries, error=error))
    session.flush()
