"""The questionnaire while it is adapted: rows of plain columns by their numbers, and what was changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from testimony.questionnaire.xlsform.findings import Problems
from testimony.questionnaire.xlsform.workbook import Row, Sheet, Workbook

Cells = dict[str, str]  # plain heading -> text


@dataclass(kw_only=True)
class Draft:
    """`changes` holds what was changed, as notes by place. Row numbers stay those of the file."""

    sheets: dict[str, dict[int, Cells]]
    changes: Problems = field(default_factory=Problems)
    language: str = "en"

    @property
    def survey(self) -> dict[int, Cells]:
        return self.sheets["survey"]

    @property
    def choices(self) -> dict[int, Cells]:
        return self.sheets["choices"]

    def changed(self, sheet: str, row: int | None, column: str, what: str) -> None:
        self.changes.warn(sheet, row, column, what)

    def leave_out(self, row: int, what: str) -> None:
        """A row of the survey: it stays as an empty one, so that all others keep their numbers."""
        self.changed("survey", row, "type", what)
        self.survey.pop(row, None)

    def kinds(self) -> Iterator[tuple[int, str]]:
        """The rows of the survey with their types, such as "begin group"; rows may go meanwhile."""
        for row, cells in sorted(self.survey.items()):
            yield row, " ".join(cells.get("type", "").lower().replace("_", " ").split())

    def workbook(self) -> Workbook:
        """What the compiler reads."""
        return Workbook(sheets={name: _sheet(name, rows) for name, rows in self.sheets.items()})


def _sheet(name: str, rows: dict[int, Cells]) -> Sheet:
    headings = tuple(dict.fromkeys(heading for _, cells in sorted(rows.items()) for heading in cells))
    kept = ((number, {use: text for use, text in cells.items() if text}) for number, cells in sorted(rows.items()))
    return Sheet(
        name=name, headings=headings, rows=tuple(Row(number=number, cells=held) for number, held in kept if held)
    )
