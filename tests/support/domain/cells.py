"""Which accounts a cell of published tables stands for by what its name says: counted in another way than cells are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from random import Random
from typing import Final

from testimony.domain.tables import times
from testimony.domain.tables.account import Counted
from testimony.domain.tables.count import ANSWERED, CONSENT, COUNTED, FEW, HELD, REVIEW, TAKEN
from testimony.domain.tables.groups import GROUP
from testimony.domain.tables.offsets import Unit
from testimony.domain.tables.periods import Period
from testimony.domain.tables.published import Published
from testimony.domain.tables.questions import BORDER, MONTH, NATIONALITY, PERSON, QUESTIONS
from testimony.domain.tables.rows import ALL, REST
from tests.support.domain.told_accounts import BORDERS, population

Cell = tuple[tuple[str, str], ...]
Back = Sequence[tuple[str, str]]
ROWS: Final = (BORDER, NATIONALITY, PERSON)


def mixed(size: int, seed: int) -> list[Counted]:
    """Accounts of which some lack a border or a nation, of several years, in which nothing goes with anything else."""
    random = Random(seed)
    return [
        replace(
            one,
            border=one.border if random.random() < 0.8 else "",
            nationality=one.nationality if random.random() < 0.8 else "",
            when=random.choice((one.when, one.when, one.when, "", "2019", "2025", "2026")),
            told={
                question: frozenset(random.sample(sorted(asked.columns), random.randint(1, len(asked.columns))))
                for question, asked in QUESTIONS.items()
                if random.random() < 0.7
            },
        )
        for one in population(size, seed)
    ]


def held_back(size: int, seed: int) -> list[tuple[str, str]]:
    random = Random(seed)
    return [(random.choice(("", *BORDERS)), random.choice((CONSENT, REVIEW))) for _ in range(size)]


def sets(made: Published, accounts: Sequence[Counted], held: Back) -> Iterator[tuple[Cell, frozenset[str]]]:
    """(cell, names of accounts) of each name of `made` that counts accounts. A rest is called "rest" alone."""
    of_rows: dict[Cell, list[Counted]] = {}
    for cell in {name.cell: None for name in made.numbers if name.unit is Unit.ACCOUNTS}:
        row = tuple(one for one in cell if one[0] in ROWS)
        if row not in of_rows:
            of_rows[row] = [one for one in accounts if _fits(one, dict(row), dict(row), made)]
        yield _called(cell), frozenset(_names(dict(cell), made, of_rows[row], held))


def _called(cell: Cell) -> Cell:
    return tuple((dimension, "rest" if code.startswith(f"{ALL}{REST}") else code) for dimension, code in cell)


def _names(cell: Mapping[str, str], made: Published, row: Sequence[Counted], held: Back) -> Iterator[str]:
    """`row`: the accounts of its row."""
    why, asked = cell.get(HELD, ""), {said: code for said, code in cell.items() if said not in (*ROWS, HELD)}
    if why == FEW:
        yield from (one.name for one in row if one.border not in made.rows[BORDER])
    elif why in ("", TAKEN, COUNTED):
        yield from (one.name for one in row if _fits(one, asked, cell, made))
    for number, (border, reason) in enumerate(held):
        if why in (TAKEN, reason) and _is_row(border, cell.get(BORDER), made.rows[BORDER]):
            yield f"held-{number}"


def _fits(one: Counted, asked: Mapping[str, str], cell: Mapping[str, str], made: Published) -> bool:
    return all(_says(one, dimension, code, cell, made) for dimension, code in asked.items())


def _says(one: Counted, dimension: str, code: str, cell: Mapping[str, str], made: Published) -> bool:
    if dimension in ROWS:
        return _is_row(one.row(dimension), code, made.rows[dimension])
    if dimension == GROUP:
        return code in one.groups
    if dimension == ANSWERED:
        return bool({MONTH: one.when, BORDER: one.border}[code]) if code not in QUESTIONS else code in one.told
    if dimension == MONTH:
        level = made.levels[cell.get(BORDER, ALL)]
        return times.column_of(one.when, level, Period.of(made.period)) == code
    return code in one.told.get(dimension, ())


def _is_row(code: str, row: str | None, known: Sequence[str]) -> bool:
    if row is None:
        return True
    return code not in known if row.startswith(f"{ALL}{REST}") else code == row
