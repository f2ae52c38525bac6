"""Until which month each testimony is kept."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "kept",
        sa.Column("tid", sa.String(32), nullable=False),
        sa.Column("until", sa.String(7), nullable=True),
        sa.PrimaryKeyConstraint("tid", name=op.f("pk_kept")),
    )
    op.create_index(op.f("ix_kept_until"), "kept", ["until"])


def downgrade() -> None:
    op.drop_table("kept")
