"""Maintenance state of a station: the last backup, and the results of the last database and file checks."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import String, delete, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from testimony.store.models.base import ONLY, Base, Day, Sha256, Singleton, row_or_blank, row_to_edit


class MaintenanceRow(Singleton, Base):
    """One row. A column is null until something is known."""

    __tablename__ = "maintenance"

    backed_up: Mapped[Day | None]
    checked: Mapped[Day | None]  # the last check of the database file
    unsound: Mapped[bool | None]  # whether that check found something
    rehashed: Mapped[str | None] = mapped_column(String(64))  # the name at which the last share ended
    probe: Mapped[bool | None]  # changed each time that somebody asks whether the database takes a row


class DamagedObjectRow(Base):
    """A head or body that is damaged on this disk. `day`: when that was found."""

    __tablename__ = "damaged_objects"

    name: Mapped[Sha256] = mapped_column(primary_key=True)
    day: Mapped[Day]


_DAMAGED = select(DamagedObjectRow.name)


def read(session: Session) -> MaintenanceRow:
    """What is known."""
    return row_or_blank(session, MaintenanceRow(id=ONLY))


def edit(session: Session) -> MaintenanceRow:
    """The row, to be changed in the transaction of `session`."""
    return row_to_edit(session, MaintenanceRow(id=ONLY))


def damaged(session: Session) -> set[str]:
    """The names of all damaged heads and bodies."""
    return set(session.scalars(_DAMAGED))


def count_damaged(session: Session) -> int:
    """How many those are."""
    return session.execute(select(func.count()).select_from(DamagedObjectRow)).scalar_one()


def add_damaged(session: Session, name: str, day: str) -> None:
    """Remember that `name` was found damaged on `day`."""
    session.merge(DamagedObjectRow(name=name, day=day))


def remove_damaged(session: Session, names: Collection[str]) -> None:
    """Forget these."""
    session.execute(delete(DamagedObjectRow).where(DamagedObjectRow.name.in_(names)))
