"""Errors of a proposal of the next roster, and of the confirmation that one is the newest."""

from __future__ import annotations

from typing import ClassVar

from testimony.errors import N_, Kind, TestimonyError


class ProposalUnknown(TestimonyError):
    code = "proposal.unknown"
    kind = Kind.UNKNOWN
    sentence = N_("There is no such proposal. It was taken back, or the address is wrong.")


class ConfirmationRefused(TestimonyError):
    """The list of readers is not confirmed by this key now; `reason` says why. The command line alone says it."""

    code = "roster.confirmation"
    kind = Kind.REFUSED
    REASONS: ClassVar[dict[str, str]] = {
        "unnamed": (
            "The roster in force does not name this key among those that confirm the list of readers. Ask headquarters "
            "to sign a roster that does (docs/freshness.md)."
        ),
        "behind": (
            "Roster number %(number)s is in force, and this desk does not have it. Synchronise first: the list of "
            "readers here is not the newest."
        ),
    }

    def __init__(self, reason: str, **values: object) -> None:
        super().__init__(**values)
        self.reason = reason
        self.sentence = self.REASONS[reason]
