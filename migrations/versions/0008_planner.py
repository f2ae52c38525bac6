"""What SQLite's planner has to know: few records are about one subject, very many of one kind, and few logs are long.

Without statistics it takes every index to be as good as any other, and reads all records of a kind, or a whole log,
where it should look up a few: taking in a batch then costs the more the longer the log is. A server has its own.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

STATISTICS = {
    ("records", "sqlite_autoindex_records_1"): "1000000 1",
    ("records", "ix_records_subject"): "1000000 2",
    ("records", "ix_records_arrival"): "1000000 1",
    ("records", "ix_records_kind_arrival"): "1000000 200000 1",
    ("log_leaves", "sqlite_autoindex_log_leaves_1"): "1000000 500000 1 1",
    ("log_leaves", "ix_log_leaves_log_ref"): "1000000 500000 2",
    ("log_nodes", "sqlite_autoindex_log_nodes_1"): "1000000 500000 50000 1 1",
}
"""As `ANALYZE` writes them (sqlite.org/fileformat2.html, 2.6.3): rows, then rows that share the first column, …"""
FORGET = "DELETE FROM sqlite_stat1 WHERE tbl IN ('records', 'log_leaves', 'log_nodes')"


def upgrade() -> None:
    connection = op.get_bind()
    if connection.dialect.name != "sqlite":
        return
    connection.execute(sa.text("ANALYZE alembic_version"))  # makes the table of statistics; the smallest table will do
    connection.execute(sa.text(FORGET))
    connection.execute(
        sa.text("INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES (:tbl, :idx, :stat)"),
        [{"tbl": table, "idx": index, "stat": stat} for (table, index), stat in STATISTICS.items()],
    )
    connection.execute(sa.text("ANALYZE sqlite_master"))  # reads them again


def downgrade() -> None:
    connection = op.get_bind()
    if connection.dialect.name == "sqlite":
        connection.execute(sa.text(FORGET))
        connection.execute(sa.text("ANALYZE sqlite_master"))
