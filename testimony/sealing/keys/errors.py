"""Errors of key files, passphrases, shares and codes."""

from __future__ import annotations

from testimony.errors import N_, Kind, TestimonyError

SHARE_SENTENCES = {
    "count": N_("A share has 33 words, and %(found)s were typed. Compare with the paper, number by number."),
    "word": N_("These words are not in the list of shares, by their numbers: %(places)s. Compare them with the paper."),
    "checksum": N_(
        "The words do not fit together: at least one is another word of the list, or two changed places. Compare all "
        "of them with the paper, number by number."
    ),
    "other": N_(
        "This is a share of something else than a recovery key of three out of five. Look for the right sheet."
    ),
    "few": N_("It takes three different shares. Type the next one."),
    "duplicate": N_("The same share was typed twice. It takes three different ones, with three different numbers."),
    "mixed": N_(
        "These shares come from two different ceremonies and do not fit together. Compare the day and the name of the "
        "set on the sheets."
    ),
    "wrong": N_("Each share is in itself right, but together they give no key. Look for sheets of the same ceremony."),
    "key": N_(
        "The three shares fit together and give another key than the one that is wanted here. Look for the sheets of "
        "the right ceremony."
    ),
}


class ShareRefused(TestimonyError):
    """Shares of the recovery key that do not give it; `reason` is a key of `SHARE_SENTENCES`. It holds no word."""

    code = "share.refused"
    kind = Kind.REFUSED

    def __init__(self, reason: str, **values: object) -> None:
        super().__init__(**values)
        self.reason = reason
        self.sentence = SHARE_SENTENCES[reason]


class WithdrawalCodeWrong(TestimonyError):
    code = "withdrawal.code"
    kind = Kind.FORBIDDEN
    sentence = N_("This is not a withdrawal code. Read the 25 digits again, one group at a time.")
