"""A station's records about central servers: epoch, how far lawyers have read, forks, and quarantine notices."""

from __future__ import annotations

from sqlalchemy import BigInteger, String, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from testimony.store.models.base import ONLY, Base, Day, Id, Kid, Singleton, row_or_blank, row_to_edit


class CentralRow(Base):
    """A central server, by the kid of its key. A column is null until something is known."""

    __tablename__ = "centrals"

    central: Mapped[Kid] = mapped_column(primary_key=True)
    epoch: Mapped[Id | None]  # in which it was when it was last heard of
    offered: Mapped[Id | None]  # the last epoch in which everything was offered to it
    lawyers_read: Mapped[int | None] = mapped_column(BigInteger)  # entries of its log that some lawyer's desk holds
    forked_since: Mapped[Day | None]  # when it was found that it signed two stories
    fork: Mapped[str | None] = mapped_column(String(16))  # the `log` under which the head of the other is kept


class StandingRow(Singleton, Base):
    """One row, at a node: the status that central reported to it."""

    __tablename__ = "standing"

    quarantined_since: Mapped[Day | None]  # null while it is not marked
    told_size: Mapped[int | None] = mapped_column(BigInteger)  # entries of this node's log that central knew


def read(session: Session, central: str) -> CentralRow:
    """What is known of `central` (kid)."""
    return row_or_blank(session, CentralRow(central=central))


def edit(session: Session, central: str) -> CentralRow:
    """Its row, to be changed in the transaction of `session`."""
    return row_to_edit(session, CentralRow(central=central))


def forget_logs(session: Session) -> None:
    """What was known of the logs of all centrals: how far lawyers have read them, that they forked, and in which epoch
    everything was offered to them.
    """
    session.execute(update(CentralRow).values(offered=None, lawyers_read=None, forked_since=None, fork=None))


def forget_offered(session: Session, mark: str) -> None:
    """Everything is to be offered to all centrals again; `mark` stands in the place of an epoch."""
    session.execute(update(CentralRow).values(offered=mark))


def read_standing(session: Session) -> StandingRow:
    """The status that central reported to this node."""
    return row_or_blank(session, StandingRow(id=ONLY))


def edit_standing(session: Session) -> StandingRow:
    """The row, to be changed in the transaction of `session`."""
    return row_to_edit(session, StandingRow(id=ONLY))
