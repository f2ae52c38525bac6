"""The state of a station's link to central: last sync, clocks, speed, and whether media wait."""

from __future__ import annotations

from sqlalchemy import BigInteger
from sqlalchemy.orm import Mapped, Session, mapped_column

from testimony.store.models.base import ONLY, Base, Day, Singleton, row_or_blank, row_to_edit


class LinkStateRow(Singleton, Base):
    """One row. A column is null until something is known."""

    __tablename__ = "link"

    exchanged: Mapped[Day | None]  # the last day on which central's log was read to its end
    clock_ahead: Mapped[int | None]  # minutes by which the own clock was ahead of central's, negative: behind
    bytes_a_second: Mapped[int | None] = mapped_column(BigInteger)  # of the last deliveries
    metered: Mapped[bool | None]  # as the worker last switched it
    media_once: Mapped[bool | None]  # media go with the next exchange although the link is metered


def read(session: Session) -> LinkStateRow:
    """What is known."""
    return row_or_blank(session, LinkStateRow(id=ONLY))


def edit(session: Session) -> LinkStateRow:
    """The row, to be changed in the transaction of `session`."""
    return row_to_edit(session, LinkStateRow(id=ONLY))
