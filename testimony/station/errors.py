"""Errors in a station's home."""

from __future__ import annotations

from testimony.errors import N_, Kind, TestimonyError
from testimony.store.errors import StoreDamaged


class StoreGone(StoreDamaged):
    code = "store.gone"
    kind = Kind.FAULT
    sentence = N_(
        "The database of %(folder)s is gone, or empty. None was made in its place: restore the last backup, then "
        "synchronise."
    )


class ShredKeysGone(StoreDamaged):
    code = "store.keys_gone"
    kind = Kind.FAULT
    sentence = N_(
        "The shred keys of %(folder)s are gone, and without them every head in it is noise. None were made in their "
        "place: put the newest copy of shred.keys back, or restore the last backup."
    )


class HomeTaken(TestimonyError):
    code = "home.taken"
    kind = Kind.FAULT
    sentence = N_("A station lives in %(folder)s already. Choose an empty folder; nothing was changed.")


class HomeUnfit(TestimonyError):
    code = "home.unfit"
    kind = Kind.FAULT
    sentence = N_(
        "The folder %(folder)s is on a network drive or a stick (%(kind)s). Locks and access rights do not hold there. "
        "Choose a folder on the disk of this machine; nothing was changed."
    )


class StationKeyless(TestimonyError):
    code = "station.keyless"
    kind = Kind.FAULT
    sentence = N_("This station has no signing key of its own. Do this at a field node or at the central server.")


class NonceSpent(TestimonyError):
    code = "nonce.spent"
    kind = Kind.FORBIDDEN
    sentence = N_("This request was used already or is too old. Load the page again and repeat it.")


class StationWaiting(TestimonyError):
    code = "enrolment.waiting"
    kind = Kind.FAULT
    sentence = N_(
        "This station waits to be admitted. Read its words to headquarters (`testimony station show`), then bring it "
        "the bundle with `testimony station join`."
    )
