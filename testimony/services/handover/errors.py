"""Errors of handing testimonies over and of taking them in."""

from __future__ import annotations

from typing import ClassVar

from testimony.errors import N_, Kind, TestimonyError


class LetterTooLarge(TestimonyError):
    """A file is larger than a page takes; the command takes it. Nothing was changed."""

    code = "handover.large"
    kind = Kind.TOO_LARGE
    sentence = N_(
        "This file is too large for this page. Use the command “testimony handover take”. Nothing was changed."
    )


class HandoverRefused(TestimonyError):
    """A hand-over was refused; `reason` says why. Nothing was changed."""

    code = "handover.refused"
    kind = Kind.CONFLICT
    REASONS: ClassVar[dict[str, str]] = {
        "role": N_("Only lawyers hand testimonies over and take them in. Nothing was changed."),
        "unseen": N_("Synchronise this desk first, so that it knows of every withdrawal. Nothing was changed."),
        "words": N_(
            "These are not the six words of that organisation. Ask a person there to read them to you, by another way "
            "than the file came. Nothing was changed."
        ),
        "own": N_("This is your own organisation. Nothing was changed."),
        "name": N_("Write the name of the organisation, in at most 100 characters. Nothing was changed."),
        "use": N_(
            "Choose the use under which witnesses are told of this organisation. If there is none, propose it at "
            "headquarters first. Nothing was changed."
        ),
        "taken": N_("Another organisation is noted for this use. Forget that one first. Nothing was changed."),
        "open": N_("Hand-overs with this organisation are not over yet. Look at the list. Nothing was changed."),
        "many": N_("This organisation changed its root keys too often for one note. Nothing was changed."),
        "stranger": N_(
            "This desk does not know that organisation: %(words)s. Ask for its trust bundle, compare the six words, "
            "and note it first. Nothing was changed."
        ),
        "older": N_(
            "This file has an older list of readers than this desk knows. Ask the other organisation to make the file "
            "again. Nothing was changed."
        ),
        "expired": N_(
            "The list of readers of that organisation ended on %(day)s. Ask for its newest trust bundle, and note it. "
            "Nothing was changed."
        ),
        "ended": N_("Your own list of readers ended on %(day)s. Have it renewed first. Nothing was changed."),
        "consent": N_(
            "The witness does not agree today that everything is handed over to this organisation. Nothing was changed."
        ),
        "gone": N_("This testimony is withdrawn or set aside. Nothing was changed."),
        "proof": N_("A proof of this testimony does not hold. It cannot be handed over. Nothing was changed."),
        "part": N_("A part of this testimony does not open with your key. Nothing was changed."),
        "large": N_("The recordings of this testimony are too large for a hand-over. Nothing was changed."),
        "again": N_("This testimony was offered to this organisation already. Nothing was changed."),
        "unknown": N_("There is no such hand-over. Look at the list again. Nothing was changed."),
        "theirs": N_("This hand-over came to you from another organisation. Choose one of yours. Nothing was changed."),
        "twice": N_("You proposed this. Another lawyer agrees at their own desk. Nothing was changed."),
        "agreed": N_("Another lawyer has agreed to this already. Nothing was changed."),
        "waiting": N_("Another lawyer has not agreed to this hand-over yet. Nothing leaves."),
        "dropped": N_("This hand-over was dropped. Propose it again. Nothing was changed."),
        "sent": N_("This hand-over has left already. Take it back instead. Nothing was changed."),
        "unsent": N_("This hand-over has not left yet. Nothing was changed."),
        "stands": N_("The consent to this hand-over stands. Withdraw it first. Nothing was changed."),
        "sealed": N_("This file was not sealed for you, or it is damaged. Nothing was changed."),
        "other": N_("This is another kind of file. Choose a hand-over or an answer to one. Nothing was changed."),
        "newer": N_("This file was made by a newer version. Update this desk, then choose it again."),
        "addressed": N_("This file is for another organisation. Nothing was changed."),
        "signed": N_(
            "This file is not signed by lawyers of the organisation that it names. Do not use it, and tell that "
            "organisation. Nothing was changed."
        ),
        "proofs": N_(
            "A proof in this file does not hold. Do not use it, and tell that organisation. Nothing was changed."
        ),
        "disagreed": N_(
            "The sealed consent does not show that the witness agreed to a hand-over to you. Ask that organisation. "
            "Nothing was changed."
        ),
        "withdrawn": N_(
            "The witness has ended the consent to this hand-over. It cannot be taken in. Nothing was changed."
        ),
        "answered": N_("This hand-over was answered already. Nothing was changed."),
        "closed": N_("No file is open here. Choose it again. Nothing was changed."),
        "reason": N_("Write in at most 500 characters why you refuse. Nothing was changed."),
    }  # fmt: skip

    def __init__(self, reason: str, **values: object) -> None:
        super().__init__(**values)
        self.reason = reason
        self.sentence = self.REASONS[reason]
