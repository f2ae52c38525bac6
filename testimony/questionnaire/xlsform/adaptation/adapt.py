"""Adapts a published XLSForm: plain names, nearest types. What the compiler still refuses is left out and reported."""

from __future__ import annotations

import re
from dataclasses import dataclass

from testimony.questionnaire.codebook import CLASSES
from testimony.questionnaire.xlsform import workbook
from testimony.questionnaire.xlsform.adaptation.columns import draft_of
from testimony.questionnaire.xlsform.adaptation.draft import Cells, Draft
from testimony.questionnaire.xlsform.adaptation.list_files import Files
from testimony.questionnaire.xlsform.adaptation.question_types import settle_types
from testimony.questionnaire.xlsform.adaptation.renames import rename
from testimony.questionnaire.xlsform.adaptation.structure import settle_structure
from testimony.questionnaire.xlsform.adaptation.texts import settle_settings, settle_texts
from testimony.questionnaire.xlsform.agreement import COMPARTMENTS
from testimony.questionnaire.xlsform.findings import Problem, Problems
from testimony.questionnaire.xlsform.nodes import NO_CODE, NO_SUCH
from testimony.questionnaire.xlsform.reader import Reading, compiled
from testimony.questionnaire.xlsform.text import NAMED
from testimony.questionnaire.xlsform.workbook import Sheet, Workbook

ROUNDS = 12
"""Leaving out one thing can make the compiler refuse another: so many times at most it is asked again."""
CELLS = frozenset(
    {"relevant", "constraint", "required", "repeat_count", "choice_filter", "default", "calculation", "trigger"}
    | {"read_only", "parameters", "appearance"}
)
LACKING = re.compile(re.escape(NO_SUCH) + r" '(?P<name>[^']+)'")
ABSENT = re.compile(r"(?P<quote>['\"])(?P<code>.*)(?P=quote) " + re.escape(NO_CODE) + r"(?: of \$\{(?P<name>.+)\})?")
TEXTS = ("label", "hint", "constraint_message")
CAREFUL = {"compartment": "narrative", "disclosure": "direct"}
"""The most careful values, for questions that nobody has classified: only lawyers read them, and they are redacted like
a name.
"""


@dataclass(frozen=True, kw_only=True)
class Adapted:
    """`changes`: every change, with its place. `reading`: what the compiler says about `workbook`."""

    workbook: Workbook
    reading: Reading
    changes: tuple[Problem, ...]

    @property
    def sheets(self) -> dict[str, list[list[str]]]:
        """The cells of each sheet that has any, the headings first. Rows keep their numbers."""
        return {name: _grid(sheet) for name, sheet in self.workbook.sheets.items() if sheet.headings}


def no_files(name: str) -> bytes | None:
    """For a form without files beside it."""
    return None


def adapt(
    data: bytes, *, name: str, language: str | None = None, files: Files = no_files, encoding: str = ""
) -> Adapted:
    """Adapt the content of an .xlsx or .xls file. `name`: of the file, without its ending. `files`: returns the content
    of a file beside it, None if there is none. `language`: of columns that name no language. `encoding`: of CSV files
    that do not say it, a key of `csv_text.ENCODINGS`.

    Raises `QuestionnaireUnreadable`.
    """
    found = Problems()
    held = workbook.read(data, found, values=True)
    draft = draft_of(held, language)
    draft.encoding = encoding
    draft.changes.all += [one for one in found.refusals if one.row is not None]
    settle_types(draft, files)
    settle_structure(draft)
    rename(draft)
    settle_texts(draft)
    settle_settings(draft, name)
    _judge(draft)
    reading = _leave_out_refused(draft)
    return Adapted(workbook=draft.workbook(), reading=reading, changes=tuple(draft.changes.all))


def _judge(draft: Draft) -> None:
    """Fill the two columns that only this program's forms have."""
    known = {"compartment": COMPARTMENTS, "disclosure": CLASSES}
    inside = False
    for row, kind in draft.kinds():
        inside = kind == "begin repeat" or (inside and kind != "end repeat")
        if kind.startswith(("begin group", "end ", "note", "calculate")) or (inside and kind != "begin repeat"):
            continue
        cells = draft.survey[row]
        for use, careful in CAREFUL.items():
            if cells.get(use, "").lower() not in known[use]:
                cells[use] = careful
                draft.changed("survey", row, use, f"{careful}, the most careful value; write the right one")


def _leave_out_refused(draft: Draft) -> Reading:
    """Leave out each cell or question that the compiler refuses, until nothing more can be left out."""
    for _ in range(ROUNDS):
        reading = compiled(draft.workbook(), Problems())
        settled = [_settle(refusal, draft) for refusal in reading.refusals]
        if not any(settled):
            return reading
        settle_structure(draft)
    return compiled(draft.workbook(), Problems())


def _settle(refusal: Problem, draft: Draft) -> bool:
    """Leave out what the compiler refused. Returns whether something was left out."""
    row, column = refusal.row, refusal.column
    cells = draft.sheets.get(refusal.sheet, {}).get(row) if row is not None else None
    if cells is None or row is None:
        return False
    if column in TEXTS and "${" in refusal.reason:
        return _put_dots(refusal.sheet, row, cells, draft)
    if refusal.sheet != "survey":
        return False
    why = f"left out: {_cause(refusal.reason, cells.get('name', ''), draft)}"
    if column == "calculation" and cells.get("type") == "calculate":
        draft.leave_out(row, why)
        return True
    if column in CELLS and cells.pop(column, ""):
        draft.changed("survey", row, column, why)
        return True
    if column in ("type", "name", "compartment", "disclosure") and not cells.get("type", "").startswith(
        ("begin", "end")
    ):
        draft.leave_out(row, why)
        return True
    return False


def _cause(reason: str, name: str, draft: Draft) -> str:
    """Why the compiler refused it, in the row of the question `name`: a question that lacks because it was left out is
    named with its row, and of a code it is said that the list never had it.
    """
    if (lacking := LACKING.search(reason)) and (row := draft.gone.get(lacking["name"])) is not None:
        return f"it needs {lacking['name']!r}, which is left out in row {row}"
    absent = ABSENT.fullmatch(reason)
    known = draft.codes.get(absent["name"] or name) if absent else None
    if absent is None or known is None or absent["code"] in known:
        return reason
    return f"{reason}; the list never had it"


def _put_dots(sheet: str, row: int, cells: Cells, draft: Draft) -> bool:
    """Replace answers by three dots in the texts of the row. Returns whether there were any."""
    found = [use for use in cells if use.startswith(TEXTS) and NAMED.search(cells[use])]
    for use in found:
        cells[use] = NAMED.sub("…", cells[use])
        draft.changed(sheet, row, use, "an answer to another question is replaced by …; read the text again")
    return bool(found)


def _grid(sheet: Sheet) -> list[list[str]]:
    rows = {row.number: [row.cells.get(heading, "") for heading in sheet.headings] for row in sheet.rows}
    last = max(rows, default=1)
    return [[*sheet.headings], *(rows.get(number, [""] * len(sheet.headings)) for number in range(2, last + 1))]
