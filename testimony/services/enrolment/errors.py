"""Errors of creating an organisation or a station."""

from __future__ import annotations

from testimony.errors import N_, Kind, TestimonyError


class PassphraseRefused(TestimonyError):
    """A new passphrase was refused. `reason` is a key of `PASSPHRASE_SENTENCES`."""

    code = "passphrase.refused"
    kind = Kind.REFUSED

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason
        self.sentence = PASSPHRASE_SENTENCES[reason]


PASSPHRASE_SENTENCES = {
    "again": N_("The two passphrases are not the same. Type it once more; nothing was changed."),
    "guessable": N_(
        "This passphrase is too easy to guess: a person who has the file can try as often as they like. Take the "
        "proposed words, or several words that have nothing to do with each other."
    ),
    "long": N_("A passphrase has at most 256 characters. Take a shorter one."),
    "spaces": N_("Put one space between two words, and no other kind of gap. Nothing was changed."),
    "same": N_("This is the old passphrase. Take another one; nothing was changed."),
}


class PlanWrong(TestimonyError):
    code = "organisation.plan"
    kind = Kind.REFUSED
    sentence = N_("This organisation cannot work: %(what)s. Nothing was made.")
