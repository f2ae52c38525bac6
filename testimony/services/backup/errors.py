"""Errors of backing up and restoring a station."""

from __future__ import annotations

from typing import ClassVar

from testimony.errors import Kind, TestimonyError


class BackupRefused(TestimonyError):
    """A backup was not made or not restored; `reason` says which rule. Only the command line shows it."""

    code = "backup.refused"
    kind = Kind.FAULT
    REASONS: ClassVar[dict[str, str]] = {
        "within": "A backup cannot lie in the station's own folder. Choose a folder on another disk.",
        "together": (
            "The shred keys must not lie in the backup, or it brings back what is withdrawn. Choose another place."
        ),
        "taken": "%(folder)s holds something else than a backup of this station. Choose an empty folder.",
        "none": "There is no whole backup in %(folder)s. Look for the folder with backup.json; nothing was changed.",
        "newer": "This backup was made by a newer version. Update this program; nothing was changed.",
        "damaged": "%(file)s of this backup is missing or damaged. Use another backup; nothing was changed.",
        "keys": (
            "Without the shred keys every head in this backup is noise. Give their copy with --shred-keys, or say "
            "--without-keys: then all heads count as not arrived, and who still has them brings them again."
        ),
        "signer": (
            "This backup holds no key of the station. Give its copy with --station-key, or enrol a new station; "
            "nothing was changed."
        ),
        "file": "%(file)s cannot be used for this: it is missing or damaged. Nothing was changed.",
        "open": "Another program has the station in %(folder)s open. Stop it, then try again; nothing was changed.",
        "database": (
            "The database there has tables already. Make an empty one, or empty this one; nothing was changed."
        ),
        "recipients": "Say with --recipient or --recipients-file who can open the backup; nothing was written.",
        "other": "%(file)s is something else than a sealed backup. Choose another name; nothing was written.",
        "unread": "The disk gave back something else than was written. Use another disk; %(file)s was not kept.",
        "torn": "%(file)s is no whole backup: cut off or damaged. Use another one; nothing was changed.",
        "key": (
            "This key does not open this backup. Give the key file of somebody whom it was sealed to; nothing was "
            "changed."
        ),
        "empty": "A sealed backup is restored into an empty folder. Leave --over out; nothing was changed.",
        "folder": "A folder is not sealed to anybody. Say --to FILE, or leave the recipients out; nothing was written.",
        "sealed": "%(file)s is sealed. Give with --key what opens it; nothing was changed.",
        "role": "Only central has its database on a server. Restore without the address of one; nothing was changed.",
    }

    def __init__(self, reason: str, **values: object) -> None:
        super().__init__(**values)
        self.reason = reason
        self.sentence = self.REASONS[reason]
