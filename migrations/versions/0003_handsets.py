"""Which phone a share key went to, and whose keys were used on it: a lost one may have been borrowed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "handsets",
        sa.Column("handset", sa.String(length=32), nullable=False),
        sa.Column("device", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("handset", "device", name=op.f("pk_handsets")),
    )
    op.add_column("share_keys", sa.Column("handset", sa.String(length=32), nullable=True))


def downgrade() -> None:
    op.drop_column("share_keys", "handset")
    op.drop_table("handsets")
