"""Errors of making a submission."""

from __future__ import annotations

from typing import ClassVar

from testimony.errors import N_, Kind, TestimonyError


class SubmissionRefused(TestimonyError):
    """A sheet, annexes or a covering note were not made; `reason` says why."""

    code = "submission.refused"
    kind = Kind.CONFLICT
    REASONS: ClassVar[dict[str, str]] = {
        "kind": N_("Choose a sheet, annexes or a covering note. Nothing was made."),
        "language": N_(
            "Sheets, annexes and covering notes are made in English, French or Spanish. Choose one of them."
        ),
        "mandate": N_("A sheet is for a case before the United Nations. Choose such a case, or make annexes."),
        "part": N_("Only a sheet has parts for a letter to the State and for a public report. Nothing was made."),
        "fields": N_("Only a sheet has fields to copy. Nothing was made."),
        "few": N_("A covering note counts three testimonies at least. Choose more."),
    }

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason
        self.sentence = self.REASONS[reason]
