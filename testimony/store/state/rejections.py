"""Counts of objects that this station refused, by sender, day and rule."""

from __future__ import annotations

from sqlalchemy import String, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from testimony.store.models.base import Base, Day


class RejectionCountRow(Base):
    """The number of objects on `day` by `rule`. `sender`: the sending station's kid; "" counts all senders."""

    __tablename__ = "rejection_counts"

    sender: Mapped[str] = mapped_column(String(16), primary_key=True)
    day: Mapped[Day] = mapped_column(primary_key=True)
    rule: Mapped[str] = mapped_column(String(32), primary_key=True)
    number: Mapped[int]


def add(session: Session, sender: str, day: str, rule: str, number: int) -> None:
    """Count `number` more."""
    row = session.get(RejectionCountRow, (sender, day, rule))
    if row is None:
        session.add(RejectionCountRow(sender=sender, day=day, rule=rule, number=number))
        session.flush()
    else:
        row.number += number


def counts(session: Session, sender: str) -> list[tuple[str, str, int]]:
    """(day, rule, number) of `sender`, "" for all."""
    columns = select(RejectionCountRow.day, RejectionCountRow.rule, RejectionCountRow.number)
    found = session.execute(columns.where(RejectionCountRow.sender == sender))
    return [(day, rule, number) for day, rule, number in found]


def remove_before(session: Session, sender: str, day: str) -> None:
    """Forget what was counted of `sender` before `day`."""
    old = (RejectionCountRow.sender == sender, RejectionCountRow.day < day)
    session.execute(delete(RejectionCountRow).where(*old))
