"""Errors of published tables."""

from __future__ import annotations

from typing import ClassVar

from testimony.errors import N_, Kind, TestimonyError


class TablesRefused(TestimonyError):
    """Published tables that must not be made so; `reason` says why. Nothing was written and nothing leaves."""

    code = "tables.refused"
    kind = Kind.CONFLICT
    REASONS: ClassVar[dict[str, str]] = {
        "period": N_(
            "This is no period. Write a month (2026-03), a quarter (2026-Q1), a year (2026) or until 2026-03."
        ),
        "early": N_("This period is not over. Publish its tables after its last day."),
        "small": N_("This period has too few accounts for a file. They are counted in the next longer period."),
        "rows": N_("No border has enough people for a row of its own. They are counted in the next longer period."),
        "unplanned": N_("The plan of this year has no tables for such a period. Publish the next longer one."),
        "border": N_("A border is two different countries, such as HRV-BIH. Correct it, and propose the plan again."),
        "once": N_("An account of these tables is counted elsewhere already. Make them again; nothing is published."),
        "published": N_("This period has its published numbers already. They stay; print them instead."),
        "unagreed": N_(
            "Two coordinators have not agreed to a plan for this year. Propose one, or agree to the one here."
        ),
        "planned": N_(
            "The plan of this year stands: two coordinators agreed to it. A change begins with the next year."
        ),
        "plans": N_("A colleague proposed another plan for this year. Compare the two, and agree to one of them."),
        "secret": N_("Two coordinators have not made the secret of the tables. Each makes a share at their own desk."),
        "shared": N_("Your share of this secret is made already. Another coordinator makes theirs, after both sync."),
        "generation": N_("There is no secret yet that could be lost or stolen. Make the first one."),
        "role": N_("Active coordinators make published tables. Nothing was written down."),
        "twice": N_("Another coordinator than the one who proposed this agrees to it, at their own desk."),
        "unknown": N_("Nothing of this name waits for a second coordinator. Look at the list again."),
        "pending": N_("This has not come back from headquarters. Sync, then try again; nothing leaves before."),
        "differs": N_("This desk counts otherwise than its colleague. Sync at both desks, and propose it again."),
        "version": N_(
            "This plan is of another codebook than this program's. Update both programs, then propose it again."
        ),
        "settled": N_(
            "Nobody can open what was published before the ledger was settled, and this period was over then. "
            "Publish a period that ends later."
        ),
        "unprinted": N_("This period has no published numbers. Make them, and have a second coordinator agree."),
        "codes": N_(
            "These tables hold a code that the codebook of this program does not have. Nothing leaves. Update the "
            "program, then try again."
        ),
        "two": N_("A cell has a published number already, and this is another one. Nothing is published."),
        "recount": N_("Too little changed to count this period again without showing who changed. It stays as it is."),
    }

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason
        self.sentence = self.REASONS[reason]
