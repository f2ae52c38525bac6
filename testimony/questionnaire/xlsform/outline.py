"""Reads the sheet `survey` as sections with questions: nested groups, question types, and repeats with their fields."""

from __future__ import annotations

import re

from testimony.questionnaire.xlsform import or_other
from testimony.questionnaire.xlsform.findings import Problems
from testimony.questionnaire.xlsform.headings import Line, lines
from testimony.questionnaire.xlsform.questions import (
    LOOKS,
    MOST_ROWS_OF_REPEAT,
    NO_NUMBER_OF_ROWS,
    SHEET,
    Calculation,
    Group,
    Note,
    Part,
    Question,
    is_number,
)
from testimony.questionnaire.xlsform.ranges import Range
from testimony.questionnaire.xlsform.workbook import Workbook

NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
TYPES = {"text": "text", "string": "text", "integer": "int", "int": "int", "date": "date", "geopoint": "geo"} | {
    "decimal": "decimal",
}
RANGE = "range"
NO_LOOKS = "left out: looks are the interview page's own"
SELECTS = {"select_one": "select", "select one": "select", "select one from": "select"} | {
    "select_multiple": "multi",
    "select all that apply": "multi",
    "select all that apply from": "multi",
}
SELECT = re.compile(rf"({'|'.join(sorted(SELECTS, key=len, reverse=True))})\s+(\S+)(.*)")
RECORDED = ("start", "end", "today")
NEVER = ("deviceid", "phonenumber", "username", "email", "simserial", "subscriberid", "imei", "audit", "start-geopoint")
MOST_QUESTIONS = 400
MISPLACED = {
    "calculation": "a person's answer is not calculated; write a row of type calculate",
}
"""Why a cell cannot stand in a row, where more can be said than that."""
GROUP_CELLS = ("constraint", "required", "compartment", "disclosure", "repeat_count", "choice_filter", "default")


def read(workbook: Workbook, title: str, language: str, findings: Problems) -> list[Part]:
    """The sections of the sheet in order; what cannot be used goes to `findings`."""
    outline = _Outline(Group(name="questions", line=None, title={language: title}), findings)
    for line in lines(workbook.sheet(SHEET), language, findings):
        outline.take(line)
    outline.finish()
    return outline.parts


class _Outline:
    def __init__(self, whole: Group, findings: Problems) -> None:
        self.parts: list[Part] = []
        self.stack = [whole]
        self.repeat: Question | None = None
        self.within: list[Line] = []  # the groups that are open inside the repeat
        self.in_row: list[Calculation] = []  # those of the repeat that stand after its last question
        self.notes_in_row: list[Note] = []  # the same
        self.notes: list[Note] = []
        self.calculations: list[Calculation] = []
        self.names: dict[str, dict[str, int]] = {whole.name: {"": 1}}  # name -> repeat ("" for none) -> row
        self.findings = findings
        self.count = 0

    def take(self, line: Line) -> None:
        """One row of the sheet."""
        kind = " ".join(line.cell("type").split())
        lowered = kind.lower()
        if line.cell("appearance") and lowered.replace("_", " ").startswith(("begin ", "note")):
            self._warn(line, "appearance", NO_LOOKS)
        match lowered.replace("_", " "):
            case "begin group":
                self._open(line)
            case "end group":
                self._close(line)
            case "begin repeat":
                self._open_repeat(line)
            case "end repeat":
                self._close_repeat(line)
            case "note":
                self._note(line)
            case "calculate":
                self._calculate(line)
            case _ if lowered in RECORDED:
                self._warn(line, "type", f"{kind} is recorded by the program itself; the row is left out")
            case _ if lowered in NEVER:
                self._warn(line, "type", f"{kind} is never recorded here; the row is left out")
            case _:
                self._question(line, kind)

    def finish(self) -> None:
        """What was opened must be closed."""
        if self.repeat is not None:
            self._refuse(self.repeat.line, "type", "this repeat is never closed; an end_repeat is missing")
        for group in self.stack[1:]:
            if group.line is not None:
                self._refuse(group.line, "type", "this group is never closed; an end_group is missing")
        if self.parts:
            self._close_notes(self.parts[-1].questions[-1])
        if not self.count:
            self.findings.refuse(SHEET, None, "", "there is no question")
        if self.count > MOST_QUESTIONS:
            reason = f"there are {self.count} questions, and at most {MOST_QUESTIONS} can be asked; make two of it"
            self.findings.refuse(SHEET, None, "", reason)

    def _open(self, line: Line) -> None:
        if self.repeat is not None:
            self._name(line)
            self._refuse_cells(line, GROUP_CELLS)
            reason = "a group inside a repeat has no title on the card; its condition holds in each row"
            self._warn(line, "label", reason)
            self.within.append(line)
        else:
            self._close_notes(self._last())
            self._name(line)
            self._refuse_cells(line, GROUP_CELLS)
            title = line.texts["label"] or {}
            if not title:
                self._refuse(line, "label", "the label is missing; it is the title of the section")
            self.stack.append(Group(name=line.cell("name"), line=line, title=title))

    def _close(self, line: Line) -> None:
        if self.repeat is not None:
            if self.within:
                self.within.pop()
            elif len(self.stack) == 1:
                self._refuse(line, "type", "no group is open here")
            return  # a group around the repeat cannot end in it: one of the two is said to be never closed
        self._close_notes(self._last())
        if len(self.stack) == 1:
            self._refuse(line, "type", "no group is open here")
        else:
            self.stack.pop()

    def _open_repeat(self, line: Line) -> None:
        if self.repeat is not None:
            self._refuse(line, "type", "a repeat inside a repeat is not supported")
            return
        self.repeat = Question(line=line, name=self._name(line), kind="repeat", groups=tuple(self.stack))
        self.repeat.most = self._most(line)
        self._add(self.repeat)

    def _close_repeat(self, line: Line) -> None:
        if self.repeat is None:
            self._refuse(line, "type", "no repeat is open here")
        elif not self.repeat.pieces:
            self._refuse(self.repeat.line, "type", "this repeat holds no question")
        elif self.notes_in_row:
            self.repeat.pieces[-1].after, self.repeat.pieces[-1].later = self.notes_in_row, self.in_row
        for group in self.within:
            self._refuse(group, "type", "this group is never closed; an end_group is missing")
        self.repeat, self.within, self.in_row, self.notes_in_row = None, [], [], []

    def _most(self, line: Line) -> int:
        said = line.cell("repeat_count")
        if not said or not is_number(said):
            return MOST_ROWS_OF_REPEAT  # an expression is a check of the answer
        if not 1 <= int(said[:4]) <= MOST_ROWS_OF_REPEAT:
            self._refuse(line, "repeat_count", NO_NUMBER_OF_ROWS)
            return MOST_ROWS_OF_REPEAT
        return int(said)

    def _note(self, line: Line) -> None:
        """A note is read before the next question of its group, or after the last one."""
        self._name(line)
        note = Note(line=line, groups=tuple(self.stack), within=tuple(self.within))
        if self.repeat is None:
            self.notes.append(note)
        elif any(one.cell("relevant") for one in (*note.within, line)):
            self.notes_in_row.append(note)
        else:
            self.repeat.notes.append(note)

    def _calculate(self, line: Line) -> None:
        if not line.cell("calculation"):
            self._refuse(line, "type", "the calculation is missing")
        calculation = Calculation(line=line, name=self._name(line), groups=tuple(self.stack))
        if self.repeat is None:
            self.calculations.append(calculation)
        else:
            calculation.within = tuple(self.within)
            self.in_row.append(calculation)

    def _last(self) -> Question | None:
        """The question that was read last, if it is of the group that is open."""
        last = self.parts[-1].questions[-1] if self.parts else None
        return last if last is not None and last.groups[-1] is self.stack[-1] else None

    def _close_notes(self, last: Question | None) -> None:
        """Read the notes that wait after the question `last`; without one they wait for the next question."""
        if last is not None and self.notes:
            last.after += self.notes
            last.later += self.calculations
            self.notes, self.calculations = [], []

    def _question(self, line: Line, kind: str) -> None:
        found = self._kind(line, kind)
        name = self._name(line)
        if not line.texts["label"]:
            self._refuse(line, "label", "the label is missing")
        within = self._range(line) if kind.lower() == RANGE else None
        if within is not None:
            found = within.kind, None
        elif line.cell("parameters") and kind.lower() != RANGE:
            self._warn(line, "parameters", NO_LOOKS)
        if found is None:
            return
        question = Question(line=line, name=name, kind=found[0], list_name=found[1], groups=tuple(self.stack))
        question.range = within
        question.looks = self._looks(line, question.kind)
        question.or_other = (select := SELECT.fullmatch(kind)) is not None and or_other.is_spelling(select[3])
        if self.repeat is not None:
            self._refuse_cells(line, ("repeat_count", "calculation", "default"))
            question.within = tuple(self.within)
            question.calculations, self.in_row = self.in_row, []
            question.notes, self.notes_in_row = self.notes_in_row, []
            self.repeat.pieces.append(question)
        else:
            self._refuse_cells(line, ("repeat_count", "calculation"))
            self._add(question)
        if question.or_other and len(name) > or_other.LONGEST_NAME:
            self._refuse(line, "name", or_other.TOO_LONG)
        elif question.or_other:
            self._question(or_other.question_of_words(line, in_repeat=self.repeat is not None), "text")

    def _looks(self, line: Line, kind: str) -> str | None:
        said = line.cell("appearance").lower().split()
        found = next((one for one in said if one in LOOKS), None) if kind in ("select", "multi") else None
        if said and (found is None or len(said) > 1 or (self.repeat is not None and found != "minimal")):
            self._warn(line, "appearance", NO_LOOKS)
        return found if self.repeat is None else None  # lists in a repeat are folded

    def _range(self, line: Line) -> Range | None:
        try:
            return Range.of(line.cell("parameters"))
        except ValueError as error:
            self._refuse(line, "parameters", str(error))
            return None

    def _kind(self, line: Line, kind: str) -> tuple[str, str | None] | None:
        if kind.lower() == RANGE:
            return None  # its parameters say it
        plain = TYPES.get(kind.lower())
        if plain is not None:
            return plain, None
        select = SELECT.fullmatch(kind)
        if select is None:
            self._refuse(line, "type", f"the type {kind!r} is not supported" if kind else "the type is missing")
            return None
        if select[3].strip() and not or_other.is_spelling(select[3]):
            self._refuse(line, "type", f"the type {kind!r} is not supported")
        return SELECTS[select[1]], select[2]

    def _add(self, question: Question) -> None:
        group = self.stack[-1]
        last = self.parts[-1] if self.parts else None
        if last is None or last.questions[-1].groups[-1] is not group:
            group.used += 1
            section = group.name if group.used == 1 else f"{group.name}_{group.used}"
            self.parts.append(Part(id=section, title=group.title))
        question.calculations, self.calculations = self.calculations, []
        question.notes, self.notes = self.notes, []
        self.parts[-1].questions.append(question)
        self.count += 1

    def _name(self, line: Line) -> str:
        """The name of the row; it must be one and stand nowhere else. A repeat may use the names of another one."""
        name, within = line.cell("name"), self.repeat.name if self.repeat is not None else ""
        if not NAME.fullmatch(name):
            reason = "a name has small letters a-z, digits and _ only, begins with a letter, and has at most 40 of them"
            self._refuse(line, "name", reason if name else "the name is missing")
            return name
        held = self.names.setdefault(name, {})
        taken = next((row for repeat, row in held.items() if not within or repeat in ("", within)), None)
        if taken is not None:
            self._refuse(line, "name", f"row {taken} has the name {name} already")
        else:
            held[within] = line.row
        return name

    def _refuse_cells(self, line: Line, uses: tuple[str, ...]) -> None:
        for use in uses:
            if line.cell(use):
                where = "a question of a repeat" if self.repeat is not None else "this row"
                self._refuse(line, use, MISPLACED.get(use, f"{where} cannot have this"))

    def _refuse(self, line: Line, column: str, reason: str) -> None:
        self.findings.refuse(SHEET, line.row, column, reason)

    def _warn(self, line: Line, column: str, reason: str) -> None:
        self.findings.warn(SHEET, line.row, column, reason)
