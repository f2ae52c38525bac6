"""The time stamp authority in use, and the last failures to get a time stamp or a cosignature."""

from __future__ import annotations

from sqlalchemy import String
from sqlalchemy.orm import Mapped, Session, mapped_column

from testimony.store.models.base import ONLY, Base, Day, Singleton


class TimestampAuthorityRow(Singleton, Base):
    """One row while an authority is set up. `authority`: the first 16 hex digits of the SHA-256 of its address."""

    __tablename__ = "timestamp_authority"

    since: Mapped[Day]
    authority: Mapped[str] = mapped_column(String(16))


class WitnessFailureRow(Base):
    """Why nothing was kept on `day`. `kind`: "stamp" or "cosigned"."""

    __tablename__ = "witness_failures"

    kind: Mapped[str] = mapped_column(String(16), primary_key=True)
    day: Mapped[Day]
    reason: Mapped[str] = mapped_column(String(32))


def authority(session: Session) -> TimestampAuthorityRow | None:
    """The one that is asked; None where none was."""
    return session.get(TimestampAuthorityRow, ONLY)


def set_authority(session: Session, authority: str, since: str) -> None:
    """Remember that `authority` is asked from the day `since` on."""
    session.merge(TimestampAuthorityRow(id=ONLY, since=since, authority=authority))


def remove_authority(session: Session) -> None:
    """None is asked any more. Raises `NoResultFound` where none was."""
    session.delete(session.get_one(TimestampAuthorityRow, ONLY))


def failure(session: Session, kind: str) -> WitnessFailureRow | None:
    """The last of this `kind`; None before the first."""
    return session.get(WitnessFailureRow, kind)


def keep_failure(session: Session, kind: str, day: str, reason: str) -> None:
    """Write the last one of this `kind`."""
    session.merge(WitnessFailureRow(kind=kind, day=day, reason=reason))
