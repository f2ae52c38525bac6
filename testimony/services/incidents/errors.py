"""Errors of linking testimonies."""

from __future__ import annotations

from typing import ClassVar

from testimony.errors import N_, Kind, TestimonyError


class IncidentRefused(TestimonyError):
    """A change to an incident or a person was not recorded at a desk; `reason` says why."""

    code = "incident.act"
    kind = Kind.CONFLICT
    REASONS: ClassVar[dict[str, str]] = {
        "role": N_("Lawyers say which accounts belong together. Nothing was written down."),
        "gone": N_("This testimony is withdrawn or set aside. Nothing more is said about it."),
        "unknown": N_("There is no such incident here. Look at the list again; nothing was written down."),
        "itself": N_("Choose another one: nothing belongs together with itself. Nothing was written down."),
        "none": N_("Choose the accounts that you looked at. Nothing was written down."),
        "count": N_("A count is two whole numbers, the first not above the second. Nothing was written down."),
        "title": N_("A working title is at most 120 characters. Nothing was written down."),
    }

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason
        self.sentence = self.REASONS[reason]
