"""Errors for broken rules of the domain."""

from __future__ import annotations

from typing import ClassVar

from testimony.errors import N_, Kind, TestimonyError


class NotEnoughLawyers(TestimonyError):
    code = "consent.lawyers"
    kind = Kind.CONFLICT
    sentence = N_(
        "At least two active lawyers are needed before this can be sealed. Ask the coordinator for a new roster."
    )


class ConsentMissing(TestimonyError):
    """No usable consent to `purpose`: not asked, refused, withdrawn, expired, on hold or unreadable alike."""

    code = "consent.missing"
    kind = Kind.CONFLICT
    sentence = N_("There is no standing consent to purpose %(purpose)s. Nothing was done.")


class EventUnreadable(TestimonyError):
    """A consent event cannot be read; `part` names the unreadable part: a key of `PARTS`."""

    code = "consent.unreadable"
    kind = Kind.CONFLICT
    sentence = N_("A consent event cannot be read. Until it can, nothing counts as agreed.")
    PARTS: ClassVar[tuple[str, ...]] = (
        "structure", "event", "id", "purpose", "recipient", "day", "life_months", "after", "twice",
    )  # fmt: skip

    def __init__(self, part: str = "structure") -> None:
        super().__init__()
        self.part = part


class TranslationUnreadable(TestimonyError):
    code = "translation.unreadable"
    kind = Kind.CONFLICT
    sentence = N_("A translation cannot be read. It is not shown.")


class TranscriptUnreadable(TestimonyError):
    code = "transcript.unreadable"
    kind = Kind.CONFLICT
    sentence = N_("A transcript cannot be read. It is not shown.")


class NoteUnreadable(TestimonyError):
    code = "note.unreadable"
    kind = Kind.CONFLICT
    sentence = N_("A note cannot be read. It is not shown.")


class MarkUnusable(TestimonyError):
    code = "casefile.mark"
    kind = Kind.CONFLICT
    sentence = N_(
        "Words that were marked to be blacked out cannot be found again. Open the page anew; nothing was made."
    )


class LedgerRefused(TestimonyError):
    """An act that the ledger of releases does not allow; `reason` says which rule. Nothing was written."""

    code = "ledger.act"
    kind = Kind.CONFLICT
    REASONS: ClassVar[dict[str, str]] = {
        "role": N_("Coordinators of the roster in force write the ledger of releases. Nothing was written down."),
        "form": N_("This cannot be said in the ledger of releases. Look at what you gave; nothing was written down."),
        "opened": N_("This organisation has its ledger of releases already. Nothing was written down."),
        "unopened": N_("No ledger of releases was opened yet. Open it first; nothing was written down."),
        "once": N_("A testimony of this batch is in another release already. Build the batch anew; nothing leaves."),
        "edited": N_("A line that was made is never made again or changed. Build the batch anew; nothing leaves."),
        "recipients": N_(
            "The recipients do not fit the lines of this batch, or it went to one of them before. Nothing leaves."
        ),
        "open": N_("Another batch is still under way. Order it to leave or cancel it first; nothing was written down."),
        "name": N_("A batch of this name is in the ledger already. Build it anew; nothing was written down."),
        "empty": N_("This batch has no line. Nothing was written down."),
        "profile": N_("This batch does not go by the profile that is pinned. Build it anew; nothing leaves."),
        "small": N_("A line of this batch stands for too few people or incidents. Nothing leaves; build it anew."),
        "floor": N_("This is weaker than the floor that the organisation set for its releases. Choose a stricter one."),
        "parts": N_("What this batch holds is not here as it was announced. Build it anew; nothing leaves."),
        "unpublished": N_("This line has not left. Nothing was written down."),
        "recalled": N_("This line was taken back already. Nothing was written down."),
        "cohort": N_(
            "No group that is large enough can be taken out of this line and leave one behind. Take back all of it."
        ),
        "unknown": N_("There is no such batch in the ledger. Look at the list again; nothing was written down."),
        "stage": N_("The batch is not at that point any more. Look at it again; nothing was written down."),
        "twice": N_("Another person than who proposed the batch approves it, at their own desk."),
        "handed": N_(
            "This batch may have been handed out. Only the person who ordered it to leave can cancel it, before "
            "handing it out."
        ),
        "auxiliary": N_("The account of a testimony of this batch was published. Cancel the batch and build it anew."),
        "unsettled": N_("Nothing holds the ledger of releases up at this desk. Nothing was written down."),
        "opens": N_(
            "This desk can open what your colleague would give up. Give them access instead; nothing was written down."
        ),
        "branch": N_(
            "Two people ordered it to leave in another version of the ledger. What is in it is held back: settle the "
            "ledger."
        ),
        "overtaken": N_(
            "A colleague's entry came first. Nothing of yours has left; look at the ledger and build anew."
        ),
    }

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason
        self.sentence = self.REASONS[reason]


class ReleaseClock(TestimonyError):
    """A day before the last release, or one that headquarters has not reached."""

    code = "release.clock"
    kind = Kind.CONFLICT
    sentence = N_("The clock of this desk is not right: its day does not fit the last release. Set it, then try again.")
