"""Published stories against those whom printed numbers count beside them: who reads both subtracts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from random import Random
from typing import Any

import pytest

from testimony.domain.stories.beside_tables import LEAST_LEFT, Told, cells
from testimony.domain.stories.story import Story
from testimony.domain.tables import times
from testimony.domain.tables.account import Counted
from testimony.domain.tables.acts import member
from testimony.domain.tables.count import Count
from testimony.domain.tables.membership import PrintedFile
from testimony.domain.tables.offsets import Offsets, Unit
from testimony.domain.tables.periods import Kind, Period
from testimony.domain.tables.plan import LEAST, Plan
from testimony.domain.tables.published import Published
from testimony.domain.tables.questions import BORDER, MONTH, QUESTIONS
from testimony.domain.tables.rows import ALL, REST
from tests.support.domain.told_accounts import YEAR, population
from tests.support.each_time import each_time

STORIES = 60
FIELDS = {"act": "v_acts", "officers": "x_actors", "custody": "v_custody", "injury": "v_injury"}


def story_of(one: Counted, month: str) -> Story:
    """It says its border, its time and all answers of a few questions."""
    answers = {field: sorted(one.told[question]) for question, field in FIELDS.items() if question in one.told}
    plain: dict[str, Any] = {
        "id": "0" * 32,
        "of": one.name,
        "lang": "en",
        "title": "At night",
        "people": None,
        "losses": {},
    }
    border = f"{one.border}:all"
    return Story.parse({**plain, "month": month, "border": border, "answers": answers, "paragraphs": ["We left."]})


def told_of(one: Counted) -> Told:
    return Told(
        name=one.name,
        border=one.border,
        when=one.when,
        person=one.person,
        incident=one.incident,
        told=one.told,
    )


def cells_of(made: Published, accounts: Sequence[Counted]) -> list[tuple[dict[str, str], list[Counted]]]:
    """Each printed number of accounts, and whom it counts."""
    named = [dict(name.cell) for name in made.numbers if name.unit is Unit.ACCOUNTS]
    asked = [cell for cell in named if cell.keys() <= {BORDER, MONTH, *FIELDS}]
    return [(cell, [one for one in accounts if stands_in(one, cell, made)]) for cell in asked]


def fewest_left(own: Counted, story: Story, printed: Sequence[tuple[dict[str, str], list[Counted]]]) -> int:
    """The fewest people, but not nobody, for whom a printed number stands when the story is counted out."""
    found = [
        len({one.person for one in inside} - {own.person})
        for cell, inside in printed
        if own in inside and is_said(cell, own, story)
    ]
    return min((left for left in found if left), default=LEAST_LEFT)


def stands_in(one: Counted, cell: Mapping[str, str], made: Published) -> bool:
    border, period = cell.get(BORDER, ""), Period.of(made.period)
    if border.startswith(f"{ALL}{REST}"):
        there = one.border not in made.rows[BORDER]
    else:
        there = border in ("", one.border)
    for dimension, code in cell.items():
        if dimension == MONTH:
            level = made.levels[border or ALL]
            there = there and times.column_of(one.when, level, period) == code
        elif dimension in QUESTIONS:
            there = there and code in one.told.get(dimension, ())
    return there


def is_said(cell: Mapping[str, str], own: Counted, story: Story) -> bool:
    """Whether a reader knows that the story stands in the cell."""
    for dimension, code in cell.items():
        if dimension == MONTH and code not in (times.EARLIER, YEAR) and "-" not in story.month:
            return False
        if dimension in FIELDS and code not in own.told.get(dimension, ()):
            return False
    return True


@pytest.mark.parametrize("size", each_time([150, 300, 700], 150, 300))
def test_no_approved_story_leaves_a_printed_number_of_its_file_to_a_few_others(size: int) -> None:
    """Whatever the secret is, which lawyers do not have. One half is printed, the other waits for the next year.

    Without the look at each file, some stories would.
    """
    random = Random(size)
    accounts = [told_for(one) for one in population(2 * size, size)]
    halves = {YEAR: accounts[:size], str(int(YEAR) + 1): accounts[size:]}
    counted, layer = [told_of(one) for one in accounts], Plan.fitting(int(YEAR), size, borders=[], codebook="1").layers
    printed = {label: printed_of(label, half, layer[Kind.YEAR], random) for label, half in halves.items()}
    first = PrintedFile(
        period=Period.of(YEAR), layer=layer[Kind.YEAR], members=frozenset(member(one.name) for one in halves[YEAR])
    )
    refused, telling, unseen = 0, 0, 0
    for one in random.sample(accounts, STORIES):
        story = story_of(one, one.when if random.random() < 0.5 else one.when[:4])
        (label,) = (label for label, half in halves.items() if one in half)
        left = fewest_left(one, story, printed[label])
        small = any(cell.is_small for cell in cells(story, counted, [], files=[first], at=date(int(YEAR) + 1, 12, 1)))
        telling += left < LEAST_LEFT
        refused += small
        assert small or left >= LEAST_LEFT
        guessed = cells(story, counted, [], at=date(int(YEAR) + 1, 12, 1))
        unseen += left < LEAST_LEFT and not any(cell.is_small for cell in guessed)
    assert 0 < telling <= refused < STORIES * 0.6
    assert unseen, "who does not know the files misses some"


def printed_of(
    label: str, accounts: Sequence[Counted], layer: int, random: Random
) -> list[tuple[dict[str, str], list[Counted]]]:
    """The numbers of a file by each of five secrets."""
    assert len(accounts) >= LEAST[layer]
    secrets, period = [Offsets.of(random.randbytes(32)) for _ in range(5)], Period.of(label)
    plan = Plan.fitting(period.year, len(accounts), borders=[], codebook="1")
    files = [Count(accounts, plan, period, layer, secret, 1).published(()) for secret in secrets]
    return [one for made in files for one in cells_of(made, accounts)]


def told_for(one: Counted) -> Counted:
    """By a name as records have it."""
    number = int(one.name.rpartition("-")[2])
    return Counted(**{field: getattr(one, field) for field in Counted.__slots__} | {"name": f"{number:032x}{0:032x}"})
