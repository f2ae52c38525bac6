"""Proposals of the next roster, which people make in central's pages and the roots sign elsewhere."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "roster_proposals",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("by", sa.String(32), nullable=False),
        sa.Column("at", sa.String(17), nullable=False),
        sa.Column("wishes", sa.LargeBinary(), nullable=False),
        sa.Column("record", sa.LargeBinary(), nullable=False),
        sa.Column("closed_by", sa.String(32), nullable=False),
        sa.Column("closed_at", sa.String(17), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roster_proposals")),
    )


def downgrade() -> None:
    """What was proposed and not published is forgotten; nothing that counts is lost."""
    op.drop_table("roster_proposals")
