"""Errors of making a submission or a referral sheet."""

from __future__ import annotations

from typing import ClassVar

from testimony.errors import N_, Kind, TestimonyError

LONGEST_WANTED, LONGEST_REPLY = 800, 300
"""Characters of a referral sheet for what is wanted, and for how to reach the organisation: more is no single page."""


class SubmissionRefused(TestimonyError):
    """A sheet, annexes or a covering note were not made; `reason` says why."""

    code = "submission.refused"
    kind = Kind.CONFLICT
    REASONS: ClassVar[dict[str, str]] = {
        "kind": N_("Choose a sheet, annexes or a covering note. Nothing was made."),
        "language": N_(
            "Sheets, annexes and covering notes are made in English, French or Spanish. Choose one of them."
        ),
        "mandate": N_("A sheet is for a case before the United Nations. Choose such a case, or make annexes."),
        "part": N_("Only a sheet has parts for a letter to the State and for a public report. Nothing was made."),
        "fields": N_("Only a sheet has fields to copy. Nothing was made."),
        "few": N_("A covering note counts three testimonies at least. Choose more."),
    }

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason
        self.sentence = self.REASONS[reason]


class ReferralRefused(TestimonyError):
    """A referral sheet was not made; `reason` says why."""

    code = "referral.refused"
    kind = Kind.CONFLICT
    REASONS: ClassVar[dict[str, str]] = {
        "role": N_("Lawyers make referral sheets. Nothing was made."),
        "use": N_("Choose a service to which the witness agreed. Nothing was made."),
        "language": N_("There is no referral sheet in this language. Choose another one."),
        "wanted": N_("Write what the service is asked to do. Nothing was made yet."),
        "reply": N_("Write how the service reaches your organisation. Nothing was made yet."),
        "long": N_(
            "This is too long for one page: at most %(wanted)s characters for what is wanted and %(reply)s for how to "
            "reach you. Shorten it; what you wrote stays on this page."
        ),
        "empty": N_(
            "The interview has nothing that this service may get. Ask the witness how to be reached, or tell the "
            "service by telephone. Nothing was made."
        ),
    }

    def __init__(self, reason: str) -> None:
        super().__init__(**({"wanted": LONGEST_WANTED, "reply": LONGEST_REPLY} if reason == "long" else {}))
        self.reason = reason
        self.sentence = self.REASONS[reason]
