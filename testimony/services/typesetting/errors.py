"""Errors of setting a document as a PDF."""

from __future__ import annotations

from typing import ClassVar

from testimony.errors import N_, Kind, TestimonyError


class CaseFileUnset(TestimonyError):
    """The PDF of a case file could not be set; `reason` says why."""

    code = "casefile.unset"
    kind = Kind.CONFLICT
    REASONS: ClassVar[dict[str, str]] = {
        "absent": N_("The program that sets case files is not installed on this computer. Run “make run” once online."),
        "large": N_("This case file is too large. Make several with fewer testimonies."),
        "slow": N_("Setting this case file took too long. Make several with fewer testimonies."),
        "failed": N_("This case file could not be set. Nothing was made; please report it."),
    }

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason
        self.sentence = self.REASONS[reason]
