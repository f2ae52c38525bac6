"""The words that stand in every file of published tables."""

from __future__ import annotations

from testimony.domain.tables.plan import Plan
from testimony.domain.tables.published import Published
from testimony.domain.tables.questions import BORDER
from testimony.errors import N_
from testimony.publication.tables.lines import COVERED, has_coverage, lines

FIRST = (
    N_(
        "Every number is rounded by a secret rule to a multiple of five and is at most 4 away from what was told; "
        "numbers of people are rounded to 25 and are at most 24 away, and one event counts at most 100."
    ),
    N_('"under 5" means nobody to four.'),
    N_('"under 25" means nobody to 24.'),
    N_("Rows do not add up to totals; do not add or subtract cells: each step can add 4."),
    N_("Equal numbers do not mean the same people."),
    N_("These are testimonies that people gave and allowed to be counted in public, not all pushbacks."),
)
WITH_COVERAGE = N_("A border without a row is not a border without pushbacks; see 'What this file does not show'.")
WITHOUT_COVERAGE = N_("A border without a row is not a border without pushbacks.")
LAST = (
    N_("A share is a sentence that is true for every count behind the printed numbers."),
    N_('"not shown" means that nearly everybody tells of it: the sentence beside it says how many.'),
    N_("Of a group that was told only by its size, such as 11 to 20, the smallest number is counted as its people."),
)
OF_GROUPS = N_(
    "Of groups of people, the file tells which part of the accounts taken in it counts. It gives no number of them."
)
CAPPED = N_("Some events concerned more than 100 people. They count as 100.")
UNSHOWN = N_("We know of pushbacks at these borders, and too few accounts of them may be counted here: %(borders)s.")


def of_every_file(made: Published) -> tuple[str, ...]:
    """The words that are in `made`, whatever its numbers are. Only a year tells what it does not show."""
    groups = (OF_GROUPS,) if any(line.question == COVERED for line in lines(made)) else ()
    return *FIRST, WITH_COVERAGE if has_coverage(made) else WITHOUT_COVERAGE, *LAST, *groups


def without_row(made: Published, plan: Plan) -> list[str]:
    """The borders of the plan where pushbacks are known, and of which `made` has no row."""
    return [one for one in plan.borders if one not in made.rows[BORDER]]
