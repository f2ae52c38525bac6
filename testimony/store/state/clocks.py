"""What a station keeps of clocks: how long it has run, and the last date that each other clock showed."""

from __future__ import annotations

from sqlalchemy import BigInteger, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from testimony.store.models.base import ONLY, Base, Day, Singleton, row_or_blank, row_to_edit


class RunningRow(Singleton, Base):
    """One row. `seconds`: on the clock of the run `boot` of a machine, when `total` was last increased."""

    __tablename__ = "running"

    boot: Mapped[str] = mapped_column(String(36))
    seconds: Mapped[int] = mapped_column(BigInteger)
    total: Mapped[int] = mapped_column(BigInteger)  # seconds for which this station is known to have run


class ClockRow(Base):
    """The date that the other clock `name` showed when this station last heard of it."""

    __tablename__ = "clocks"

    name: Mapped[str] = mapped_column(String(16), primary_key=True)
    day: Mapped[Day]


def running(session: Session) -> RunningRow:
    """What is known; 0 seconds of no machine before the first look."""
    return row_or_blank(session, RunningRow(id=ONLY, boot="", seconds=0, total=0))


def edit_running(session: Session) -> RunningRow:
    """The row, to be changed in the transaction of `session`."""
    return row_to_edit(session, RunningRow(id=ONLY, boot="", seconds=0, total=0))


def days(session: Session) -> dict[str, str]:
    """By the name of the clock, the date that it showed last."""
    return {row.name: row.day for row in session.scalars(select(ClockRow))}


def keep(session: Session, name: str, day: str) -> None:
    """The clock `name` showed `day`."""
    session.merge(ClockRow(name=name, day=day))
