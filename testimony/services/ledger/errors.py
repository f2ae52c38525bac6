"""Errors of the ledger of releases."""

from __future__ import annotations

from typing import ClassVar

from testimony.errors import N_, Kind, TestimonyError


class LedgerIncomplete(TestimonyError):
    """Entries of the ledger are missing or do not open here. Nobody may release until they do."""

    code = "ledger.incomplete"
    kind = Kind.CONFLICT
    REASONS: ClassVar[dict[str, str]] = {
        "closed": N_(
            "Entries of the ledger of releases are not sealed to your key. Ask another coordinator to give "
            "you access; nothing is released until then."
        ),
        "missing": N_(
            "Entries of the ledger of releases have not arrived. Exchange again; nothing is released before."
        ),
        "newer": N_("The ledger of releases has entries of a newer version. Update this program before releasing."),
        "damaged": N_(
            "An entry of the ledger of releases is damaged here. Exchange again; nothing is released before."
        ),
        "behind": N_(
            "Headquarters lacks entries of the ledger that this desk knows. Exchange, and ask the other coordinators "
            "to; nothing is released before."
        ),
    }

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason
        self.sentence = self.REASONS[reason]


class LedgerForked(TestimonyError):
    code = "ledger.forked"
    kind = Kind.CONFLICT
    sentence = N_(
        "Headquarters' log now says something else about the releases than this desk saw before. Release nothing; "
        "report it to the people who run headquarters."
    )
