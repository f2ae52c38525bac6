"""Which sentences interviewers say are wrong, and how often."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "wrong_sentences",
        sa.Column("node", sa.String(16), nullable=False),
        sa.Column("lang", sa.String(16), nullable=False),
        sa.Column("sentence", sa.String(129), nullable=False),
        sa.Column("text", sa.String(64), nullable=False),
        sa.Column("marks", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("node", "lang", "sentence", "text", name=op.f("pk_wrong_sentences")),
    )


def downgrade() -> None:
    op.drop_table("wrong_sentences")
