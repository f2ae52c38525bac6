"""Errors of making and sending a release."""

from __future__ import annotations

from typing import ClassVar

from testimony.errors import N_, Kind, TestimonyError


class ReleaseRefused(TestimonyError):
    """Nothing is released, which is a correct result. `reason` says which rule prevented it."""

    code = "release.refused"
    kind = Kind.CONFLICT
    REASONS: ClassVar[dict[str, str]] = {
        "none": N_("No testimony may be used for this purpose now. Nothing leaves."),
        "small": N_(
            "Testimonies that may be used for this purpose: %(testimonies)s. All of them are in classes smaller than "
            "%(k)s people or from a single incident, so they could point to somebody. Nothing leaves; wait for more."
        ),
        "people": N_(
            "Testimonies that may be used for this purpose: %(testimonies)s. Of %(persons)s of them no lawyer has said "
            "who told them, so those that are alike count as one person. It would help if a lawyer looked at them "
            "(“Who told what”). Nothing leaves."
        ),
        "incidents": N_(
            "Testimonies that may be used for this purpose: %(testimonies)s. Of %(incidents)s of them no lawyer has "
            "said of which incident they tell, so those that are alike count as one incident. It would help if a "
            "lawyer looked at them (“Who told what”). Nothing leaves."
        ),
        "links": N_(
            "Testimonies that may be used for this purpose: %(testimonies)s. No lawyer has said who told %(persons)s "
            "of them, and of which incident %(incidents)s of them tell, so those that are alike count as one. It would "
            "help if a lawyer looked at both (“Who told what”). Nothing leaves."
        ),
        "changed": N_("What would leave has changed since you looked at it. Look again before you send it."),
        "one": N_("One testimony alone may be used for this now. It would point to its witness; nothing leaves."),
        "value": N_(
            "Testimonies hold an answer about %(attribute)s that this version does not know. Update this desk; nothing "
            "leaves."
        ),
        "recipient": N_("Choose for whom the release is: P06 (public numbers), P07 (mechanism) or P10 (network)."),
        "preset": N_(
            "For these recipients a release needs at least the preset “%(least)s”. Choose it or a stricter one; "
            "nothing was made."
        ),
        "period": N_(
            "A period is a whole year, three years, half-year or quarter: 2024, 2022-01..2024-12, 2024-01..2024-06 or "
            "2024-01..2024-03. Nothing was made."
        ),
        "differs": N_(
            "This desk makes other bytes of these testimonies than the desk that proposed the release. Nothing "
            "leaves. Exchange at both desks; if they still differ, cancel the release and build it anew."
        ),
        "branch": N_(
            "This release comes from a branch of the ledger that was settled: it counts as left, and is not made again."
        ),
        "withdrawn": N_(
            "Since the release was built, %(testimonies)s of its testimonies may no longer be used, or say something "
            "else. Nothing left. Build it anew."
        ),
        "notice": N_("Nothing has left for this recipient, so there is nothing to tell. Nothing was written."),
        "pending": N_("This is not yet in central's log. Exchange, then go on here; nothing left."),
        "broken": N_(
            "Together with earlier releases this one would leave fewer than enough people in a class. Nothing left."
        ),
    }

    def __init__(self, reason: str, **values: object) -> None:
        super().__init__(**values)
        self.reason = reason
        self.sentence = self.REASONS[reason]
