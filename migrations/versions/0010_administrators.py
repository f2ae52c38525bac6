"""People who open central's pages in their browser: accounts, keys, links, sessions, tries, and what they did."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "admin_accounts",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("name", sa.String(32), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("made", sa.String(10), nullable=False),
        sa.Column("password", sa.LargeBinary(), nullable=True),
        sa.Column("totp", sa.LargeBinary(), nullable=True),
        sa.Column("step", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_admin_accounts")),
        sa.UniqueConstraint("name", name=op.f("uq_admin_accounts_name")),
    )
    op.create_table(
        "admin_keys",
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("account", sa.String(32), nullable=False),
        sa.Column("public", sa.LargeBinary(), nullable=False),
        sa.Column("counter", sa.BigInteger(), nullable=False),
        sa.Column("added", sa.String(10), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_admin_keys")),
    )
    op.create_index(op.f("ix_admin_keys_account"), "admin_keys", ["account"])
    op.create_table(
        "admin_links",
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("account", sa.String(32), nullable=False),
        sa.Column("made", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_admin_links")),
    )
    op.create_index(op.f("ix_admin_links_account"), "admin_links", ["account"])
    op.create_table(
        "admin_sessions",
        sa.Column("token", sa.String(64), nullable=False),
        sa.Column("handle", sa.String(32), nullable=False),
        sa.Column("account", sa.String(32), nullable=False),
        sa.Column("link", sa.String(64), nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("boot", sa.String(64), nullable=False),
        sa.Column("started", sa.Float(), nullable=False),
        sa.Column("used", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_admin_sessions")),
    )
    op.create_index(op.f("ix_admin_sessions_account"), "admin_sessions", ["account"])
    op.create_table(
        "admin_tries",
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("known", sa.Boolean(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("boot", sa.String(64), nullable=False),
        sa.Column("since", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_admin_tries")),
    )
    op.create_table(
        "admin_acts",
        sa.Column("number", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("at", sa.String(17), nullable=False),
        sa.Column("by", sa.String(32), nullable=False),
        sa.Column("act", sa.String(32), nullable=False),
        sa.Column("about", sa.String(64), nullable=False),
        sa.Column("name", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_admin_acts")),
    )


def downgrade() -> None:
    """Central's pages open with the token that is printed at start, as before."""
    for table in ("admin_acts", "admin_tries", "admin_sessions", "admin_links", "admin_keys", "admin_accounts"):
        op.drop_table(table)
