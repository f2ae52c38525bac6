"""A template sheet for IOM's Missing Migrants Project: adds up accounts of deaths and disappearances.

The table counts accounts and never the dead, so the project's columns of numbers stay empty; the counts of accounts
are in three columns after them. It contains only lines whose count is not blank. Column names: IOM Missing Migrants
Project, CC BY 4.0.
"""

from __future__ import annotations

from datetime import date
from typing import Final

from testimony.anonymity.hierarchies import MISSING
from testimony.publication.content import HIDDEN, Content, Line
from testimony.publication.sheets.sheet import Cell, Column, Sheet
from testimony.publication.sheets.table import days, states
from testimony.publication.text.phrases import Words

DEATHS, DISAPPEARANCES = "deaths", "people_missing"
COLUMNS: Final = (
    "Main ID", "Incident ID", "Incident Type", "Region of Incident", "Incident date", "Incident year", "Incident month",
    "No. dead", "No. missing", "No. dead/missing", "No. survivors", "No. Female", "No. Male", "No. minors",
    "Country of Origin", "Region of Origin", "Cause of death (category)", "Cause of death (reported)", "Route",
    "Country of Incident", "Location of death", "UNSD region", "Source", "Link", "Source Quality", "Latitude",
    "Longitude",
)  # fmt: skip
COUNTED: Final = ("Accounts in the class", "Accounts that tell of deaths", "Accounts that tell of people missing")
PERIOD: Final = ("Period start", "Period end")
ATTRIBUTION: Final = (
    "Column names: Missing Migrants Project, International Organization for Migration (IOM), missingmigrants.iom.int, "
    "CC BY 4.0. The rows are not IOM's. Each row stands for a class of accounts and never for an incident or a person; "
    "accounts are no count of people, so the columns of numbers of people are empty.\r\n"
)


def allowed(content: Content) -> bool:
    """Whether the table counts deaths or disappearances at all."""
    return bool({DEATHS, DISAPPEARANCES} & set(content.marks))


def sheet(content: Content) -> Sheet:
    """A row for each class in which a count of deaths or disappearances is said."""
    words = Words("en")
    numbers = {"Incident year", "Incident month", *COUNTED}
    columns = tuple(
        Column(name=name, kind="date" if name in PERIOD else "number" if name in numbers else "text")
        for name in (*COLUMNS, *PERIOD, *COUNTED)
    )
    rows = [_row(content, line, words) for line in content.lines if any(_dead_and_missing(content, line))]
    return Sheet(name="Missing Migrants Project", columns=columns, rows=tuple(rows))


def _dead_and_missing(content: Content, line: Line) -> tuple[Cell, Cell]:
    said = dict(zip(content.marks, line.counts, strict=True))
    return said.get(DEATHS), said.get(DISAPPEARANCES)


def _row(content: Content, line: Line, words: Words) -> tuple[Cell, ...]:
    labels = dict(zip(content.attributes, line.labels, strict=True))
    period = days(labels.get("date", MISSING))
    expelling, _ = states(labels.get("place", MISSING))
    country, region = _origin(labels.get("nat", MISSING), words)
    held: dict[str, Cell] = {
        "Main ID": line.id,
        "Incident Type": "Aggregate of accounts",
        "Country of Origin": country,
        "Region of Origin": region,
        "Country of Incident": words.option("iso3", expelling) if expelling else None,
        **_when(period),
    }
    return (*(held.get(name) for name in COLUMNS), *(period or (None, None)), line.n, *_dead_and_missing(content, line))


def _when(period: tuple[date, date] | None) -> dict[str, Cell]:
    """Year and month where the whole period lies in one."""
    if period is None or period[0].year != period[1].year:
        return {}
    first, last = period
    return {"Incident year": first.year, "Incident month": first.month if first.month == last.month else None}


def _origin(label: str, words: Words) -> tuple[str | None, str | None]:
    if label in (MISSING, HIDDEN):
        return None, None
    if label.startswith("m"):
        return None, words.region(label)
    return words.option("iso3", label), None
