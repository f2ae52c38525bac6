"""Errors when a reader opens a part."""

from __future__ import annotations

from typing import ClassVar

from testimony.errors import N_, Kind, TestimonyError
from testimony.sealing.errors import OPENING_SENTENCES, CannotOpen

ENDED, NOT_AGREED, UNREAD = "consent_ended", "not_agreed", "consent_unread"
"""Why the witness's consent keeps a part closed to a reader whose key would open it."""
CLOSED_SENTENCES = {
    **OPENING_SENTENCES,
    "withdrawn": N_("This part was taken back or erased. You cannot open it any more."),
    ENDED: N_("The witness's consent to read this has ended. It opens again if the witness agrees again."),
    NOT_AGREED: N_("The witness does not agree that you read this. It opens if the witness agrees later."),
    UNREAD: N_("The consent to this cannot be read, so this stays closed. Synchronise, then open it again."),
}
"""Why a part stays closed at a desk: the codes of the format, that its head was deleted here, and the consent."""


class NotPermitted(CannotOpen):
    """The consent of the day does not allow it, whether the key would open it or not."""

    SENTENCES = CLOSED_SENTENCES


class KeyFileForeign(TestimonyError):
    code = "keyfile.foreign"
    kind = Kind.FORBIDDEN
    sentence = N_(
        "This key belongs to nobody in this organisation's roster. Use the key file that you were given for it."
    )


class KeyRevoked(TestimonyError):
    """The key belongs to a reader who left or got another one. `no`: the last roster in which it was active."""

    code = "keyfile.revoked"
    kind = Kind.FORBIDDEN
    sentence = N_(
        "Headquarters ended this key: roster %(no)s was the last that named it. It opens nothing on this desk any "
        "more, and nothing new is sealed to it. If that is a mistake, call your coordinator."
    )

    def __init__(self, *, no: int) -> None:
        super().__init__(no=no)


class PictureUnreadable(TestimonyError):
    """The decoder gave no picture; `reason` says why."""

    code = "picture.unreadable"
    kind = Kind.CONFLICT
    REASONS: ClassVar[dict[str, str]] = {
        "damaged": N_("This picture breaks off or is damaged, so it cannot be shown. Its bytes are kept as they came."),
        "large": N_("This picture would unpack to more than 25 million dots, so it was not opened."),
        "mixed": N_("Behind this picture the file holds something else, so it was not opened. Report it."),
        "foreign": N_("This file calls itself a picture and is none, so it was not opened. Report it."),
        "slow": N_("This picture took too long to open, so it was given up."),
        "open": N_("On this computer the decoder of pictures cannot be locked down, so no picture is opened."),
    }

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason
        self.sentence = self.REASONS[reason]


class MediumUnknown(TestimonyError):
    code = "media.unknown"
    kind = Kind.UNKNOWN
    sentence = N_("There is no such recording, picture or file in this testimony.")


class FileAltered(TestimonyError):
    code = "media.file"
    kind = Kind.CONFLICT
    sentence = N_(
        "This file is not the one that the phone noted: its SHA-256 is another. Do not rely on it; report it."
    )


class PieceLacking(TestimonyError):
    code = "media.lacking"
    kind = Kind.CONFLICT
    sentence = N_("Piece %(piece)s of %(pieces)s has not arrived here yet. Fetch again later; the others are good.")


class PieceAltered(TestimonyError):
    code = "media.altered"
    kind = Kind.CONFLICT
    sentence = N_(
        "Piece %(piece)s of %(pieces)s was changed or damaged. Do not rely on it; report it. The others can be used."
    )


class TestimonyUnknown(TestimonyError):
    code = "testimony.unknown"
    kind = Kind.UNKNOWN
    sentence = N_("The testimony %(tid)s is not held here. Check its number, or synchronise first.")


class KeyFileUnnamed(TestimonyError):
    code = "keyfile.unnamed"
    kind = Kind.FORBIDDEN
    sentence = N_("No key file is named here. Use the folder of a desk, or name a reader's key file with --key-file.")


class KeyFileMissing(TestimonyError):
    code = "keyfile.missing"
    kind = Kind.CONFLICT
    sentence = N_("There is no key file at %(file)s. Put your copy of the key file there, then try again.")


class KeyNotForDesk(TestimonyError):
    code = "keyfile.role"
    kind = Kind.FORBIDDEN
    sentence = N_("This key is not a lawyer's or a coordinator's. A desk opens with one of theirs only.")
