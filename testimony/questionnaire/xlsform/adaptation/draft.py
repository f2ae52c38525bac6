"""The questionnaire while it is adapted: its rows, and what was changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from testimony.questionnaire.xlsform.findings import Problems
from testimony.questionnaire.xlsform.workbook import Row, Sheet, Workbook

Cells = dict[str, str]  # plain heading -> text


@dataclass(kw_only=True)
class Draft:
    """`sheets`: name -> row number in the file -> cells. `changes`: what was changed, with its place. `language`: the
    default language. `encoding`: of CSV files that do not say it. `listed`: lists that were made from files, by the
    file and how it is read. `gone`: questions that were left out, by their names -> row. `codes`: by name of a question
    those of its list, as they were and as they are now.
    """

    sheets: dict[str, dict[int, Cells]]
    changes: Problems = field(default_factory=Problems)
    language: str = "en"
    encoding: str = ""
    listed: dict[str, str] = field(default_factory=dict)
    gone: dict[str, int] = field(default_factory=dict)
    codes: dict[str, frozenset[str]] = field(default_factory=dict)

    @property
    def survey(self) -> dict[int, Cells]:
        return self.sheets["survey"]

    @property
    def choices(self) -> dict[int, Cells]:
        return self.sheets["choices"]

    def changed(self, sheet: str, row: int | None, column: str, what: str) -> None:
        """Report a change. `row`: None for the whole sheet; `column`: "" for the whole row."""
        self.changes.warn(sheet, row, column, what)

    def leave_out(self, row: int, what: str) -> None:
        """Remove a row of the survey, and report `what`. The other rows keep their numbers."""
        self.changed("survey", row, "type", what)
        cells = self.survey.pop(row, {})
        self.gone.setdefault(cells.get("name", ""), row)

    def kinds(self) -> Iterator[tuple[int, str]]:
        """(row number, type) of each row of the survey, such as "begin group". Rows may be removed meanwhile."""
        for row, cells in sorted(self.survey.items()):
            yield row, " ".join(cells.get("type", "").lower().replace("_", " ").split())

    def workbook(self) -> Workbook:
        """The draft as a workbook for the compiler."""
        return Workbook(sheets={name: _sheet(name, rows) for name, rows in self.sheets.items()})


def _sheet(name: str, rows: dict[int, Cells]) -> Sheet:
    headings = tuple(dict.fromkeys(heading for _, cells in sorted(rows.items()) for heading in cells))
    kept = ((number, {use: text for use, text in cells.items() if text}) for number, cells in sorted(rows.items()))
    return Sheet(
        name=name, headings=headings, rows=tuple(Row(number=number, cells=held) for number, held in kept if held)
    )
