"""Errors of published tables."""

from __future__ import annotations

from typing import ClassVar

from testimony.errors import N_, Kind, TestimonyError


class TablesRefused(TestimonyError):
    """Published tables that must not be made so; `reason` says why. Nothing was written and nothing leaves."""

    code = "tables.refused"
    kind = Kind.CONFLICT
    REASONS: ClassVar[dict[str, str]] = {
        "period": N_(
            "This is no period. Write a month (2026-03), a quarter (2026-Q1), a year (2026) or until 2026-03."
        ),
        "early": N_("This period is not over. Publish its tables after its last day."),
        "small": N_("This period has too few accounts for a file. They are counted in the next longer period."),
        "unplanned": N_("The plan of this year has no tables for such a period. Publish the next longer one."),
        "border": N_("An account tells of a border that is not on the list of borders. Ask a lawyer to correct it."),
        "two": N_("A cell has a published number already, and this is another one. Nothing is published."),
        "recount": N_("Too little changed to count this period again without showing who changed. It stays as it is."),
    }

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason
        self.sentence = self.REASONS[reason]
