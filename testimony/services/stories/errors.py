"""Errors of making and publishing stories, and of words that leave without the name."""

from __future__ import annotations

from typing import ClassVar

from testimony.errors import N_, Kind, TestimonyError

LONGEST_QUOTATION = 6_000
"""Characters of words that leave without the name."""


class StoryRefused(TestimonyError):
    """A story was not proposed, approved, taken back or saved; `reason` says why."""

    code = "story.refused"
    kind = Kind.CONFLICT
    REASONS: ClassVar[dict[str, str]] = {
        "role": N_("Lawyers make stories. Nothing was written down."),
        "consent": N_("The witness does not agree today that this story is published. Nothing was done."),
        "closed": N_("This testimony does not open here, or its seal is broken. No story is made of it."),
        "text": N_("The text changed since words were marked in it. Open the page anew; nothing was written down."),
        "title": N_("Write a title of at most 120 characters. Nothing was written down."),
        "told": N_("The title has a word that you took out of the story. Change the title; nothing was written down."),
        "empty": N_("Nothing is left of the story. Take fewer words out; nothing was written down."),
        "month": N_("Choose a month or a year that the testimony tells, or none. Nothing was written down."),
        "border": N_("Choose a border that the testimony tells, or none. Nothing was written down."),
        "people": N_("Write the number of people as a number from 1 to 10000, or nothing. Nothing was written down."),
        "answers": N_("Choose only answers that the testimony gives. Nothing was written down."),
        "more": N_(
            "The testimony tells of fewer people, or of no number. Write its number or less. Nothing was written down."
        ),
        "changed": N_(
            "The story says more than the testimony tells now. Drop it and make it again. Nothing was written down."
        ),
        "few": N_(
            "Somebody who knows this story could tell what fewer than five other people told. Drop it, and make it "
            "again with the year alone, without the border, or with fewer answers. Nothing was written down."
        ),
        "unknown": N_("There is no such story. Look at the list again; nothing was done."),
        "twice": N_("You made this story. Another lawyer approves it at their own desk. Nothing was written down."),
        "approved": N_("This story is approved already. Nothing was written down."),
        "waiting": N_("A second lawyer has not approved this story yet. Nothing leaves."),
        "recalled": N_("This story was taken back. It is not published again."),
    }

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason
        self.sentence = self.REASONS[reason]


class QuotationRefused(TestimonyError):
    """Words without the name were not made; `reason` says why."""

    code = "quotation.refused"
    kind = Kind.CONFLICT
    REASONS: ClassVar[dict[str, str]] = {
        "use": N_("Consent does not cover this use today for every testimony. Nothing was made."),
        "words": N_("Write the words that leave. Nothing was made yet."),
        "long": N_("This is too long: at most %(most)s characters. Shorten it; what you wrote stays on this page."),
        "checked": N_("Read every word, and tick the box below the words. Nothing was made yet."),
        "name": N_(
            "The words have a name of the witness, or a longer word has it in itself. Take it out. Nothing was made."
        ),
    }

    def __init__(self, reason: str) -> None:
        super().__init__(**({"most": LONGEST_QUOTATION} if reason == "long" else {}))
        self.reason = reason
        self.sentence = self.REASONS[reason]
