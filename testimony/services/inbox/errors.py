"""Errors of saved views of the list."""

from __future__ import annotations

from typing import ClassVar

from testimony.errors import N_, Kind, TestimonyError


class ViewRefused(TestimonyError):
    """A saved view of the list was not stored, renamed or deleted; `reason` says why."""

    code = "view.refused"
    kind = Kind.CONFLICT
    REASONS: ClassVar[dict[str, str]] = {
        "name": N_("Give the view a name of at most 80 characters. Nothing was kept."),
        "words": N_("These are too many words for a view. Nothing was kept."),
        "many": N_("There are 100 saved views on this computer. Delete one first; nothing was kept."),
        "unknown": N_("This view is not there any more. Nothing was changed."),
    }

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason
        self.sentence = self.REASONS[reason]
