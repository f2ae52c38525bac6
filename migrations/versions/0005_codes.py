"""Testimonies by the public key of the witness's code, for withdrawals that bring the code alone."""

from __future__ import annotations

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    codes = op.create_table(
        "codes",
        sa.Column("record", sa.String(64), nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("tid", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("record", name=op.f("pk_codes")),
    )
    op.create_index(op.f("ix_codes_key"), "codes", ["key"], unique=False)
    found = op.get_bind().execute(sa.text("SELECT name, data FROM records WHERE kind = 'manifest'")).all()
    rows = [{"record": name, **said} for name, data in found if (said := _code_in(data))]
    if rows:
        op.bulk_insert(codes, rows)


def _code_in(envelope: Any) -> dict[str, str] | None:
    """None for a testimony without a code, one that is shredded, and a copy that is damaged and so served to nobody."""
    try:
        value = json.loads(json.loads(envelope)["record"])
        key, tid = value["withdraw"], value["tid"]
    except (ValueError, TypeError, KeyError):
        return None
    return {"key": key, "tid": tid} if key else None


def downgrade() -> None:
    """A withdrawal that waits for a testimony with its key is nothing that the older program knows."""
    op.execute("DELETE FROM receipts WHERE record IN (SELECT name FROM records WHERE kind = 'withdraw-early')")
    op.execute("DELETE FROM outbox WHERE record IN (SELECT name FROM records WHERE kind = 'withdraw-early')")
    op.execute("DELETE FROM records WHERE kind = 'withdraw-early'")
    op.drop_table("codes")
