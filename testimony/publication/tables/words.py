"""The words that stand in every file of published tables."""

from __future__ import annotations

from testimony.domain.tables.plan import Plan
from testimony.domain.tables.published import Published
from testimony.domain.tables.questions import BORDER
from testimony.publication.text.phrases import Words

EACH = (
    "Every number is rounded by a secret rule to a multiple of five and is at most 4 away from what was told; numbers "
    "of people are rounded to 25 and are at most 24 away, and one event counts at most 100.",
    '"under 5" means nobody to four.',
    '"under 25" means nobody to 24.',
    "Rows do not add up to totals; do not add or subtract cells: each step can add 4.",
    "Equal numbers do not mean the same people.",
    "These are testimonies that people gave and allowed to be counted in public, not all pushbacks.",
    "A border without a row is not a border without pushbacks; see 'What this file does not show'.",
    "A share is a sentence that is true for every count behind the printed numbers.",
    '"not shown" means that nearly everybody tells of it: the sentence beside it says how many.',
    "Of a group that was told only by its size, such as 11 to 20, the smallest number is counted as its people.",
)
CAPPED = "Some events concerned more than 100 people. They count as 100."
UNSHOWN = "We know of pushbacks at these borders, and too few accounts of them may be counted here: {borders}."


def words_of(made: Published, plan: Plan) -> list[str]:
    """What a reader of the file must know, a sentence each."""
    english = Words("en")
    unshown = [one for one in plan.borders if one not in made.rows[BORDER]]
    named = "; ".join(english.way_between(*one.split("-")) for one in unshown)
    return [*EACH, *([CAPPED] if made.capped else []), *([UNSHOWN.format(borders=named)] if unshown else [])]
