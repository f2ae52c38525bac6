"""Published numbers again, for two readers: by theme for a mechanism, and deaths for the Missing Migrants Project.

Both are made from lines that are printed already. They count nothing, so they tell nothing that the tables do not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from testimony.domain.tables.count import ANSWERED
from testimony.domain.tables.offsets import Unit
from testimony.domain.tables.published import Published
from testimony.domain.tables.questions import BORDER, QUESTIONS
from testimony.domain.tables.rows import ALL
from testimony.errors import N_
from testimony.publication.sheets import missing_migrants, themes
from testimony.publication.sheets.sheet import Column, Sheet
from testimony.publication.tables import sheets as tables_sheets
from testimony.publication.tables.lines import Line
from testimony.publication.tables.sheets import Cell, Row
from testimony.publication.tables.vocabulary import Vocabulary
from testimony.publication.text.phrases import Words
from testimony.questionnaire.codebook import Codebook

BY_THEME: Final = N_("By theme, for the Human Rights Council")
OF_DEATHS: Final = N_("Deaths and missing people, for the Missing Migrants Project")
THEMES: Final = "themes"
DEAD: Final = "dead"
MISSING: Final = "missing"
COUNTED: Final = (
    Column(name="Accounts at the border", tag="#indicator+accounts+text"),
    Column(name="Incidents at the border", tag="#indicator+incidents+text"),
    Column(name="Accounts of deaths", tag="#indicator+deaths+text"),
    Column(name="Accounts of missing people", tag="#indicator+missing+text"),
)
PERIOD: Final = Column(name="period", tag="#meta+period+code")
TAGS: Final = {
    "Main ID": "#meta+id",
    "Incident Type": "#event+type",
    "Country of Incident": "#country+name",
    "Source Quality": "#meta+source",
}
"""Of the project's columns that are filled."""
ROUNDED: Final = "Numbers are rounded: read-me.txt"


@dataclass(frozen=True, kw_only=True)
class OfTheme:
    """One printed number of a theme. `whole`: the printed number of accounts that answer the question."""

    theme: str
    line: Line
    whole: Line


@dataclass(frozen=True, kw_only=True)
class OfBorder:
    """A border in whose row deaths or missing people are printed. A line that is not printed is None."""

    border: str
    accounts: Line | None
    incidents: Line | None
    dead: Line | None
    missing: Line | None

    @property
    def lines(self) -> tuple[Line | None, ...]:
        return self.accounts, self.incidents, self.dead, self.missing


def by_theme(found: Iterable[Line]) -> list[OfTheme]:
    """Every printed answer of all accounts, by each theme that its question is about; none that is under its base."""
    everybody = [one for one in found if (one.dimension, one.row) == (BORDER, ALL)]
    wholes = {one.question: one for one in everybody if one.column == ANSWERED}
    return [
        OfTheme(theme=theme, line=one, whole=wholes[one.question])
        for theme in themes.THEMES
        for one in everybody
        if one.column != ANSWERED and one.question in wholes and theme in _themes(one.question) and one.number != 0
    ]


def of_deaths(found: Iterable[Line]) -> list[OfBorder]:
    """A row for each border of whose accounts the tables print that they tell of deaths or of missing people."""
    lines = {
        (one.row, one.question, one.unit): one
        for one in found
        if one.dimension == BORDER and one.question in ("", DEAD, MISSING)
    }
    named = [row for row in dict.fromkeys(row for row, _, _ in lines) if not row.startswith(ALL)]
    rows = [
        OfBorder(
            border=row,
            accounts=lines.get((row, "", Unit.ACCOUNTS)),
            incidents=lines.get((row, "", Unit.INCIDENTS)),
            dead=lines.get((row, DEAD, Unit.ACCOUNTS)),
            missing=lines.get((row, MISSING, Unit.ACCOUNTS)),
        )
        for row in named
    ]
    return [one for one in rows if one.dead is not None or one.missing is not None]


def shown(found: Sequence[Line], vocabulary: Vocabulary, words: Words) -> list[tables_sheets.Sheet]:
    """The two as tables of a report; one without rows is left out."""
    made = [_themes_shown(by_theme(found), vocabulary, words), _deaths_shown(of_deaths(found), vocabulary, words)]
    return [one for one in made if one.rows]


def files(found: Sequence[Line], made: Published) -> Iterator[Sheet]:
    """The two as files for programs: codes, and the columns of the project's own template."""
    told = by_theme(found)
    if told:
        yield _themes_sheet(told, made)
    rows = of_deaths(found)
    if rows:
        yield _deaths_sheet(rows, made)


def _themes(question: str) -> Sequence[str]:
    known = QUESTIONS.get(question)
    return Codebook.load().fields[known.field].themes if known else ()


def _themes_shown(found: Iterable[OfTheme], vocabulary: Vocabulary, words: Words) -> tables_sheets.Sheet:
    """A row for each question of a theme, with its answers beside each other."""
    rows: dict[tuple[str, str], list[OfTheme]] = {}
    for one in found:
        rows.setdefault((one.theme, one.line.question), []).append(one)
    return tables_sheets.Sheet(
        code=THEMES,
        title=words.say(BY_THEME),
        first=words.say(N_("Theme")),
        columns=[vocabulary.answered(), vocabulary.unit(Unit.ACCOUNTS)],
        rows=[
            Row(
                name=f"{theme} {words.say(themes.THEMES[theme])} · {vocabulary.question(question)}",
                cells=[
                    tables_sheets.cell(told[0].whole, vocabulary),
                    Cell(number="; ".join(_answer(one.line, vocabulary) for one in told)),
                ],
            )
            for (theme, question), told in rows.items()
        ],
    )


def _answer(line: Line, vocabulary: Vocabulary) -> str:
    return f"{vocabulary.column(line.question, line.column)}: {tables_sheets.cell(line, vocabulary)}"


def _deaths_shown(found: Sequence[OfBorder], vocabulary: Vocabulary, words: Words) -> tables_sheets.Sheet:
    def cell(line: Line | None) -> Cell:
        return Cell() if line is None else tables_sheets.cell(line, vocabulary)

    return tables_sheets.Sheet(
        code="deaths",
        title=words.say(OF_DEATHS),
        first=vocabulary.question(BORDER),
        columns=[
            vocabulary.unit(Unit.ACCOUNTS),
            vocabulary.unit(Unit.INCIDENTS),
            vocabulary.question(DEAD),
            vocabulary.question(MISSING),
        ],
        rows=[Row(name=vocabulary.border(one.border), cells=[cell(line) for line in one.lines]) for one in found],
    )


def _themes_sheet(found: Sequence[OfTheme], made: Published) -> Sheet:
    words = Words("en")
    return Sheet(
        name="themes",
        columns=(
            Column(name="theme", tag="#subsector+code"),
            Column(name="theme_title", tag="#subsector+name"),
            PERIOD,
            Column(name="question", tag="#indicator+question+code"),
            Column(name="answer", tag="#indicator+answer+code"),
            Column(name="accounts", tag="#indicator+num", kind="number"),
            Column(name="printed", tag="#indicator+printed+text"),
            Column(name="share", tag="#indicator+share+text"),
            Column(name="accounts_that_answer", tag="#indicator+answered+num", kind="number"),
        ),
        rows=tuple(
            (
                one.theme,
                words.say(themes.THEMES[one.theme]),
                made.period,
                one.line.question,
                one.line.column,
                one.line.number,
                one.line.shown,
                one.line.share,
                one.whole.number or None,
            )
            for one in found
        ),
    )


def _deaths_sheet(found: Sequence[OfBorder], made: Published) -> Sheet:
    words = Words("en")
    rows = []
    for one in found:
        held = {
            "Main ID": f"{made.period} {one.border}",
            "Incident Type": "Aggregate of accounts",
            "Country of Incident": words.option("iso3", one.border.partition("-")[0]),
            "Source Quality": ROUNDED,
        }
        rows.append((*(held.get(name) for name in missing_migrants.COLUMNS), made.period, *map(_printed, one.lines)))
    return Sheet(
        name="missing-migrants",
        columns=(
            *(Column(name=name, tag=TAGS.get(name, "")) for name in missing_migrants.COLUMNS),
            Column(name="Period", tag=PERIOD.tag),
            *COUNTED,
        ),
        rows=tuple(rows),
    )


def _printed(line: Line | None) -> str | None:
    return None if line is None else line.shown
