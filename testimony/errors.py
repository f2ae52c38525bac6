"""Base classes of all expected errors: a stable code, a kind, and a sentence that tells the user what to do.

Each package keeps its own errors in its `errors.py`; this module holds the base class and the errors that belong to no
single package. The sentences are message ids: `web/error_handlers.py` shows them in the reader's language. They carry
no witness data.
"""

from __future__ import annotations

import enum
import traceback
from types import TracebackType
from typing import ClassVar


def N_(message: str) -> str:
    """Mark `message` for the catalogue; it is translated where it is shown."""
    return message


class Kind(enum.Enum):
    """What sort of failure an error is. `web/error_handlers.py` has an HTTP status for each.

    `FAULT` is what only the person at the machine can repair; a page then names no folder and no file.
    """

    MALFORMED = enum.auto()
    SIGN_IN = enum.auto()
    FORBIDDEN = enum.auto()
    UNKNOWN = enum.auto()
    CONFLICT = enum.auto()
    GONE = enum.auto()
    TOO_LARGE = enum.auto()
    REFUSED = enum.auto()
    LOCKED = enum.auto()
    THROTTLED = enum.auto()
    FAULT = enum.auto()
    UNREACHED = enum.auto()
    BUSY = enum.auto()
    FULL = enum.auto()


class TestimonyError(Exception):
    """Base of all expected failures. Each class says its `kind`, or inherits it from the error that it refines."""

    __test__ = False  # pytest would collect a class whose name begins with "Test"
    code: ClassVar[str] = "error"
    kind: ClassVar[Kind]
    sentence: str = N_("Something went wrong. Nothing was changed.")

    def __init__(self, **values: object) -> None:
        super().__init__(values)
        self.values = values

    def __str__(self) -> str:
        return self.sentence % self.values if self.values else self.sentence


class NotCanonical(TestimonyError):
    code = "canonical.not"
    kind = Kind.MALFORMED
    sentence = N_("This data is not in the exact form that the format asks for. It was not used.")


class CatalogueMissing(TestimonyError):
    code = "catalogue.missing"
    kind = Kind.FAULT
    sentence = N_("The program is not whole: its sentences in “%(lang)s” are missing. Install it again.")


REFUSAL_RULES = {
    "hash.mismatch": N_("The object is not the one that its name says. Send it again."),
    "size.limit": N_("The object is larger than the format allows."),
    "structure": N_("The record does not have the structure that its kind asks for."),
    "kind.unknown": N_("This station does not know this kind of record. Update it, then send again."),
    "version.newer": N_("The record was made by a newer version. Update this station, then send again."),
    "signature.bad": N_("The signature does not belong to this record and this signer."),
    "signer.unknown": N_("The signer is not in the roster of this organisation."),
    "signer.inactive": N_("The signer is no longer active in the roster."),
    "roster.unknown": N_("The record names a roster that this station does not hold. Synchronise the station first."),
    "roster.older": N_("A newer roster is already in force here."),
    "not.named": N_("No verified manifest names this object."),
    "object.unnamed": N_(
        "Something came that no record names: it was altered on its way, or does not belong here. It was not kept. "
        "What a record lacks is asked for again at each exchange."
    ),
    "not.logged": N_("The central server finds no proof that its log held this record before. It was not taken back."),
    "not.held": N_("This piece of a recording or picture has not arrived there yet. Synchronise again later."),
    "head.lost": N_(
        "The central server lost this with a backup, and no station has given it back. Synchronise every desk that had "
        "it; if none has, ask a lawyer to give access anew."
    ),
    "damaged.here": N_("The copy here is damaged and was not sent. Check the disk; deliver it again from the phone."),
    "container.torn": N_("The delivery broke off here. What came before was taken in; send the rest again."),
    "conflict": N_("Another record with the same number is already held here."),
    "withdrawn": N_("The witness withdrew this testimony. It was not stored."),
    "quota": N_("This station has delivered as much as is taken from it on one day. The rest goes tomorrow."),
    "code.limit": N_("With this code single uses were taken back too often. Take back everything instead."),
    "question.limit": N_("So much was asked and answered about this testimony that no more is taken."),
    "waiting.full": N_("Too many withdrawals wait here for a testimony that has not come. Use another station."),
}


class Refused(TestimonyError):
    """An object that a station does not take in; `rule` is a key of `REFUSAL_RULES`."""

    code = "intake.refused"
    kind = Kind.REFUSED

    def __init__(self, rule: str) -> None:
        super().__init__()
        self.rule = rule
        self.sentence = REFUSAL_RULES[rule]


class NotDelivered(TestimonyError):
    """Base of all reasons why an exchange with another station stopped. What has no receipt stays in the outbox."""

    code = "sync.failed"
    kind = Kind.UNREACHED
    sentence = N_("The exchange with the other station stopped. Nothing was lost; it is tried again later.")


class StationBusy(NotDelivered):
    """The other station cannot write now; it asks to wait `retry_after` seconds."""

    code = "sync.busy"
    kind = Kind.BUSY
    sentence = N_("The other station cannot take anything in now; its store is busy or full. It is tried again later.")

    def __init__(self, retry_after: int) -> None:
        super().__init__()
        self.retry_after = retry_after


class FactUnreadable(TestimonyError):
    code = "store.fact_unreadable"
    kind = Kind.FAULT
    sentence = N_(
        "The database holds “%(name)s”, which this version does not know or cannot read. Nothing was changed: go on "
        "with the version before, and report it."
    )


class HomeMissing(TestimonyError):
    code = "home.missing"
    kind = Kind.FAULT
    sentence = N_("There is no station in %(folder)s. Create one with 'org create' or 'demo', or name another folder.")


class HomeOfAnother(TestimonyError):
    """`folder` belongs to `user`, so that `testimony WORD` cannot open it, or would leave files that they cannot."""

    code = "home.other"
    kind = Kind.FAULT
    sentence = N_(
        "The folder %(folder)s belongs to the user %(user)s. Run this as that user: `sudo -u %(user)s testimony "
        "%(word)s --home %(folder)s`."
    )


class SettingsDamaged(TestimonyError):
    code = "settings.damaged"
    kind = Kind.FAULT
    sentence = N_("The file %(file)s is missing or is not what this program wrote. Restore it from a backup.")


class SettingsNewer(SettingsDamaged):
    code = "settings.newer"
    kind = Kind.FAULT
    sentence = N_("A newer version wrote the settings of this station. Update this program; nothing was changed.")


class SettingUnusable(SettingsDamaged):
    code = "settings.unusable"
    kind = Kind.FAULT
    sentence = N_(
        "The setting %(setting)s has a value that cannot be used. docs/running.md says what may stand there; nothing "
        "was changed."
    )


class BucketMisplaced(SettingsDamaged):
    code = "settings.bucket"
    kind = Kind.FAULT
    sentence = N_(
        "The setting parts_url is for central alone: field stations and desks keep bodies in their own folder, which "
        "needs no network. Take it out of station.json and TESTIMONY_PARTS_URL out of the environment."
    )


def outline(kind: type[BaseException], trace: TracebackType | None) -> str:
    """An exception for the log: its class and where it arose, never its text, which may hold what must not be kept."""
    places = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(trace)]
    return " < ".join([kind.__name__, *reversed(places)])
