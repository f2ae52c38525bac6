"""Errors found in an archive."""

from __future__ import annotations

from typing import ClassVar

from testimony.errors import N_, Kind, TestimonyError


class ArchiveUnreadable(TestimonyError):
    """A file that is no archive, or no whole one; `reason` is the second word of a finding's code."""

    code = "archive.unreadable"
    kind = Kind.MALFORMED
    REASONS: ClassVar[dict[str, str]] = {
        "not": N_("This is not an archive of testimonies."),
        "truncated": N_("This file is cut off, or something was put behind it. Ask for it again."),
        "form": N_(
            "This file is not put together as archives are. Somebody changed it, or wrote it with another tool."
        ),
        "large": N_("Something in this file is larger than an archive allows."),
        "damaged": N_("A file in this archive is damaged. Ask for the archive again."),
        "newer": N_("This archive was made by a newer version. Get a newer verifier, then check it again."),
    }

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason
        self.sentence = self.REASONS[reason]
