"""Errors of making a case file."""

from __future__ import annotations

from typing import ClassVar

from testimony.errors import N_, Kind, TestimonyError


class CaseFileRefused(TestimonyError):
    """A case file was not made; `reason` says why."""

    code = "casefile.refused"
    kind = Kind.CONFLICT
    REASONS: ClassVar[dict[str, str]] = {
        "role": N_("Lawyers make case files. Nothing was made."),
        "none": N_("Choose at least one testimony. Nothing was made."),
        "many": N_("A case file holds fifty testimonies at most. Make several."),
        "purpose": N_("A case file is for a complaint or a court, or for a case before the United Nations."),
        "language": N_("There is no case file in this language."),
        "consent": N_("Consent does not cover this use today for every testimony. Nothing was made."),
        "marks": N_("The texts changed since words were marked in them. Open the page anew; nothing was made."),
        "person": N_(
            "A name belongs to a person of the roster and has at most 100 characters. Correct it; nothing was made."
        ),
        "beside": N_(
            "Words were marked in a translation from the interview and none in its original. Mark them there too; "
            "nothing was made."
        ),
    }

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason
        self.sentence = self.REASONS[reason]
