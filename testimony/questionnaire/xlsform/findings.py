"""Collects the problems in a questionnaire and their places: all at once, with one sentence each."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One sentence about one place. Without `refuses` it is something to know; the questionnaire can be used."""

    sheet: str
    row: int | None  # as the spreadsheet counts: the headings are row 1
    column: str
    reason: str
    refuses: bool

    @property
    def place(self) -> str:
        row = None if self.row is None else f"row {self.row}"
        return ", ".join(part for part in (self.sheet, row, self.column) if part)


@dataclass
class Problems:
    """Collected while a questionnaire is read."""

    all: list[Problem] = field(default_factory=list)

    def refuse(self, sheet: str, row: int | None, column: str, reason: str) -> None:
        """The questionnaire cannot be used as it is."""
        self._add(Problem(sheet=sheet, row=row, column=column, reason=reason, refuses=True))

    def warn(self, sheet: str, row: int | None, column: str, reason: str) -> None:
        """It can be used, but its author should know."""
        self._add(Problem(sheet=sheet, row=row, column=column, reason=reason, refuses=False))

    @property
    def refusals(self) -> list[Problem]:
        return [one for one in self.all if one.refuses]

    @property
    def warnings(self) -> list[Problem]:
        return [one for one in self.all if not one.refuses]

    def _add(self, finding: Problem) -> None:
        if finding not in self.all:
            self.all.append(finding)
