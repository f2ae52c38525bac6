"""Share keys of drafts, and phones that were lost."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "lost_devices",
        sa.Column("device", sa.String(length=64), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.PrimaryKeyConstraint("device", name=op.f("pk_lost_devices")),
    )
    op.create_table(
        "share_keys",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.Column("device", sa.String(length=64), nullable=False),
        sa.Column("made", sa.String(length=10), nullable=False),
        sa.Column("aged", sa.String(length=10), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_share_keys")),
    )


def downgrade() -> None:
    op.drop_table("share_keys")
    op.drop_table("lost_devices")
