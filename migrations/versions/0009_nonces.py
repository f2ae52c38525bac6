"""Nonces that were used, for several servers of one station."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "used_nonces",
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("by", sa.String(16), nullable=False),
        sa.Column("used", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_used_nonces")),
    )
    op.create_index(op.f("ix_used_nonces_by"), "used_nonces", ["by"])
    op.create_index(op.f("ix_used_nonces_used"), "used_nonces", ["used"])


def downgrade() -> None:
    """Who holds a nonce asks for another; those that were used are too old in ten minutes."""
    op.drop_table("used_nonces")
