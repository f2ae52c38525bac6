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


class UseRefused(TestimonyError):
    """A new use that cannot be proposed as it was typed. `field`: where in the form; `reason` says why."""

    code = "roster.use"
    kind = Kind.REFUSED
    REASONS: ClassVar[dict[str, str]] = {
        "choose": N_("Choose what witnesses are asked for."),
        "asked": N_("Witnesses are asked for this already. Choose another use."),
        "lacking": N_("This is asked only where lawyers may read everything, and the roster does not ask for that."),
        "full": N_("A roster has %(number)s uses at most. Leave one out."),
        "not-un": N_("This belongs to a case before the United Nations. Choose that case above, or clear this."),
        "name": N_("Write the name that witnesses hear."),
        "unnamed": N_("This use is the organisation's own and has no name. Delete the name."),
        "language": N_("Choose a language in which consent can be asked."),
        "long": N_("This has %(number)s characters, and %(most)s fit. Shorten it."),
        "invisible": N_("This holds invisible signs or a line break. Delete it and type it again."),
        "no-letter": N_("This has no letter and no number. Write it in words."),
        "known": N_("A use has this name already. Choose another name."),
        "months": N_("Write a number of months from 1 to %(number)s, or leave this empty."),
        "no-case": N_("Only a case before a court or the United Nations has this. Choose a case above, or clear this."),
        "state": N_("Choose a State from the list."),
        "deadline": N_("Write the date as year, month and day, such as 2027-03-31."),
        "past": N_("This day is over. Correct it, or tick the box below if it is right."),
        "lawyer": N_("%(id)s is no active lawyer of this roster. Choose again."),
    }

    def __init__(self, field: str, reason: str, **values: object) -> None:
        super().__init__(**values)
        self.field = field
        self.reason = reason
        self.sentence = self.REASONS[reason]
