"""A coordinator desk's local state of the ledger of releases: the last accepted entry, and the batches sent."""

from __future__ import annotations

from sqlalchemy.orm import Mapped, Session, mapped_column

from testimony.store.models.base import ONLY, Base, Id, Sha256, Singleton, row_or_blank, row_to_edit


class LedgerRow(Singleton, Base):
    """One row. `accepted`: the record of the last entry that this desk accepted."""

    __tablename__ = "ledger"

    accepted: Mapped[Sha256 | None]


class DepartureRow(Base):
    """A batch that the reader of this desk let leave, and in which incarnation of the desk."""

    __tablename__ = "departures"

    batch: Mapped[Id] = mapped_column(primary_key=True)
    incarnation: Mapped[Id]


def read(session: Session) -> LedgerRow:
    """What is known."""
    return row_or_blank(session, LedgerRow(id=ONLY))


def edit(session: Session) -> LedgerRow:
    """The row, to be changed in the transaction of `session`."""
    return row_to_edit(session, LedgerRow(id=ONLY))


def let_leave(session: Session, batch: str, incarnation: str) -> None:
    """Remember that `batch` was let leave in this `incarnation`."""
    session.merge(DepartureRow(batch=batch, incarnation=incarnation))


def left_in(session: Session, batch: str) -> str:
    """The incarnation in which `batch` was let leave; "" where it was not."""
    row = session.get(DepartureRow, batch)
    return "" if row is None else row.incarnation
