"""Errors in questionnaires."""

from __future__ import annotations

from typing import ClassVar

from testimony.errors import N_, Kind, TestimonyError


class QuestionnaireUnreadable(TestimonyError):
    """A file that is not opened as a questionnaire. `reason` says why."""

    code = "questionnaire.unreadable"
    kind = Kind.REFUSED
    REASONS: ClassVar[dict[str, str]] = {
        "format": N_("This is no questionnaire as an .xlsx file. Save it as .xlsx and try again; nothing was changed."),
        "old": N_(
            "This is an old Excel file or one with a password. Save it as .xlsx without a password and try again; "
            "nothing was changed."
        ),
        "damaged": N_("This questionnaire is damaged and cannot be read. Save it again; nothing was changed."),
        "size": N_(
            "This questionnaire is larger than any that people can be asked. Keep the sheets survey, choices and "
            "settings alone; nothing was changed."
        ),
        "macros": N_("This questionnaire holds macros. Save it as .xlsx without them; nothing was changed."),
        "entities": N_(
            "This questionnaire holds instructions that no spreadsheet program writes. Do not use it; nothing was "
            "changed."
        ),
    }

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason
        self.sentence = self.REASONS[reason]


class QuestionnaireRefused(TestimonyError):
    code = "questionnaire.refused"
    kind = Kind.REFUSED
    sentence = N_("This questionnaire cannot be used; what to change: %(problems)s. Nothing was changed.")
