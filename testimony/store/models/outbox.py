"""The outbox: records that wait for central's receipt, central's refusals, and partial deliveries."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import BigInteger, Index, Integer, SmallInteger, String, delete, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from testimony.store.models.base import ONLY, Base, Day, Sha256, Singleton

URGENT, ORDINARY, UNAWAITED = 0, 1, 2
"""Withdrawals go first. What is about testimonies that were destroyed here before central had them goes last: central
may refuse it, so nobody waits for a receipt.
"""


class OutboxRow(Base):
    """A record that came in here and its way to central."""

    __tablename__ = "outbox"

    record: Mapped[str] = mapped_column(String(64), primary_key=True)
    urgency: Mapped[int] = mapped_column(SmallInteger)
    arrival: Mapped[int] = mapped_column(Integer)
    delivered: Mapped[bool]
    dropped: Mapped[bool]
    text_delivered: Mapped[bool]  # central signed for the text, if not for the media yet
    pieces_there: Mapped[int] = mapped_column(Integer)  # of media, as central last said: to be shown, proof of nothing
    signed_for: Mapped[Day | None]  # when central's receipt for all of it came; None: not yet, or before this was kept

    __table_args__ = (Index(None, "delivered", "dropped", "urgency", "arrival"),)


class OutboxStateRow(Singleton, Base):
    """One row: on `day` central was told of the records that are here in part and arrived up to `arrival`."""

    __tablename__ = "outbox_state"

    day: Mapped[Day]
    arrival: Mapped[int] = mapped_column(BigInteger)


class OutboxRefusalRow(Base):
    """A record that waits and that central refuses. `day`: the first on which it did so by this `rule`."""

    __tablename__ = "outbox_refusals"

    record: Mapped[Sha256] = mapped_column(primary_key=True)
    day: Mapped[Day]
    rule: Mapped[str] = mapped_column(String(32))


def said_in_part(session: Session, day: str) -> int:
    """The arrival up to which central was told on `day` of records that are here in part; 0 where it was not."""
    row = session.get(OutboxStateRow, ONLY)
    return row.arrival if row is not None and row.day == day else 0


def keep_in_part(session: Session, day: str, arrival: int) -> None:
    """Central was told on `day` of those up to `arrival`."""
    session.merge(OutboxStateRow(id=ONLY, day=day, arrival=arrival))


def forget_in_part(session: Session) -> None:
    """Record that central was told of none."""
    session.execute(delete(OutboxStateRow))


def stop_waiting(session: Session, records: Collection[str]) -> None:
    """Go on offering these `records`, and wait for no receipt."""
    wanted = (OutboxRow.record.in_(list(records)), OutboxRow.delivered.is_(False))
    session.execute(update(OutboxRow).where(*wanted).values(urgency=UNAWAITED))


def unawaited(session: Session) -> set[str]:
    """The records that are offered and that nobody waits for."""
    return set(session.scalars(select(OutboxRow.record).where(OutboxRow.urgency == UNAWAITED)))


def refusals(session: Session) -> Sequence[OutboxRefusalRow]:
    """All that are known."""
    return session.scalars(select(OutboxRefusalRow)).all()


def keep_refusal(session: Session, record: str, day: str, rule: str) -> None:
    """Write by which `rule` central refuses `record` since `day`."""
    session.merge(OutboxRefusalRow(record=record, day=day, rule=rule))


def remove_refusals(session: Session, records: Collection[str]) -> None:
    """Forget those of `records`."""
    session.execute(delete(OutboxRefusalRow).where(OutboxRefusalRow.record.in_(records)))
