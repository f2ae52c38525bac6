"""Records and their objects, tombstones, receipts, logs, accounts, sessions, outbox."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "deliveries",
        sa.Column("tid", sa.String(length=32), nullable=False),
        sa.Column("node", sa.String(length=16), nullable=False),
        sa.PrimaryKeyConstraint("tid", "node", name=op.f("pk_deliveries")),
    )
    op.create_table(
        "facts",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("value", sa.String(length=128), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_facts")),
    )
    op.create_table(
        "locked_seeds",
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("person", name=op.f("pk_locked_seeds")),
    )
    op.create_table(
        "log_heads",
        sa.Column("log", sa.String(length=16), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("checkpoint", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("log", name=op.f("pk_log_heads")),
    )
    op.create_table(
        "log_leaves",
        sa.Column("log", sa.String(length=16), nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("leaf", sa.LargeBinary(length=32), nullable=False),
        sa.Column("entry", sa.LargeBinary(), nullable=True),
        sa.Column("kind", sa.String(length=16), nullable=True),
        sa.Column("ref", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("log", "no", "leaf", name=op.f("pk_log_leaves")),
    )
    op.create_index(op.f("ix_log_leaves_log_ref"), "log_leaves", ["log", "ref"], unique=False)
    op.create_table(
        "log_nodes",
        sa.Column("log", sa.String(length=16), nullable=False),
        sa.Column("level", sa.SmallInteger(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("log", "level", "place", "hash", name=op.f("pk_log_nodes")),
    )
    op.create_table(
        "objects",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("record", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.String(length=32), nullable=False),
        sa.Column("part", sa.String(length=64), nullable=False),
        sa.Column("audience", sa.String(length=32), nullable=True),
        sa.Column("length", sa.Integer(), nullable=True),
        sa.Column("held", sa.SmallInteger(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("name", "record", name=op.f("pk_objects")),
    )
    op.create_index(op.f("ix_objects_record"), "objects", ["record"], unique=False)
    op.create_table(
        "outbox",
        sa.Column("record", sa.String(length=64), nullable=False),
        sa.Column("urgency", sa.SmallInteger(), nullable=False),
        sa.Column("arrival", sa.Integer(), nullable=False),
        sa.Column("delivered", sa.Boolean(), nullable=False),
        sa.Column("dropped", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("record", name=op.f("pk_outbox")),
    )
    op.create_index(
        op.f("ix_outbox_delivered_dropped_urgency_arrival"),
        "outbox",
        ["delivered", "dropped", "urgency", "arrival"],
        unique=False,
    )
    op.create_table(
        "receipts",
        sa.Column("record", sa.String(length=64), nullable=False),
        sa.Column("station", sa.String(length=16), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("record", "station", name=op.f("pk_receipts")),
    )
    op.create_table(
        "records",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.String(length=32), nullable=True),
        sa.Column("signer", sa.String(length=16), nullable=False),
        sa.Column("arrival", sa.Integer(), nullable=False),
        sa.Column("received", sa.String(length=10), nullable=False),
        sa.Column("progress", sa.SmallInteger(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_records")),
    )
    op.create_index(op.f("ix_records_arrival"), "records", ["arrival"], unique=False)
    op.create_index(op.f("ix_records_kind_arrival"), "records", ["kind", "arrival"], unique=False)
    op.create_index(op.f("ix_records_subject"), "records", ["subject"], unique=False)
    op.create_table(
        "refusals",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("signer", sa.String(length=16), nullable=False),
        sa.Column("record", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refusals")),
    )
    op.create_index(op.f("ix_refusals_day"), "refusals", ["day"], unique=False)
    op.create_table(
        "sessions",
        sa.Column("token", sa.String(length=64), nullable=False),
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.Column("kid", sa.String(length=16), nullable=False),
        sa.Column("boot", sa.String(length=64), nullable=False),
        sa.Column("started", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_sessions")),
    )
    op.create_table(
        "tombstones",
        sa.Column("subject", sa.String(length=32), nullable=False),
        sa.Column("withdrawal", sa.String(length=64), nullable=False),
        sa.Column("shredded", sa.Boolean(), nullable=False),
        sa.Column("swept", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("subject", name=op.f("pk_tombstones")),
    )
    op.create_index(op.f("ix_tombstones_swept"), "tombstones", ["swept"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_tombstones_swept"), table_name="tombstones")
    op.drop_table("tombstones")
    op.drop_table("sessions")
    op.drop_index(op.f("ix_refusals_day"), table_name="refusals")
    op.drop_table("refusals")
    op.drop_index(op.f("ix_records_subject"), table_name="records")
    op.drop_index(op.f("ix_records_kind_arrival"), table_name="records")
    op.drop_index(op.f("ix_records_arrival"), table_name="records")
    op.drop_table("records")
    op.drop_table("receipts")
    op.drop_index(op.f("ix_outbox_delivered_dropped_urgency_arrival"), table_name="outbox")
    op.drop_table("outbox")
    op.drop_index(op.f("ix_objects_record"), table_name="objects")
    op.drop_table("objects")
    op.drop_table("log_nodes")
    op.drop_index(op.f("ix_log_leaves_log_ref"), table_name="log_leaves")
    op.drop_table("log_leaves")
    op.drop_table("log_heads")
    op.drop_table("locked_seeds")
    op.drop_table("facts")
    op.drop_table("deliveries")
