"""Suspensions with the day on which they destroy, contests of them, and what stations say that they destroyed."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

COMPLETE = 1  # of `store.models.records.Progress`
SUSPENDED = 4  # of `store.models.records.Held`
PATIENCE = timedelta(days=14)


def upgrade() -> None:
    suspensions = op.create_table(
        "suspensions",
        sa.Column("withdrawal", sa.String(64), nullable=False),
        sa.Column("subject", sa.String(32), nullable=False),
        sa.Column("signer", sa.String(16), nullable=False),
        sa.Column("whole", sa.Boolean(), nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("due", sa.String(10), nullable=True),
        sa.Column("standing", sa.SmallInteger(), nullable=False),
        sa.PrimaryKeyConstraint("withdrawal", name=op.f("pk_suspensions")),
    )
    op.create_index(op.f("ix_suspensions_subject"), "suspensions", ["subject"])
    op.create_index(op.f("ix_suspensions_standing_due"), "suspensions", ["standing", "due"])
    op.create_index(op.f("ix_suspensions_signer_day"), "suspensions", ["signer", "day"])
    op.create_table(
        "contests",
        sa.Column("record", sa.String(64), nullable=False),
        sa.Column("withdrawal", sa.String(64), nullable=False),
        sa.Column("signer", sa.String(16), nullable=False),
        sa.PrimaryKeyConstraint("record", name=op.f("pk_contests")),
    )
    op.create_index(op.f("ix_contests_withdrawal"), "contests", ["withdrawal"])
    op.create_table(
        "destroyed",
        sa.Column("withdrawal", sa.String(64), nullable=False),
        sa.Column("station", sa.String(16), nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("record", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("withdrawal", "station", name=op.f("pk_destroyed")),
    )
    _keep_what_is_suspended(suspensions)


def downgrade() -> None:
    op.drop_table("destroyed")
    op.drop_table("contests")
    op.drop_table("suspensions")


def _keep_what_is_suspended(suspensions: sa.Table) -> None:
    """Workers' withdrawals from before: nobody could contest them yet, so their two weeks begin today."""
    today = datetime.now(UTC).date()
    connection = op.get_bind()
    whole = sa.text(
        "SELECT r.name, r.subject, r.signer, r.data FROM records r JOIN tombstones t ON t.withdrawal = r.name "
        "WHERE t.shredded = FALSE"
    )
    heads = sa.text(
        "SELECT r.name, r.subject, r.signer, r.data FROM records r WHERE r.kind = 'withdraw' "
        "AND r.progress = :complete "
        "AND EXISTS (SELECT 1 FROM objects o WHERE o.subject = r.subject AND o.held = :suspended)"
    ).bindparams(complete=COMPLETE, suspended=SUSPENDED)
    found = {row.name: row for row in (*connection.execute(whole).all(), *connection.execute(heads).all())}
    rows = [
        {
            "withdrawal": row.name,
            "subject": row.subject,
            "signer": row.signer,
            "whole": scope == "all",
            "day": today.isoformat(),
            "due": (today + PATIENCE).isoformat(),
            "standing": 0,
        }
        for row in found.values()
        if (scope := json.loads(json.loads(row.data)["record"])["scope"]) == "all" or _is_held_back(row.name, found)
    ]
    if rows:
        op.bulk_insert(suspensions, rows)


def _is_held_back(name: str, found: dict[str, sa.Row]) -> bool:
    """Whether some head that the withdrawal names is suspended: those of a code's are deleted."""
    scope = json.loads(json.loads(found[name].data)["record"])["scope"]
    named = sa.text("SELECT 1 FROM objects WHERE held = :suspended AND name IN :scope").bindparams(
        sa.bindparam("scope", expanding=True), suspended=SUSPENDED
    )
    return op.get_bind().execute(named, {"scope": scope}).first() is not None
