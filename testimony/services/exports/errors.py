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
        "second": N_("An export needs a second lawyer here. Propose it first. Nothing was exported."),
        "programs": N_("Exports need a second lawyer here, so programs read no testimonies. No data was sent."),
        "alone": N_("There is no second lawyer in this organisation. Nothing was written down."),
        "free": N_("One lawyer is enough for an export already. Nothing was written down."),
        "unknown": N_("There is no such proposal for you. Look at the list again; nothing was done."),
        "changed": N_("This is not what was proposed. Look at the list again; nothing was written down."),
        "twice": N_("You proposed this. Another lawyer approves it at their own desk. Nothing was written down."),
        "approved": N_("This is approved already. Nothing was written down."),
        "waiting": N_("A second lawyer has not approved this export yet. Nothing was exported."),
        "declined": N_("This proposal was refused. Nothing was done."),
        "expired": N_("This proposal has expired. Propose it again. Nothing was done."),
        "sealed": N_("This file was not sealed for you at a desk, or it is damaged. Nothing was opened."),
    }

    def __init__(self, reason: str, **values: object) -> None:
        super().__init__(**values)
        self.reason = reason
        self.sentence = self.REASONS[reason]
        self.field = "sure" if reason == "unconfirmed" else ""
