"""The lines of a file of published tables: one for each cell that is printed, in a fixed order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from testimony.domain.tables import times
from testimony.domain.tables.count import ANSWERED, BACK, CONSENT, COUNTED, FEW, HELD, REVIEW, TAKEN
from testimony.domain.tables.groups import GROUP, in_order
from testimony.domain.tables.offsets import Unit, printed
from testimony.domain.tables.periods import Period
from testimony.domain.tables.plan import Table, tables_of
from testimony.domain.tables.published import Published
from testimony.domain.tables.questions import BORDER, MONTH, QUESTIONS, STIGMATISED
from testimony.domain.tables.rows import ALL, rest_code
from testimony.domain.tables.shares import Say, Share, share, share_beside

NOT_SHOWN = "not shown"
COVERED = "covered"
"""In place of a question: how large a part of the accounts taken in is in the file."""


@dataclass(frozen=True, kw_only=True)
class Line:
    """`question`, `column`: "" for the total of a row. `number`: None where only the sentence is printed.

    `said`: of the number, as a share of the accounts that answer.
    """

    table: str
    dimension: str
    row: str
    question: str
    column: str
    unit: Unit
    number: int | None
    said: Share | None = None

    @property
    def shown(self) -> str:
        return NOT_SHOWN if self.number is None else printed(self.number, self.unit)

    @property
    def share(self) -> str:
        return str(self.said) if self.said else ""

    @property
    def about(self) -> int | None:
        """Per cent, where it is known that exactly. Nothing where the number is not shown: it would give it away."""
        return self.said.about if self.said and self.number is not None else None


def lines(made: Published) -> list[Line]:
    """Every table of the layer of `made`, then what the file does not show."""
    found = [line for table in tables_of(made.layer) for line in _table(table, made)]
    return [*found, *_coverage(made), *_groups(made)]


def has_coverage(made: Published) -> bool:
    """Whether the file says what it does not show."""
    return made.number({HELD: CONSENT}) is not None


def _table(table: Table, made: Published) -> Iterator[Line]:
    for code, cell in _rows(table.rows, made):
        head = {"table": table.id, "dimension": table.rows, "row": code}
        if not table.questions:
            yield from _totals(head, cell, made)
        for question in table.questions:
            yield from _columns(head, cell, question, made)


def _rows(dimension: str, made: Published) -> list[tuple[str, Mapping[str, str]]]:
    codes = made.rows.get(dimension, ())
    return [(ALL, {}), *((code, {dimension: code}) for code in (*codes, rest_code(codes)))]


def _totals(head: Mapping[str, Any], cell: Mapping[str, str], made: Published) -> Iterator[Line]:
    for unit in Unit:
        number = made.number(cell, unit)
        if number is not None:
            yield Line(**head, question="", column="", unit=unit, number=number)


def _columns(head: Mapping[str, Any], cell: Mapping[str, str], question: str, made: Published) -> Iterator[Line]:
    whole = made.number({**cell, ANSWERED: question})
    if whole is not None:
        yield Line(**head, question=question, column=ANSWERED, unit=Unit.ACCOUNTS, number=whole)
    for column in _codes(question, cell, made):
        number = made.number({**cell, question: column})
        if number is None:
            continue
        said = None if whole is None else share(number, whole)
        hidden = said is not None and said.say is Say.MOST and (question, column) in STIGMATISED
        yield Line(
            **head,
            question=question,
            column=column,
            unit=Unit.ACCOUNTS,
            number=None if hidden else number,
            said=said,
        )


def _codes(question: str, cell: Mapping[str, str], made: Published) -> tuple[str, ...]:
    if question == BORDER:
        return made.rows[BORDER]
    if question == MONTH:
        level = made.levels.get(cell.get(BORDER, ALL), times.YEARS)
        return times.columns(level, Period.of(made.period))
    return tuple(QUESTIONS[question].columns)


def _coverage(made: Published) -> Iterator[Line]:
    """Only what was counted. A file of a month or a quarter has none, unless it was published with one."""
    if not has_coverage(made):
        return
    for code, cell in _rows(BORDER, made):
        head: dict[str, Any] = {"table": "coverage", "dimension": BORDER, "row": code}
        for why in (TAKEN, CONSENT, REVIEW):
            number = made.number({**cell, HELD: why})
            if number is not None:
                yield Line(**head, question=HELD, column=why, unit=Unit.ACCOUNTS, number=number)
        few = _too_few(made) if code == ALL else None
        if few is not None:
            yield Line(**head, question=HELD, column=FEW, unit=Unit.ACCOUNTS, number=few)


def _too_few(made: Published) -> int | None:
    """The number of the rest; in earlier files, the number that was drawn for it."""
    drawn = made.number({HELD: FEW})
    return made.number({BORDER: rest_code(made.rows[BORDER])}) if drawn is None else drawn


def _groups(made: Published) -> Iterator[Line]:
    """A sentence for each group of people, and never a number."""
    codes = {code for name in made.numbers for dimension, code in name.cell if dimension == GROUP}
    for code in in_order(codes):
        counted, back = made.number({GROUP: code, HELD: COUNTED}), made.number({GROUP: code, HELD: BACK})
        said = None if counted is None or back is None else share_beside(counted, back)
        if said is not None:
            yield Line(
                table="coverage",
                dimension=GROUP,
                row=code,
                question=COVERED,
                column=COUNTED,
                unit=Unit.ACCOUNTS,
                number=None,
                said=said,
            )
