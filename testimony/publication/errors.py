"""Errors for a release that is not fit for its recipient, and for a file of tables that cannot be read."""

from __future__ import annotations

from typing import ClassVar

from testimony.errors import N_, Kind, TestimonyError


class EditionUnfit(TestimonyError):
    """A table that cannot become a release, or bytes that are the table of none."""

    code = "edition.unfit"
    kind = Kind.CONFLICT
    sentence = N_("This table cannot become a release: its check would fail (%(what)s). Nothing was made; report it.")


class TablesFileUnreadable(TestimonyError):
    """Bytes that are no file of published tables, or not as it was published; `reason` says which."""

    code = "tables.file"
    kind = Kind.MALFORMED
    REASONS: ClassVar[dict[str, str]] = {
        "not": N_("This is no file of published tables as it was published. Ask for the zip file, and open that."),
        "changed": N_("This file of published tables is damaged or was changed. Do not use it; ask for it again."),
        "newer": N_("A newer version wrote this file of published tables. Update the program, then try again."),
    }

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason
        self.sentence = self.REASONS[reason]
