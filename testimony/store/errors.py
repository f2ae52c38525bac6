"""Errors of databases, disks, buckets and removable media."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from testimony.errors import N_, Kind, TestimonyError


class StoreLocked(TestimonyError):
    code = "store.locked"
    kind = Kind.BUSY
    sentence = N_("Another program is using the database. Close it, then try again; nothing was lost.")


class StoreStopping(TestimonyError):
    code = "store.stopping"
    kind = Kind.BUSY
    sentence = N_("This station is being stopped. Try again when it runs again; nothing was lost.")


class StoreUnwritable(TestimonyError):
    code = "store.unwritable"
    kind = Kind.FAULT
    sentence = N_("The folder %(folder)s cannot be written. Give this user the right to write there, then start again.")


class StoreFull(TestimonyError):
    code = "store.full"
    kind = Kind.FULL
    sentence = N_("The disk is full. Free some space, then try again; nothing was half stored.")


class StoreFileTooLarge(StoreFull):
    code = "store.too_large"
    kind = Kind.FULL
    sentence = N_(
        "The disk or stick takes no file of this size: FAT32 takes none over 4 GB. Use one with exFAT or another file "
        "system; nothing was half stored."
    )


class StoreDamaged(TestimonyError):
    code = "store.damaged"
    kind = Kind.FAULT
    sentence = N_("The database in %(folder)s is damaged. Do not use it; restore the last backup, then synchronise.")


class StoreFailing(TestimonyError):
    code = "store.failing"
    kind = Kind.FAULT
    sentence = N_("The disk did not take the data. Nothing was acknowledged; check the disk or card, then try again.")


class BucketFailing(StoreFailing):
    code = "bucket.failing"
    kind = Kind.FAULT
    sentence = N_(
        "The object store said that it keeps bodies and does not give them back as they were, or not let go of them. "
        "This station acknowledged nothing; check the object store, then try again."
    )


class BucketSilent(BucketFailing):
    code = "bucket.silent"
    kind = Kind.BUSY
    sentence = N_(
        "The object store that keeps the bodies does not answer, or too slowly. Nothing was acknowledged; start it or "
        "mend the way to it, then try again."
    )


class BucketRefused(BucketFailing):
    code = "bucket.refused"
    kind = Kind.FAULT
    sentence = N_(
        "The object store refuses this station the bucket %(bucket)s. Check its name, the credentials in the "
        "environment of the service and what they allow; nothing was acknowledged."
    )


class BucketFull(StoreFull):
    code = "bucket.full"
    kind = Kind.FULL
    sentence = N_(
        "The object store that keeps the bodies is full. Make room there, then try again; nothing was acknowledged."
    )


class StoreNewer(TestimonyError):
    code = "store.newer"
    kind = Kind.FAULT
    sentence = N_("The database was made by a newer version of this program. Update the program; nothing was changed.")


class StoreUnreachable(TestimonyError):
    code = "store.unreachable"
    kind = Kind.BUSY
    sentence = N_("The database server does not answer. Start it or correct its address, then try again.")


class StoreClosed(TestimonyError):
    code = "store.closed"
    kind = Kind.FAULT
    sentence = N_(
        "The database server does not let this station in. Correct the user, the password and the database in its "
        "address, then try again."
    )


class StoreCrowded(TestimonyError):
    code = "store.crowded"
    kind = Kind.BUSY
    sentence = N_("Every connection to the database is in use. Nothing was acknowledged; try again in a moment.")


class StoreSlow(TestimonyError):
    code = "store.slow"
    kind = Kind.BUSY
    sentence = N_("The database server took too long and broke the work off. Nothing was acknowledged; try again.")


class StoreUnconfirmed(TestimonyError):
    """A commit that the server did not confirm in time: what it took may be there when it comes back, and may not."""

    code = "store.unconfirmed"
    kind = Kind.BUSY
    sentence = N_(
        "The database server does not confirm what it was given: its standby or its disk does not answer. Nothing was "
        "acknowledged; bring the standby back, then try again."
    )


class StoreStandby(StoreUnwritable):
    """Also where an operator set the primary to read only."""

    code = "store.standby"
    kind = Kind.BUSY
    sentence = N_("The database server takes no data at present: it is a standby. Nothing was acknowledged; try again.")


class StoreDriverMissing(TestimonyError):
    code = "store.driver"
    kind = Kind.FAULT
    sentence = N_(
        "The database of this station is on a PostgreSQL server, and the driver for it, psycopg, is not installed. "
        "Install it, then start again."
    )


class PartMissing(TestimonyError):
    code = "part.missing"
    kind = Kind.UNKNOWN
    sentence = N_("This part is not held here. Synchronise, then try again.")


class PartDamaged(TestimonyError):
    code = "part.damaged"
    kind = Kind.FAULT
    sentence = N_(
        "A stored part was damaged on the disk. Check the disk, and fetch the part again from another station."
    )


class StickRefused(TestimonyError):
    """A USB stick, or a folder in its place, cannot be written or read; `reason` says why.

    `written`: names of the files that were written whole before, which the sentence of a full stick names.
    """

    code = "stick.refused"
    kind = Kind.CONFLICT
    REASONS: ClassVar[dict[str, str]] = {
        "full": N_(
            "The stick is full. Nothing was written on it, and nothing was lost. Delete something from it or use an "
            "empty one, then write again."
        ),
        "readonly": N_("This stick cannot be written. Unlock its switch or use another one; nothing was lost."),
        "gone": N_("The stick is not there any more. Put it back in and begin again; nothing was lost."),
        "damaged": N_(
            "What was read back from the stick is not what was written. Do not use this stick; nothing was lost."
        ),
        "folder": N_("There is no such folder. Choose one that is there."),
        "nothing": N_("There is no file for this station on the stick. Choose another one."),
        "busy": N_("A stick is being written or read already. Wait until that is done."),
        "split": N_(
            "The largest file must be from 2 to 4095 MiB: no file system of a stick holds larger ones everywhere."
        ),
    }

    FULL: ClassVar[str] = N_(
        "The stick is full. Whole on it: %(files)s. What is not on it waits here. Bring this stick to where it goes "
        "first, and write again when the answer is here; or write everything on a larger stick."
    )

    def __init__(self, reason: str, written: Sequence[str] = ()) -> None:
        super().__init__()
        self.reason = reason
        self.sentence = self.REASONS[reason]
        if reason == "full" and written:
            self.sentence, self.values = self.FULL, {"files": ", ".join(written)}
