"""Which numbers of published tables become smaller for somebody who knows a story.

A reader of a story counts its account out of the numbers that it stands in. What is left then stands for the others.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from testimony import group_floor
from testimony.domain.stories.story import Story
from testimony.domain.tables import plan as tables_plan
from testimony.domain.tables import questions, times
from testimony.domain.tables.offsets import BASES, Unit
from testimony.domain.tables.periods import Kind, Period
from testimony.domain.tables.questions import BORDER
from testimony.domain.tables.rows import LEAST_INCIDENTS, LEAST_PERSONS, rest_code

YEARS, MONTHS = 2, 3
"""The layers of tables from which years and months of incidents are printed."""
LEAST_LEFT: Final = group_floor.LEAST_PERSONS
FEWEST_IN_ROW: Final = LEAST_PERSONS[BORDER] - BASES[Unit.PERSONS] + 1
"""The fewest persons that can have a row: desks of lawyers do not know how a count is rounded."""
REST: Final = rest_code(())
LOSSES: Final = {"d_dead": "dead", "d_missing": "missing"}

Answer = tuple[str, str]
"""A question of tables and one of its columns; ("", "") for none."""
NONE: Final[Answer] = ("", "")
NOTHING: Final[Mapping[str, str]] = {}


@dataclass(frozen=True, kw_only=True)
class Told:
    """An account that tables count. `name`: of its record. `border`, `when` ("2025-07", "2025-Q3", "2025"): "" if not
    known.

    `came`: the month in which it could be counted from, "" if not known. `person`: who told it, "" for somebody else
    than all others. `incident`: "" where it may be any. `told`: by `domain/tables/questions.py`.
    """

    name: str
    border: str
    when: str
    came: str = ""
    person: str = ""
    incident: str = ""
    told: questions.Told = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Cell:
    """A number that counts the story. `period`: of the file, "" for all years; `border`, `when`: "" for all.

    `answer`: what is counted beside. `left`: accounts without those of stories; `others`: the people who told them.
    """

    period: str
    border: str
    when: str
    answer: Answer
    accounts: int
    left: int
    others: int

    @property
    def is_shown(self) -> bool:
        """Whether a lawyer should see it: of the answers only those that say too much, so that the list stays short."""
        return self.answer == NONE or self.is_small

    @property
    def is_small(self) -> bool:
        """Whether the number would stand for a few others. Where nobody else is left, it tells of nobody."""
        return 0 < self.others < LEAST_LEFT


def cells(
    story: Story, counted: Sequence[Told], known: Collection[str], families: Mapping[str, str] = NOTHING
) -> tuple[Cell, ...]:
    """From large to small, by what the story says: over all years, then in each file that may count its account.

    `known`: the records of the accounts that other published stories are of. `families`: of codes of violence.
    """
    border, gone, told = story.border.partition(":")[0], {story.of, *known}, _told(story, families)
    own = [one for one in counted if one.name == story.of]
    found = [_cell(counted, gone, border=place, when=when) for place, when in _over_all(story, border, len(counted))]
    for kind, layer in _layers(counted).items():
        for label in {_label(one.came, kind) for one in own} - {""}:
            inside = [one for one in counted if _label(one.came, kind) == label]
            if len(inside) >= tables_plan.LEAST[layer]:
                answers = [one for one in _columns(layer) if one[1] in told.get(one[0], ())]
                file = _File(story=story, period=Period.of(label), layer=layer, answers=answers, gone=gone)
                found += file.cells(inside)
    return tuple(found)


def _layers(counted: Sequence[Told]) -> Mapping[Kind, int]:
    """Those of the year with the most accounts."""
    most = max(Counter(one.came[:4] for one in counted).values(), default=0)
    return next(layers for least, layers in tables_plan.TIMETABLE if most >= least)


def _label(came: str, kind: Kind) -> str:
    """The period of that kind that contains `came`."""
    if not came or kind is Kind.MONTH:
        return came
    year, month = came.split("-")
    return f"{year}-Q{(int(month) + 2) // 3}" if kind is Kind.QUARTER else year


@dataclass(frozen=True, kw_only=True)
class _File:
    """What of one file the story may stand in. `answers`: those of the story that its tables count."""

    story: Story
    period: Period
    layer: int
    answers: Sequence[Answer]
    gone: Collection[str]

    def cells(self, inside: Sequence[Told]) -> Iterator[Cell]:
        """`inside`: all accounts of the file."""
        border = self.story.border.partition(":")[0]
        yield from self._of_row("", inside)
        if not border:
            return
        rows: dict[str, list[Told]] = defaultdict(list)
        for one in inside:
            rows[one.border].append(one)
        may = {code for code, row in rows.items() if code and _may_have_row(row)}
        if border in may:
            yield from self._of_row(border, rows[border])
        if border not in may or _may_lack_row(rows[border]):
            yield from self._of_rest(border, rows, may)

    def _of_rest(self, border: str, rows: Mapping[str, Sequence[Told]], may: Collection[str]) -> Iterator[Cell]:
        """The smallest rest; and where one more border may be in it, what is then small."""
        least = [one for code, row in rows.items() if code == border or code not in may for one in row]
        yield from self._of_row(REST, least)
        for code in sorted(may):
            if code != border and _may_lack_row(rows[code]):
                yield from (cell for cell in self._of_row(REST, [*least, *rows[code]]) if cell.is_small)

    def _of_row(self, place: str, row: Sequence[Told]) -> Iterator[Cell]:
        label = self.period.label
        yield _cell(row, self.gone, period=label, border=place)
        if place == REST and _persons_in(row) < FEWEST_IN_ROW:
            return
        for level in _levels(self.story, self.layer):
            if column := times.column_of(self.story.month, level, self.period):
                alike = [one for one in row if times.column_of(one.when, level, self.period) == column]
                yield _cell(alike, self.gone, period=label, border=place, when=column)
        for answer in self.answers:
            alike = [one for one in row if answer[1] in one.told.get(answer[0], ())]
            yield _cell(alike, self.gone, period=label, border=place, answer=answer)


def _may_have_row(row: Sequence[Told]) -> bool:
    return _persons_in(row) >= FEWEST_IN_ROW and len({one.incident for one in row} - {""}) >= LEAST_INCIDENTS


def _may_lack_row(row: Sequence[Told]) -> bool:
    return _persons_in(row) < LEAST_PERSONS[BORDER]


def _persons_in(row: Sequence[Told]) -> int:
    return len({_person(one) for one in row})


def _levels(story: Story, layer: int) -> Sequence[str]:
    """From coarse to fine: which of them is printed depends on all accounts of the row."""
    if layer < YEARS or not story.month:
        return ()
    return (times.YEARS, times.QUARTERS, times.MONTHS) if layer >= MONTHS and "-" in story.month else (times.YEARS,)


def _told(story: Story, families: Mapping[str, str]) -> questions.Told:
    """What the story says in codes, as tables count it."""
    said = {name: {"value": [families.get(code, code) for code in codes]} for name, codes in story.answers.items()}
    return {**questions.told(said), **{LOSSES[name]: frozenset({"told"}) for name in story.losses}}


def _columns(layer: int) -> Iterator[Answer]:
    for table in tables_plan.tables_of(layer):
        for question in table.questions if table.rows == BORDER else ():
            if question in questions.QUESTIONS:
                yield from ((question, column) for column in questions.QUESTIONS[question].columns)


def _over_all(story: Story, border: str, accounts: int) -> Iterator[tuple[str, str]]:
    layers = tables_plan.LEAST
    when = story.month if accounts >= layers[MONTHS] else story.month[:4] if accounts >= layers[YEARS] else ""
    if border:
        yield border, ""
    if when:
        yield "", when
    if border and when:
        yield border, when


def _cell(
    counted: Sequence[Told],
    gone: Collection[str],
    *,
    period: str = "",
    border: str = "",
    when: str = "",
    answer: Answer = NONE,
) -> Cell:
    """Over all years `counted` are those of `border` and `when` among others; in a file they are of the cell."""
    inside = counted if period else [one for one in counted if border in ("", one.border) and _is_of(one.when, when)]
    left = [one for one in inside if one.name not in gone]
    known = {_person(one) for one in inside if one.name in gone}
    return Cell(
        period=period,
        border=border,
        when=when,
        answer=answer,
        accounts=len(inside),
        left=len(left),
        others=len({_person(one) for one in left} - known),
    )


def _person(one: Told) -> str:
    return one.person or one.name


def _is_of(told: str, when: str) -> bool:
    return not when or told == when or (len(when) == len("2025") and told[:4] == when)
