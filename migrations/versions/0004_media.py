"""Pieces of media beside the text: which objects they are, and how far an outbox has got with each."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

INCOMPLETE, TEXT = 0, 5  # of `store.models.records.Progress`


def upgrade() -> None:
    op.add_column("objects", sa.Column("media", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute(
        "UPDATE objects SET media = TRUE WHERE part LIKE 'media-%' AND record IN "
        "(SELECT name FROM records WHERE kind = 'manifest')"
    )
    op.create_index(
        op.f("ix_objects_media_record"),
        "objects",
        ["media", "record"],
        unique=False,
        sqlite_where=sa.text("media = 1"),
        postgresql_where=sa.text("media"),
    )
    op.add_column("outbox", sa.Column("text_delivered", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute("UPDATE outbox SET text_delivered = delivered")
    op.add_column("outbox", sa.Column("pieces_there", sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    """What was signed for without its media counts as incomplete again, as it does to the older program."""
    op.execute(f"DELETE FROM receipts WHERE record IN (SELECT name FROM records WHERE progress = {TEXT})")  # noqa: S608
    op.execute(f"UPDATE records SET progress = {INCOMPLETE} WHERE progress = {TEXT}")  # noqa: S608
    op.drop_column("outbox", "pieces_there")
    op.drop_column("outbox", "text_delivered")
    op.drop_index(op.f("ix_objects_media_record"), table_name="objects")
    op.drop_column("objects", "media")
