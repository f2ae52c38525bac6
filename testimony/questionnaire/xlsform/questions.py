"""The questions of a sheet `survey`, in their groups and repeats, with what is read and calculated beside them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from testimony.questionnaire.xlsform.headings import Line
from testimony.questionnaire.xlsform.ranges import Range

SHEET = "survey"
MOST_ROWS_OF_REPEAT = 20
LOOKS = ("minimal", "likert")
"""Appearances of choices that the interview page has: the list is folded, or its choices stand beside each other."""
NO_NUMBER_OF_ROWS = f"a number here is from 1 to {MOST_ROWS_OF_REPEAT}"

Texts = Mapping[str, str]


@dataclass(kw_only=True)
class Question:
    line: Line
    name: str
    kind: str  # text, int, decimal, date, geo, select, multi, repeat
    list_name: str | None = None
    notes: list[Note] = field(default_factory=list)  # those that stand before it
    calculations: list[Calculation] = field(default_factory=list)  # those that stand before it
    after: list[Note] = field(default_factory=list)  # those with which its group ends
    later: list[Calculation] = field(default_factory=list)  # those that stand before `after`
    pieces: list[Question] = field(default_factory=list)
    groups: tuple[Group, ...] = ()
    within: tuple[Line, ...] = ()  # of a question of a repeat: the groups around it inside the repeat
    most: int = MOST_ROWS_OF_REPEAT
    or_other: bool = False
    range: Range | None = None
    looks: str | None = None  # one of LOOKS

    @property
    def row(self) -> int:
        return self.line.row

    @property
    def is_coarse(self) -> bool:
        """Whether it asks a place of the incident, which is rounded."""
        return self.kind == "geo" and self.is_of_incident

    @property
    def is_of_incident(self) -> bool:
        """What its row says; a question of a repeat is where the repeat is."""
        return self.line.cell("compartment").lower() == "incident"


@dataclass(kw_only=True)
class Note:
    """A row that is read with a question and asks nothing. In a repeat it is read before all rows, or in each row if
    it depends on answers.
    """

    line: Line
    groups: tuple[Group, ...]
    within: tuple[Line, ...] = ()  # of one in a repeat: the groups around it inside the repeat


@dataclass(kw_only=True)
class Calculation:
    """A row that asks nothing: its value is for expressions and texts."""

    line: Line
    name: str
    groups: tuple[Group, ...]
    within: tuple[Line, ...] = ()  # as of a note


def is_number(said: str) -> bool:
    """Whether a cell holds a number and no expression."""
    return said.isascii() and said.isdecimal()


def depends(note: Note, question: Question) -> bool:
    """Whether `note` has a condition that `question`, with which it is read, does not have."""
    return any(line.cell("relevant") for line in conditions_of(note, question))


def conditions_of(note: Note, question: Question) -> list[Line]:
    """The rows whose conditions say when `note` is read where `question` is asked."""
    groups = (group for group in note.groups if all(group is not one for one in question.groups))
    return [*_lines(groups), note.line]


def conditions_beside(note: Note, question: Question) -> list[Line]:
    """The rows whose conditions say when `question` is asked, and which `note`, read with it, does not have."""
    if question.kind == "repeat" and question.row < note.line.row and note in question.notes:
        return []  # it stands in the repeat, and is meant for it
    had = {"", *(line.cell("relevant") for line in (*_lines(note.groups), note.line))}
    return [line for line in (*_lines(question.groups), question.line) if line.cell("relevant") not in had]


def _lines(groups: Iterable[Group]) -> list[Line]:
    return [group.line for group in groups if group.line is not None]


@dataclass(kw_only=True)
class Group:
    """A group of the sheet, or the sheet itself (without a line)."""

    name: str
    line: Line | None
    title: Texts
    used: int = 0  # sections made of it: a group that another one interrupts goes on in a new one


@dataclass(kw_only=True)
class Part:
    """A section: questions that follow each other in one group."""

    id: str
    title: Texts
    questions: list[Question] = field(default_factory=list)
