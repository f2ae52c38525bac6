"""Errors of backing up and restoring a station."""

from __future__ import annotations

from typing import ClassVar

from testimony.errors import N_, Kind, TestimonyError


class BackupRefused(TestimonyError):
    """A backup was not made or not restored; `reason` says which rule.

    The sentences that the page of backups shows too are marked for translation.
    """

    code = "backup.refused"
    kind = Kind.FAULT
    REASONS: ClassVar[dict[str, str]] = {
        "within": "A backup cannot lie in the station's own folder. Choose a folder on another disk.",
        "together": N_(
            "The shred keys must not lie in the backup, or it brings back what is withdrawn. Choose another place."
        ),
        "taken": "%(folder)s holds something else than a backup of this station. Choose an empty folder.",
        "none": "There is no whole backup in %(folder)s. Look for the folder with backup.json; nothing was changed.",
        "newer": N_("This backup was made by a newer version. Update this program; nothing was changed."),
        "damaged": "%(file)s of this backup is missing or damaged. Use another backup; nothing was changed.",
        "keys": (
            "Without the shred keys every head in this backup is noise. Give their copy with --shred-keys, or say "
            "--without-keys: then all heads count as not arrived, and who still has them brings them again."
        ),
        "other keys": (
            "No shred key in %(file)s belongs to this backup. Give the copy that belongs to it, or say --without-keys; "
            "nothing was changed."
        ),
        "signer": (
            "This backup holds no key of the station %(name)s. Give a copy of its station.key with --station-key. "
            "Without one, hand its testimonies to another station with `testimony hand-over`; nothing was changed."
        ),
        "locked": (
            "The key file in this backup is sealed. Give with --key the key file that opens it, or with --station-key "
            "a copy of the station's own; nothing was changed."
        ),
        "stranger": (
            "%(file)s is the key of another station than %(name)s, whose backup this is. Give the station.key of "
            "%(name)s. Without it, hand the testimonies to another station with `testimony hand-over`; nothing was "
            "changed."
        ),
        "keyless": "%(file)s is no key of a station. Give a copy of the station's station.key; nothing was changed.",
        "unlocked": (
            "%(file)s is no key file of a reader that a passphrase locks. Give the reader's key file; nothing was "
            "changed."
        ),
        "absent": "There is no file %(file)s that can be read. Look for it; nothing was changed.",
        "file": "%(file)s is damaged. Use another copy; nothing was changed.",
        "foreign": N_(
            "This backup belongs to another organisation. Use one of this organisation; nothing was changed."
        ),
        "another": (
            "This backup belongs to another station than the one in %(folder)s. Use that station's own backup, or "
            "restore into an empty folder; nothing was changed."
        ),
        "occupied": "There are other files in %(folder)s. Choose an empty folder; nothing was changed.",
        "trial keys": "A backup is tested with its shred keys. Say with --shred-keys where their copy is.",
        "receiver": "A desk takes in no testimonies of a backup. Hand them to a field node or to central.",
        "open": "Another program has the station in %(folder)s open. Stop it, then try again; nothing was changed.",
        "database": (
            "The database there has tables already. Make an empty one, or empty this one; nothing was changed."
        ),
        "recipients": "Say with --recipient or --recipients-file who can open the backup; nothing was written.",
        "other": N_("%(file)s is something else than a sealed backup. Choose another name; nothing was written."),
        "unread": N_("The disk gave back something else than was written. Use another disk; %(file)s was not kept."),
        "torn": N_("%(file)s is no whole backup: cut off or damaged. Use another one; nothing was changed."),
        "key": N_(
            "This key does not open this backup. Give the key file of somebody whom it was sealed to; nothing was "
            "changed."
        ),
        "empty": "A sealed backup is restored into an empty folder. Leave --over out; nothing was changed.",
        "sealed": "%(file)s is sealed. Give with --key what opens it; nothing was changed.",
        "role": "Only central has its database on a server. Restore without the address of one; nothing was changed.",
    }

    def __init__(self, reason: str, **values: object) -> None:
        super().__init__(**values)
        self.reason = reason
        self.sentence = self.REASONS[reason]


class BackupUnready(TestimonyError):
    """The page of backups cannot begin a backup, or its test, with what was chosen; `reason` says why."""

    code = "backup.unready"
    kind = Kind.REFUSED
    REASONS: ClassVar[dict[str, str]] = {
        "same": N_("Choose two different sticks."),
        "together": BackupRefused.REASONS["together"],
        "key": N_("Make a key for the backups first, or name who can open them; nothing was written."),
        "recipients": N_(
            "This station's note of who can open its backups is damaged. Make a key for the backups, or name who can "
            "open them; nothing was changed."
        ),
        "strange": N_(
            "This station did not write the backup or the copy of the shred keys that is there. Choose other sticks, "
            "or restore the station from them first; nothing was changed."
        ),
        "beside": N_(
            "The key file for the backups is on one of these sticks. Keep it on a third one, and choose sticks without "
            "it; nothing was changed."
        ),
        "taken": N_(
            "There is a key file for backups of this station on the stick already. Choose another stick; nothing was "
            "changed."
        ),
        "backup": N_("There is no backup of this station on this stick. Choose the stick with the backup."),
        "copy": N_("The copy of the shred keys is not on this stick. Choose the stick with that copy."),
        "other copy": N_(
            "The copy of the shred keys does not belong to this backup. Choose the stick with the copy that was made "
            "with it; nothing was changed."
        ),
        "older": N_(
            "This backup is of %(day)s, and a newer one was made since. Test the newest one; nothing was changed."
        ),
    }

    def __init__(self, reason: str, **values: object) -> None:
        super().__init__(**values)
        self.reason = reason
        self.sentence = self.REASONS[reason]
