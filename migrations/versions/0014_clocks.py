"""Time limits that no single clock ends: running time, others' dates, how sure a start is, and when central signed.

How sure the start of a suspension is that stands already, nobody knows: its running time counts from now on.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "running",
        sa.Column("boot", sa.String(36), nullable=False),
        sa.Column("seconds", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_running_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_running")),
    )
    op.create_table(
        "clocks",
        sa.Column("name", sa.String(16), nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_clocks")),
    )
    op.add_column("outbox", sa.Column("signed_for", sa.String(10), nullable=True))
    op.add_column("suspensions", sa.Column("ran", sa.BigInteger(), server_default="0", nullable=False))
    op.add_column("suspensions", sa.Column("sure", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    op.drop_column("suspensions", "sure")
    op.drop_column("suspensions", "ran")
    op.drop_column("outbox", "signed_for")
    op.drop_table("clocks")
    op.drop_table("running")
