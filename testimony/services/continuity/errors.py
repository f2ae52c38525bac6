"""Errors after a station was restored."""

from __future__ import annotations

from typing import ClassVar

from testimony.errors import N_, Kind, StationBusy, TestimonyError


class CentralRestored(StationBusy):
    """Central has a new epoch, and some field node has not yet offered again what it keeps."""

    code = "sync.restored"
    sentence = N_(
        "The central server was restored from a backup. It serves readers again when every field station has "
        "delivered anew, or when its operator says so. Nothing is lost; try again later."
    )

    def __init__(self, retry_after: int = 600) -> None:
        super().__init__(retry_after)


class MoveRefused(TestimonyError):
    """A restored central is not served as one that was moved; `reason` says why. Only the command line shows it."""

    code = "central.moved"
    kind = Kind.FAULT
    REASONS: ClassVar[dict[str, str]] = {
        "same": "The old and the new central have the same folder or database. Name the old one; nothing was changed.",
        "another": "%(folder)s is not the central server that this one was made from. Nothing was changed.",
        "open": "Another program has the old central in %(folder)s open. Stop it, then try again; nothing was changed.",
        "version": "The old central's tables are of another version. Start it with this program, and back it up anew.",
        "lost": (
            "Not all of %(what)s of the old central is here, so readers wait as after any restoration. Stop the old "
            "one, back it up anew, and restore that; nothing was changed."
        ),
    }

    def __init__(self, reason: str, **values: object) -> None:
        super().__init__(**values)
        self.reason = reason
        self.sentence = self.REASONS[reason]
