"""What needs a person at central and who has seen it; and an index that counts arrivals without reading them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "alarms",
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("about", sa.String(64), nullable=False),
        sa.Column("handle", sa.String(32), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("gone", sa.BigInteger(), nullable=True),
        sa.Column("seen", sa.BigInteger(), nullable=True),
        sa.Column("seen_by", sa.String(32), nullable=False),
        sa.Column("told", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "about", name=op.f("pk_alarms")),
    )
    op.create_index(
        op.f("ix_records_kind_subject_received_progress"), "records", ["kind", "subject", "received", "progress"]
    )


def downgrade() -> None:
    """They are found again by a program that knows them."""
    op.drop_index(op.f("ix_records_kind_subject_received_progress"), table_name="records")
    op.drop_table("alarms")
