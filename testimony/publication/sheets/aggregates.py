"""Sums over the published table alone, so that no sum reveals more than the lines do.

A blank stands for 0 to 2, and a count that is not shown for 0 to all of its line, so a sum over them is a range, from
`at_least` to `at_most`. Where no line says a number there is no range: "0–54" would suggest that somebody counted. One
account may report several things: counts of different marks are never added up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from testimony.anonymity import field_hierarchies
from testimony.anonymity.class_table import BLANK_BELOW, NOT_SHOWN, Count
from testimony.anonymity.hierarchies import MISSING
from testimony.publication.content import FIRST_FORMAT, HIDDEN, Content, Line
from testimony.publication.sheets.sheet import Cell, Column, Sheet
from testimony.publication.sheets.table import ACCOUNTS, days

LARGEST_BLANK: Final = BLANK_BELOW - 1


@dataclass(frozen=True, kw_only=True)
class Range:
    """From `least` to `most` accounts; the same where nothing is blank. `said`: whether the table says any number.

    `open`: a count in it is not shown, so `most` says nothing but how many accounts there are.
    """

    least: int
    most: int
    said: bool = True
    open: bool = False

    def __str__(self) -> str:
        if self.open:
            return f"≥ {self.least}"
        return str(self.least) if self.least == self.most else f"{self.least}–{self.most}"


def over(counts: Iterable[tuple[int, Count]]) -> Range:
    """The sum of counts, each with the accounts of its line."""
    least = most = 0
    said = hidden = False
    for n, count in counts:
        if isinstance(count, int):
            least, most, said = least + count, most + count, True
        else:
            hidden = hidden or count == NOT_SHOWN
            most += n if count == NOT_SHOWN else LARGEST_BLANK
    return Range(least=least, most=most, said=said, open=hidden)


def of_mark(content: Content, mark: str) -> Range:
    """Over all lines: by the totals that are said, else by the lines."""
    place = content.marks.index(mark)
    found = Range(least=0, most=0, said=False)
    for group, totals in content.totals:
        total = totals[place]
        one = (
            Range(least=total, most=total)
            if total is not None
            else over((line.n, line.counts[place]) for line in content.lines if line.group == group)
        )
        found = Range(
            least=found.least + one.least,
            most=found.most + one.most,
            said=found.said or one.said,
            open=found.open or one.open,
        )
    return found


def children(content: Content) -> Range:
    """Accounts of people under 18; lines that do not tell the age may hold some."""
    place = content.attributes.index("age")
    least = unknown = 0
    for line in content.lines:
        label = coarse("age", line.labels[place])
        least += line.n * (label == "child")
        unknown += line.n * (label in (MISSING, HIDDEN))
    return Range(least=least, most=least + unknown)


def coarse(attribute: str, label: str) -> str:
    """The label under which lines are added up: year, border, child or adult; every other one as it stands."""
    if label in (MISSING, HIDDEN):
        return label
    rule = COARSE.get(attribute)
    return rule(label) if rule else label


def by(content: Content, attribute: str) -> Mapping[str, list[Line]]:
    """The lines under each coarse label, in the order of the labels."""
    place = content.attributes.index(attribute)
    found: dict[str, list[Line]] = {}
    for line in content.lines:
        found.setdefault(coarse(attribute, line.labels[place]), []).append(line)
    return dict(sorted(found.items()))


def sheet(content: Content, attribute: str) -> Sheet:
    """The accounts for each label, and the range for each mark; empty where no line of the label says a number."""
    rows: list[tuple[Cell, ...]] = []
    for label, lines in by(content, attribute).items():
        cells: list[Cell] = [label, sum(line.n for line in lines)]
        for place in range(len(content.marks)):
            found = over((line.n, line.counts[place]) for line in lines)
            cells += [found.least, found.most] if found.said or content.form == FIRST_FORMAT else [None, None]
        rows.append(tuple(cells))
    counts = [Column(name=f"{mark}_{end}", kind="number") for mark in content.marks for end in ("at_least", "at_most")]
    return Sheet(
        name=f"by {attribute}",
        columns=(Column(name=attribute), Column(name=ACCOUNTS, kind="number"), *counts),
        rows=tuple(rows),
    )


def _year(label: str) -> str:
    """The year in which all of it lies; three years, which begin with a letter lest a spreadsheet reckon with them."""
    first, last = days(label) or (None, None)
    if first is None or last is None:
        return label
    return f"y{first.year}" if first.year == last.year else f"y{first.year}to{last.year}"


def _border(label: str) -> str:
    return label.partition(":")[0]


def _majority(label: str) -> str:
    return (
        field_hierarchies.AGES[label][1]
        if label in field_hierarchies.AGES
        else "child"
        if label == "child"
        else "adult"
    )


COARSE: Final[Mapping[str, Callable[[str], str]]] = {"date": _year, "place": _border, "age": _majority}
