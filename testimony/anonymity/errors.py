"""Errors for unusable profiles and generalisation hierarchies."""

from __future__ import annotations

from typing import ClassVar

from testimony.errors import N_, Kind, TestimonyError


class HierarchyUnusable(TestimonyError):
    """Values that cannot be made coarser step by step: a fault of who wrote the hierarchy, and no release is made."""

    code = "hierarchy.unusable"
    kind = Kind.CONFLICT
    REASONS: ClassVar[dict[str, str]] = {
        "nesting": N_(
            "The levels of %(attribute)s do not lie in each other: “%(value)s” belongs to more than one %(level)s. "
            "Nothing was made with them."
        ),
        "levels": N_("The levels of %(attribute)s are incomplete for “%(value)s”. Nothing was made with them."),
    }

    def __init__(self, reason: str, **values: object) -> None:
        super().__init__(**values)
        self.reason = reason
        self.sentence = self.REASONS[reason]


class PresetTooWeak(TestimonyError):
    """Fewer persons or incidents a class than any release may have, or a larger share of stigma."""

    code = "preset.too-weak"
    kind = Kind.CONFLICT
    sentence = N_(
        "A release needs classes of at least %(k)s people and %(m)s incidents, and a share of stigma of at most "
        "%(alpha)s %%. Choose a stricter preset; nothing was made."
    )


class ProfileUnfit(TestimonyError):
    code = "profile.unfit"
    kind = Kind.CONFLICT
    sentence = N_("This release profile does not fit the questionnaire of this version. Make a new profile.")


class RiskTooHigh(TestimonyError):
    """What would leave is riskier on average than its preset allows; refusing is a correct result."""

    code = "risk.too-high"
    kind = Kind.CONFLICT
    sentence = N_(
        "On average, a guess at who is behind a line would be right in %(risk)s %% of cases; this preset allows "
        "%(allowed)s %%. Nothing leaves; wait for more testimonies."
    )
