"""Batches that come to central in chunks."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "uploads",
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("asker", sa.String(16), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("name", "asker", "start", name=op.f("pk_uploads")),
    )
    op.create_index(op.f("ix_uploads_asker"), "uploads", ["asker"])


def downgrade() -> None:
    """What was under way comes again, whole."""
    op.drop_table("uploads")
