"""Errors of consent scripts, their recordings and questionnaires."""

from __future__ import annotations

from typing import ClassVar

from testimony.errors import N_, Kind, TestimonyError


class ClipRefused(TestimonyError):
    """A recording of a sentence was not stored; `reason` says which rule."""

    code = "clip.refused"
    kind = Kind.REFUSED
    REASONS: ClassVar[dict[str, str]] = {
        "type": N_(
            "This file was not kept: it is no sound that phones can play. Choose sound alone, as Opus in WebM or Ogg,"
            " or as MP4."
        ),
        "size": N_(
            "This was not kept: a recording of one sentence may be at most 256 KiB. Make a shorter or smaller one."
        ),
        "length": N_("This was not kept: a recording of one sentence is not empty, and at most three minutes long."),
        "damaged": N_("The recording of a sentence is damaged here and was not used. Record it again, or delete it."),
    }

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason
        self.sentence = self.REASONS[reason]


class CheckRefused(TestimonyError):
    """The wording of a language was not signed; `reason` says what is missing."""

    code = "check.refused"
    kind = Kind.REFUSED
    REASONS: ClassVar[dict[str, str]] = {
        "name": N_("Write who checked it: a name of 1 to 100 characters, on one line. Nothing was signed."),
        "agrees": N_("Tick that the second speaker has read or heard every sentence. Nothing was signed."),
        "nothing": N_("No sentence is recorded and nobody has checked the words, so there is nothing to save."),
    }

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason
        self.sentence = self.REASONS[reason]


class WordsChanged(TestimonyError):
    code = "words.changed"
    kind = Kind.CONFLICT
    sentence = N_(
        "The sentences of this language are others by now, because another roster is in force. Nothing was kept or"
        " signed. Open the page again and look at what they say."
    )


class MendRefused(TestimonyError):
    """A sentence was not mended; `reason` says why."""

    code = "mend.refused"
    kind = Kind.REFUSED
    REASONS: ClassVar[dict[str, str]] = {
        "sentence": N_("There is no such sentence in this language. Open the page again. Nothing was mended."),
        "words": N_("Write the new sentence on one line, with at most 1,000 characters. Nothing was mended."),
        "names": N_("The new sentence must have the same words in braces as the old one. Nothing was mended."),
        "state": N_("Say how far the new sentence was checked. Nothing was mended."),
        "damaged": N_("The mended sentences are damaged here and were not used. Mend them again."),
    }

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason
        self.sentence = self.REASONS[reason]


class MarkRefused(TestimonyError):
    code = "mark.refused"
    kind = Kind.MALFORMED
    sentence = N_("That is no sentence that a witness hears here. Nothing was counted. Load the page again.")


class QuestionnaireTaken(TestimonyError):
    code = "questionnaire.taken"
    kind = Kind.REFUSED
    sentence = N_(
        "Another questionnaire was installed here as %(form)s. Raise the version in the sheet settings; nothing was "
        "changed."
    )
