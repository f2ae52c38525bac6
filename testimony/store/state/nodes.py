"""Central's records of field nodes: their instance ids, quarantine, and reported status."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import BigInteger, String, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from testimony.store.models.base import Base, Day, Id, Kid, Sha256, row_or_blank, row_to_edit


class NodeRow(Base):
    """A node, by the kid of its key. A column is null until something is known."""

    __tablename__ = "nodes"

    node: Mapped[Kid] = mapped_column(primary_key=True)
    incarnation: Mapped[Id | None]  # the one that counts
    quarantine: Mapped[str | None] = mapped_column(String(16))  # why it is marked; null while it is not
    quarantined_since: Mapped[Day | None]
    offered: Mapped[Id | None]  # the epoch of central in which it has offered everything that it keeps


class NodeIncarnationRow(Base):
    """One incarnation of a node: the furthest head of its log, and when it was first and last heard of."""

    __tablename__ = "node_incarnations"

    node: Mapped[Kid] = mapped_column(primary_key=True)
    incarnation: Mapped[Id] = mapped_column(primary_key=True)
    size: Mapped[int] = mapped_column(BigInteger)
    root: Mapped[Sha256]
    first: Mapped[Day]
    last: Mapped[Day]


class NodeStateRow(Base):
    """How a node stood when it was last heard of. Null: it did not say.

    `carried`: reported by USB stick, written on `day`. `clock`: minutes by which its clock is ahead of central's.
    `waiting`: records. `media`, `free`, `floor`: millions of bytes.
    """

    __tablename__ = "node_states"

    node: Mapped[Kid] = mapped_column(primary_key=True)
    day: Mapped[Day]
    carried: Mapped[bool]
    clock: Mapped[int | None]
    waiting: Mapped[int | None]
    media: Mapped[int | None]
    free: Mapped[int | None]
    floor: Mapped[int | None]


class NodeSoftwareRow(Base):
    """What a node has. Null: it did not say. `until`: the last day of its certificate, as it says it."""

    __tablename__ = "node_software"

    node: Mapped[Kid] = mapped_column(primary_key=True)
    software: Mapped[str | None] = mapped_column(String(20))
    form: Mapped[str | None] = mapped_column(String(20))
    until: Mapped[str | None] = mapped_column(String(20))
    roster: Mapped[int | None]
    wordings: Mapped[int | None]


class NodeGapsRow(Base):
    """How many records of central's log a node lacks, when it last said so itself. Null: it did not say."""

    __tablename__ = "node_gaps"

    node: Mapped[Kid] = mapped_column(primary_key=True)
    lacking: Mapped[int | None]


def read(session: Session, node: str) -> NodeRow:
    """What is known of `node` (kid)."""
    return row_or_blank(session, NodeRow(node=node))


def edit(session: Session, node: str) -> NodeRow:
    """Its row, to be changed in the transaction of `session`."""
    return row_to_edit(session, NodeRow(node=node))


def incarnations(session: Session, node: str) -> Sequence[NodeIncarnationRow]:
    """The instances of `node`, the most recent one last."""
    of_node = select(NodeIncarnationRow).where(NodeIncarnationRow.node == node)
    by_day = (NodeIncarnationRow.last, NodeIncarnationRow.first, NodeIncarnationRow.incarnation)
    return session.scalars(of_node.order_by(*by_day)).all()


def keep_incarnation(session: Session, row: NodeIncarnationRow) -> None:
    """Write `row` in the place of what was known of this incarnation."""
    session.merge(row)
    session.flush()


def remove_incarnation(session: Session, node: str, incarnation: str) -> None:
    """Forget this one."""
    this = (NodeIncarnationRow.node == node, NodeIncarnationRow.incarnation == incarnation)
    session.execute(delete(NodeIncarnationRow).where(*this))


def state(session: Session, node: str) -> NodeStateRow | None:
    """How `node` stood; None before it was heard of."""
    return session.get(NodeStateRow, node)


def software(session: Session, node: str) -> NodeSoftwareRow | None:
    """What `node` has; None before it said so."""
    return session.get(NodeSoftwareRow, node)


def lacking(session: Session, node: str) -> int | None:
    """How many records `node` lacks; None if it did not say."""
    row = session.get(NodeGapsRow, node)
    return None if row is None else row.lacking
