"""Errors of correcting or clearing codes."""

from __future__ import annotations

from typing import ClassVar

from testimony.errors import N_, Kind, TestimonyError


class ClearingRefused(TestimonyError):
    """A coordinator's clearance was not recorded; `reason` says why."""

    code = "clearing.act"
    kind = Kind.CONFLICT
    REASONS: ClassVar[dict[str, str]] = {
        "role": N_("Coordinators clear what no lawyer can open. Nothing was written down."),
        "gone": N_("This testimony is withdrawn or set aside. Nothing was written down."),
        "closed": N_("This testimony does not open at this desk, or may not be counted. Nothing was written down."),
        "lawyer": N_("A lawyer can open this testimony. Let two lawyers clear it; nothing was written down."),
        "twice": N_("You cleared it already. Another coordinator must clear it too. Nothing was written down."),
    }

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason
        self.sentence = self.REASONS[reason]


class CodingRefused(TestimonyError):
    """A change to the codes of a testimony was not recorded; `reason` says why."""

    code = "coding.act"
    kind = Kind.CONFLICT
    REASONS: ClassVar[dict[str, str]] = {
        "role": N_("Lawyers code here. Nothing was written down."),
        "gone": N_("This testimony is withdrawn or set aside. Nothing about its codes is written down any more."),
        "field": N_("This is no question of the coded pass. Nothing was written down."),
        "form": N_("The form with which this was asked is not on this computer. Install it here, then correct."),
        "value": N_("Choose an answer that the form has. Nothing was written down."),
        "reason": N_("Choose why. Nothing was written down."),
        "changed": N_("Somebody else corrected this meanwhile. Open the page again; nothing was written down."),
        "passage": N_("The page does not fit the account any more. Open it again; nothing was written down."),
    }

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason
        self.sentence = self.REASONS[reason]
