"""How many records each node says that it lacks."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "node_gaps",
        sa.Column("node", sa.String(16), nullable=False),
        sa.Column("lacking", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("node", name=op.f("pk_node_gaps")),
    )


def downgrade() -> None:
    op.drop_table("node_gaps")
