"""Which numbers of published tables become smaller for somebody who knows a story.

A reader of a story counts its account out of the numbers that it stands in. What is left then stands for the others.
Printed files are looked at as they are. A file to come counts at least what no other file of its kind counts by then.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

from testimony import group_floor
from testimony.domain.stories.story import Story
from testimony.domain.tables import plan as tables_plan
from testimony.domain.tables import questions, times
from testimony.domain.tables.membership import PrintedFile
from testimony.domain.tables.offsets import BASES, Unit
from testimony.domain.tables.periods import Kind, Period, may_hold
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

    `person`: who told it, "" for somebody else than all others. `incident`: "" where it may be any. `told`: by
    `domain/tables/questions.py`.
    """

    name: str
    border: str
    when: str
    person: str = ""
    incident: str = ""
    told: questions.Told = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Cell:
    """A number that counts the story. `period`: of the file, "" for all years; `border`, `when`: "" for all.

    `answer`: what is counted beside. `left`: accounts without those of stories; `others`: the people who told them.
    `unknown`: how many accounts of the file are not known here, and may be counted too.
    """

    period: str
    border: str
    when: str
    answer: Answer
    accounts: int
    left: int
    others: int
    unknown: int = 0

    @property
    def is_shown(self) -> bool:
        """Whether a lawyer should see it: of the answers only those that say too much, so that the list stays short."""
        return self.answer == NONE or self.is_small

    @property
    def is_small(self) -> bool:
        """Whether the number would stand for a few others. Where nobody else can be left, it tells of nobody."""
        return self.others < LEAST_LEFT and (self.others > 0 or self.unknown > 0)


def cells(
    story: Story,
    counted: Sequence[Told],
    known: Collection[str],
    families: Mapping[str, str] = NOTHING,
    *,
    files: Sequence[PrintedFile] = (),
    at: date,
) -> tuple[Cell, ...]:
    """From large to small, by what the story says: over all years, then in each file that counts its account, or may.

    `counted`: what tables may count at `at`. `known`: the records of the accounts that other published stories are of.
    `families`: of codes of violence. `files`: that were printed.
    """
    border, gone, told = story.border.partition(":")[0], {story.of, *known}, _told(story, families)
    found = [_cell(counted, gone, border=place, when=when) for place, when in _over_all(story, border, len(counted))]
    for period, layer, inside, unknown in _files(_own(story, counted, told), counted, files, at):
        answers = [one for one in _columns(layer) if one[1] in told.get(one[0], ())]
        file = _File(story=story, period=period, layer=layer, answers=answers, gone=gone, unknown=unknown)
        found += file.cells(inside)
    return tuple(found)


def _own(story: Story, counted: Sequence[Told], told: questions.Told) -> Told:
    """The account of the story; as the story tells it where no table may count it today, since one may have before."""
    said = Told(name=story.of, border=story.border.partition(":")[0], when=story.month, told=told)
    return next((one for one in counted if one.name == story.of), said)


def _files(
    own: Told, counted: Sequence[Told], files: Sequence[PrintedFile], at: date
) -> Iterator[tuple[Period, int, list[Told], int]]:
    """Period, layer and accounts of each printed file with `own`, and of each that can be made next with it.

    And how many accounts of it are not known here: they are counted though nobody here may count them today.
    """
    for file in files:
        if file.counts(own.name):
            inside = [own, *(one for one in counted if one.name != own.name and file.counts(one.name))]
            yield file.period, file.layer, inside, len(file.members) - len(inside)
    if own not in counted:
        return
    holders = {one.name: [file.period for file in files if file.counts(one.name)] for one in counted}
    for kind in Kind:
        for period in _next(kind, holders[own.name], files, at):
            inside = [one for one in counted if may_hold(period, holders[one.name])]
            told = [one.layer for one in files if (one.period.kind, one.period.year) == (kind, period.year)]
            most = max([_layers(holders.values(), period.year).get(kind, 0), *told])
            enough = [layer for layer, least in tables_plan.LEAST.items() if layer <= most and least <= len(inside)]
            if enough:
                yield period, max(enough), inside, 0


def _layers(holders: Collection[Sequence[Period]], year: int) -> Mapping[Kind, int]:
    """The most of each kind in `year`, by the accounts that files since the year before count, or none.

    The plan may differ: it was made earlier, for other accounts.
    """
    recent = sum(1 for periods in holders if all(one.year >= year - 1 for one in periods))
    return next(layers for least, layers in tables_plan.TIMETABLE if recent >= least)


def _next(kind: Kind, holders: Sequence[Period], files: Sequence[PrintedFile], at: date) -> list[Period]:
    """The periods of `kind` that can be made next and count an account that `holders` count. First comes a backlog."""
    if any(one.is_backlog for one in holders):
        return []
    now = Period.containing(kind, at)
    days = [max(one.last_day for one in holders)] if holders else [at, now.before]
    found = [Period.containing(kind, day) for day in days]
    if kind is Kind.YEAR and not files:
        found.append(Period.backlog(Period.containing(Kind.MONTH, at).before))
    made = {file.period for file in files}
    return [one for one in found if one not in made and may_hold(one, holders)]


@dataclass(frozen=True, kw_only=True)
class _File:
    """What of one file the story may stand in. `answers`: those of the story that its tables count. `unknown`: see
    `Cell`.
    """

    story: Story
    period: Period
    layer: int
    answers: Sequence[Answer]
    gone: Collection[str]
    unknown: int

    def cells(self, inside: Sequence[Told]) -> Iterator[Cell]:
        """`inside`: all accounts of the file."""
        border = self.story.border.partition(":")[0]
        yield from self._of_row("", inside)
        if not border:
            return
        rows: dict[str, list[Told]] = defaultdict(list)
        for one in inside:
            rows[one.border].append(one)
        may = {code for code, row in rows.items() if code and _may_have_row(row, self.unknown)}
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

        def cell(inside: Sequence[Told], when: str = "", answer: Answer = NONE) -> Cell:
            found = _cell(inside, self.gone, period=label, border=place, when=when, answer=answer)
            return replace(found, unknown=self.unknown)

        yield cell(row)
        if place == REST and _persons_in(row) + self.unknown < FEWEST_IN_ROW:
            return
        for level in _levels(self.story, self.layer):
            if column := times.column_of(self.story.month, level, self.period):
                alike = [one for one in row if times.column_of(one.when, level, self.period) == column]
                yield cell(alike, when=column)
        for answer in self.answers:
            alike = [one for one in row if answer[1] in one.told.get(answer[0], ())]
            yield cell(alike, answer=answer)


def _may_have_row(row: Sequence[Told], unknown: int) -> bool:
    incidents = len({one.incident for one in row} - {""})
    return _persons_in(row) + unknown >= FEWEST_IN_ROW and incidents + unknown >= LEAST_INCIDENTS


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
