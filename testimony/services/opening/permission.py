"""What one reader may open of a testimony on one day, by the witness's consent of that day.

`services.consent.permissions` makes it. Every function that opens anything but the consent itself asks for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from testimony.errors import N_
from testimony.sealing.errors import OPENING_SENTENCES, CannotOpen

ENDED, NOT_AGREED, UNREAD = "consent_ended", "not_agreed", "consent_unread"
"""Why a part stays closed to a reader whose key would open it."""


class NotPermitted(CannotOpen):
    """The key would open it, and the consent of that day does not allow it."""

    SENTENCES: ClassVar[Mapping[str, str]] = OPENING_SENTENCES | {
        ENDED: N_("The witness's consent to read this has ended. It opens again if the witness agrees again."),
        NOT_AGREED: N_("The witness does not agree that you read this. It opens if the witness agrees later."),
        UNREAD: N_(
            "The consent of this testimony cannot be read, so this stays closed. Synchronise, then open it again."
        ),
    }


SENTENCES = NotPermitted.SENTENCES
"""For each code of a closed part, what to tell the reader."""


@dataclass(frozen=True, kw_only=True)
class Permission:
    """`closed`: why the witness's consent keeps a compartment (or one kind of media) closed, by its name."""

    closed: Mapping[str, str]

    def require(self, *names: str) -> None:
        """Raise `NotPermitted` if one of these compartments or kinds of media is closed."""
        for name in names:
            if reason := self.closed.get(name):
                raise NotPermitted(reason)
