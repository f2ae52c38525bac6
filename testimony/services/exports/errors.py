"""Errors of exporting testimonies at a desk."""

from __future__ import annotations

from typing import ClassVar

from testimony.errors import N_, Kind, TestimonyError


class ExportRefused(TestimonyError):
    """An export was refused; `reason` says why. Nothing was written."""

    code = "export.refused"
    kind = Kind.CONFLICT
    REASONS: ClassVar[dict[str, str]] = {
        "role": N_("Only a lawyer exports testimonies. Nothing was made."),
        "use": N_("Choose the use for which you export. Nothing was made."),
        "form": N_("Choose the kind of file. Nothing was made."),
        "nothing": N_("No testimony here may be used for this today. Nothing was made."),
        "large": N_("These are more testimonies than fit into one export. Export fewer at a time. Nothing was made."),
        "unconfirmed": N_("You did not confirm that the file is to be readable by everybody. Nothing was made."),
        "sealed": N_("This is no file that a desk sealed for you, or it is damaged. Nothing was opened."),
    }

    def __init__(self, reason: str, **values: object) -> None:
        super().__init__(**values)
        self.reason = reason
        self.sentence = self.REASONS[reason]
