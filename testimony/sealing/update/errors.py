"""Errors of updates of the program."""

from __future__ import annotations

from typing import ClassVar

from testimony.errors import Kind, TestimonyError


class UpdateRefused(TestimonyError):
    """An update was not made, not installed or not undone; `reason` is a key of `REASONS`. Only the command line shows
    it."""

    code = "update.refused"
    kind = Kind.REFUSED
    REASONS: ClassVar[dict[str, str]] = {
        # the file
        "structure": (
            "%(file)s is not an update of this program, or it was cut off. Copy it again; nothing was changed."
        ),
        "newer": (
            "A newer version describes its updates in another way. Install the version in between first; nothing was "
            "changed."
        ),
        "altered": "%(member)s in this update is not what was signed. Copy the file again; nothing was changed.",
        "signature": (
            "Fewer than two of the three release keys signed this update as it stands. Do not use it, and report it; "
            "nothing was changed."
        ),
        "keys": (
            "This program was built without release keys, so it cannot tell whose update this is. Install the new "
            "version by hand (docs/updating.md); nothing was changed."
        ),
        # what runs
        "older": (
            "This update brings version %(version)s, and %(running)s runs here. Take a newer one; nothing was changed."
        ),
        "too far": (
            "This update needs version %(earliest)s or newer, and %(running)s runs here. Install the version "
            "in between first; nothing was changed."
        ),
        "tables": (
            "The database here is of a newer version (%(revision)s) than the one in this update. Take a newer update; "
            "nothing was changed."
        ),
        "system": (
            "This update is for %(offered)s, and this machine has %(here)s. Take the one for this system; nothing was "
            "changed."
        ),
        "runs": "The station in %(folder)s runs. Stop it, then try again; nothing was changed.",
        "busy": "Another update is under way in %(folder)s. Wait until it has ended; nothing was changed.",
        "room": (
            "The update needs %(wanted)s MB on the disk of %(folder)s, and %(free)s MB are free. Make room, then try "
            "again; nothing was changed."
        ),
        "nothing": "No update waits in %(folder)s. Name the file of one; nothing was changed.",
        "role": "Only central hands updates on. Name the folder of central, or apply the update here.",
        # what came of it
        "install": (
            "The new version could not be installed: %(said)s. The station goes on with version %(running)s; nothing "
            "was changed."
        ),
        "trial": (
            "Version %(version)s did not start with a copy of this station: %(said)s. The station goes on with version "
            "%(running)s; nothing was changed."
        ),
        "start": (
            "Version %(version)s did not start: %(said)s. The station is back at version %(running)s, and nothing was "
            "lost."
        ),
        "stuck": (
            "Version %(version)s did not start, and the database could not be brought back. Restore the backup that "
            "was made before the update, with version %(running)s (docs/backup.md)."
        ),
        "backup": (
            "The backup before the update is not whole: %(said)s. Repair that first (docs/backup.md); nothing was "
            "changed."
        ),
        # back
        "first": "No earlier version is kept here. Nothing was changed.",
        "gone": "Version %(version)s is not whole here any more. Nothing was changed.",
        "data": (
            "Version %(version)s has no room for what was written since the update (%(tables)s). Going back would lose "
            "it, so nothing was changed."
        ),
        # making one
        "wheel": "There must be one wheel of this program in %(folder)s. Nothing was written.",
        "name": "%(file)s cannot be in an update: only wheels can. Nothing was written.",
        "files": "%(folder)s does not hold the files that the statement names: %(member)s. Nothing was signed.",
        "statements": "These statements are about different updates. Take copies of one; nothing was written.",
        "notes": "The notes must have from 1 to 4000 characters. Nothing was written.",
        "key": "This key file holds none of the three release keys. Take another one; nothing was signed.",
        "list": (
            "These lists of release keys are not valid: each must name three keys, and two keys of the list before it "
            "must sign it. Nothing was written."
        ),
    }

    def __init__(self, reason: str, **values: object) -> None:
        super().__init__(**values)
        self.reason = reason
        self.sentence = self.REASONS[reason]
