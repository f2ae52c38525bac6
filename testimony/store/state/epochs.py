"""Log epochs: this station's current one, which changes when its database is restored, and those that centrals left."""

from __future__ import annotations

from sqlalchemy.orm import Mapped, Session, mapped_column

from testimony.store.models.base import ONLY, Base, Id, Kid, Singleton, row_or_blank, row_to_edit


class StationEpochRow(Singleton, Base):
    """One row. An epoch is 32 hex digits, others after the database was restored or copied."""

    __tablename__ = "station_epoch"

    epoch: Mapped[Id | None]
    unserved: Mapped[Id | None]  # at central: the epoch since which readers wait; null while they are served


class LeftEpochRow(Base):
    """An epoch that a central was in before, and said by its signature that it left."""

    __tablename__ = "left_epochs"

    epoch: Mapped[Id] = mapped_column(primary_key=True)
    central: Mapped[Kid]


def read(session: Session) -> StationEpochRow:
    """What is known of this station's own."""
    return row_or_blank(session, StationEpochRow(id=ONLY))


def edit(session: Session) -> StationEpochRow:
    """The row, to be changed in the transaction of `session`."""
    return row_to_edit(session, StationEpochRow(id=ONLY))


def is_left(session: Session, epoch: str) -> bool:
    """Whether some central has left `epoch`."""
    return session.get(LeftEpochRow, epoch) is not None


def add_left(session: Session, epoch: str, central: str) -> None:
    """Remember that `central` (kid) has left `epoch`."""
    session.merge(LeftEpochRow(epoch=epoch, central=central))
