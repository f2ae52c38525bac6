"""The published table as sheets: a line for each class, and the published totals. Every column has an HXL tag."""

from __future__ import annotations

import calendar
import re
from datetime import date
from typing import Final

from testimony.anonymity.class_table import BLANK_BELOW
from testimony.anonymity.field_hierarchies import DATE_LEVELS, span
from testimony.anonymity.hierarchies import MISSING
from testimony.publication.content import HIDDEN, Content, Line
from testimony.publication.sheets.sheet import Cell, Column, Sheet

TAGS: Final = {
    "place": "#adm1+code",
    "age": "#respondee+age",
    "gender": "#respondee+gender",
    "nat": "#country+origin+code",
    "size": "#group+size+range",
    "prev": "#event+previous+range",
}
"""As in the codebook where it has one; a level stands beside it with +level."""
SPANS: Final = dict(zip((1, 3, 6, 12, 36), DATE_LEVELS, strict=True))
GROUP: Final = Column(name="group", tag="#meta+group+num", kind="number", required=True, least=1)
EXPELLED_FROM: Final = Column(name="expelled_from", tag="#country+expelling+code")
RETURNED_TO: Final = Column(name="returned_to", tag="#country+return+code")
ACCOUNTS: Final = "accounts"


def tag_of(attribute: str) -> str:
    return TAGS.get(attribute, f"#respondee+{_plain(attribute)}")


def mark_tag(mark: str) -> str:
    """The tag of the count of a mark."""
    return f"#indicator+{_plain(mark)}+num"


def columns(content: Content) -> tuple[Column, ...]:
    """The columns of the table, in order."""
    found = [
        Column(name="class", tag="#meta+class+id", required=True),
        GROUP,
        Column(name="tier", tag="#meta+tier+num", kind="number", required=True, least=1),
    ]
    for attribute in content.attributes:
        found += _attribute(attribute)
    found.append(Column(name=ACCOUNTS, tag="#indicator+accounts+num", kind="number", required=True, least=content.k))
    found += [_count(content, mark) for mark in content.marks]
    return (*found, Column(name="blank", tag="#meta+blank+list"))


def _count(content: Content, mark: str) -> Column:
    """The column of a mark; where a count may be not shown, it holds a word instead."""
    if mark in content.limited:
        return Column(name=mark, tag=mark_tag(mark), required=True)
    return Column(name=mark, tag=mark_tag(mark), kind="number", least=BLANK_BELOW)


def sheet(content: Content) -> Sheet:
    """The table."""
    return Sheet(name="table", columns=columns(content), rows=tuple(_row(content, line) for line in content.lines))


def totals(content: Content) -> Sheet:
    """For each group and mark, the sum over the group's lines; empty where it is not said, and then flagged."""
    rows: list[tuple[Cell, ...]] = []
    for group, counts in content.totals:
        rows += [
            (group, mark, count, "blank" if count is None else None)
            for mark, count in zip(content.marks, counts, strict=True)
        ]
    return Sheet(
        name="totals",
        columns=(
            GROUP,
            Column(name="counted", tag="#indicator+code"),
            Column(name="total", tag="#indicator+total+num", kind="number"),
            Column(name="blank", tag="#meta+blank+code"),
        ),
        rows=tuple(rows),
    )


def days(label: str) -> tuple[date, date] | None:
    """The first and the last day of a label of a date; None where none is known."""
    if label in (MISSING, HIDDEN):
        return None
    first, last = ((int(month[:4]), int(month[5:])) for month in span(label))
    return date(*first, 1), date(*last, calendar.monthrange(*last)[1])


def date_level(label: str) -> str:
    """How exactly a date is known, by its own label: "2022" among months is a year."""
    held = days(label)
    if held is None:
        return label
    first, last = held
    return SPANS[(last.year - first.year) * 12 + last.month - first.month + 1]


def states(label: str) -> tuple[str | None, str | None]:
    """The State that expelled and the one to which people were returned, of a label of a place."""
    border = label.partition(":")[0]
    return (border[:3], border[4:]) if "-" in border else (None, None)


def _attribute(attribute: str) -> list[Column]:
    if attribute == "date":
        return [
            Column(name="date_start", tag="#date+start", kind="date"),
            Column(name="date_end", tag="#date+end", kind="date"),
            Column(name="date_level", tag="#date+level+code", required=True, codes=(*DATE_LEVELS, MISSING)),
        ]
    tag = tag_of(attribute)
    found = [
        Column(name=attribute, tag=tag, required=True),
        Column(name=f"{attribute}_level", tag=f"{tag.removesuffix('+code')}+level", required=True),
    ]
    if attribute == "place":
        found += [EXPELLED_FROM, RETURNED_TO]
    return found


def _row(content: Content, line: Line) -> tuple[Cell, ...]:
    cells: list[Cell] = [line.id, line.group, line.tier]
    for attribute, label, level in zip(content.attributes, line.labels, line.levels, strict=True):
        if attribute == "date":
            cells += [*(days(label) or (None, None)), date_level(label)]
        else:
            cells += [label, level]
        if attribute == "place":
            cells += states(label)
    blanks = [mark for mark, count in zip(content.marks, line.counts, strict=True) if count is None]
    return (*cells, line.n, *line.counts, " ".join(blanks) or None)


def _plain(code: str) -> str:
    return re.sub(r"[^a-z0-9_]", "_", code)
