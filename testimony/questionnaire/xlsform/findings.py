"""Collects the problems in a questionnaire and their places: all at once, with one sentence each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
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
        return _place(self.sheet, [] if self.row is None else [self.row], self.column)


def grouped(problems: Iterable[Problem]) -> Iterator[tuple[str, str]]:
    """(place, reason), once for all the rows of a column that have the same reason."""
    rows: dict[tuple[str, str, str], list[int]] = {}
    for one in problems:
        rows.setdefault((one.sheet, one.column, one.reason), []).extend([] if one.row is None else [one.row])
    for (sheet, column, reason), held in rows.items():
        yield _place(sheet, held, column), reason


def _place(sheet: str, rows: list[int], column: str) -> str:
    """ "survey, rows 3-5 9, relevant"."""
    spans: list[list[int]] = []
    for row in sorted(set(rows)):
        if spans and row == spans[-1][1] + 1:
            spans[-1][1] = row
        else:
            spans.append([row, row])
    said = " ".join(str(first) if first == last else f"{first}-{last}" for first, last in spans)
    where = f"{'row' if len(set(rows)) == 1 else 'rows'} {said}" if said else ""
    return ", ".join(part for part in (sheet, where, column) if part)


@dataclass
class Problems:
    """Collected while a questionnaire is read."""

    all: list[Problem] = field(default_factory=list)
    _known: set[Problem] = field(default_factory=set)

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
        if finding not in self._known:
            self._known.add(finding)
            self.all.append(finding)
