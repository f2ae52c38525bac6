"""Errors of exporting testimonies at a desk."""

from __future__ import annotations

from typing import ClassVar

from testimony.errors import N_, Kind, TestimonyError


class ExportRefused(TestimonyError):
    """An export was refused; `reason` says why. Nothing was written."""

    code = "export.refused"
    kind = Kind.CONFLICT
    REASONS: ClassVar[dict[str, str]] = {
        "role": N_("Only a lawyer can export testimonies. Nothing was exported."),
        "use": N_("Choose the use that you export for. Nothing was exported."),
        "none": N_("Choose at least one testimony. Nothing was exported."),
        "form": N_("Choose the kind of file. Nothing was exported."),
        "nothing": N_("No testimony here may be used for this today. Nothing was exported."),
        "large": N_("There are too many testimonies for one export. Export fewer at a time. Nothing was exported."),
        "unconfirmed": N_("You did not confirm that anyone can read the file. Nothing was exported."),
        "sealed": N_("This file was not sealed for you at a desk, or it is damaged. Nothing was opened."),
    }

    def __init__(self, reason: str, **values: object) -> None:
        super().__init__(**values)
        self.reason = reason
        self.sentence = self.REASONS[reason]
        self.field = "sure" if reason == "unconfirmed" else ""
