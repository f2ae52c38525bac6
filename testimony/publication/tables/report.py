"""The report of a period: published numbers as one page that a press officer can use, with charts and the method.

It is made from published numbers alone, as the file of tables is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final
from xml.etree.ElementTree import Element

from testimony.domain.tables.count import ANSWERED
from testimony.domain.tables.periods import Period
from testimony.domain.tables.plan import Plan
from testimony.domain.tables.published import Published
from testimony.domain.tables.questions import BORDER, MONTH
from testimony.domain.tables.rows import ALL
from testimony.errors import N_
from testimony.publication.markup import element
from testimony.publication.pages import border_map, charts
from testimony.publication.pages.border_map import Counted, View
from testimony.publication.pages.charts import Chart
from testimony.publication.pages.page import document, grid, paragraph, section
from testimony.publication.sheets.aggregates import Range
from testimony.publication.tables import codebook as tables_codebook
from testimony.publication.tables import readers, summary
from testimony.publication.tables import sheets as tables_sheets
from testimony.publication.tables.lines import Line
from testimony.publication.tables.sheets import Sheet
from testimony.publication.tables.vocabulary import Vocabulary
from testimony.publication.text.phrases import LANGUAGES, Words

TITLE: Final = N_("What people reported about pushbacks: %(period)s")
ALMOST: Final = N_("Each number is rounded and close to what people reported. The notes explain how to read them.")
IN_SHORT: Final = N_("Summary")
IN_PICTURES: Final = N_("Charts")
OF_BORDERS: Final = N_("Accounts by border")
OUTLINES: Final = N_(
    "A border without a line on the map is in the table alone. The outlines are from Natural Earth. They say nothing "
    "about the status of a territory."
)
HOW_TO_READ: Final = N_("How to read these numbers")
DRAWN: Final = ("act", "officers", "return", "answer")
"""The questions of which the report has a chart, where the tables have them."""


@dataclass(frozen=True, kw_only=True)
class Report:
    """What the report says, in one language.

    `summary`: sentences. `totals`: (name, number). `maps`: one for each part of the world, the one with
    the largest number first. `coverage`: the table of what is not shown.
    """

    words: Words
    title: str
    summary: list[str]
    totals: list[tuple[str, str]]
    maps: Sequence[View]
    charts: list[Chart]
    sheets: list[Sheet]
    coverage: Sheet | None
    notes: list[str]

    @property
    def lead(self) -> str:
        """The first sentence."""
        return self.words.say(ALMOST)


def gather(made: Published, plan: Plan, words: Words) -> Report:
    """The report of the numbers `made`, published by `plan`, in the language of `words`.

    Raises `TablesRefused("codes")`.
    """
    vocabulary, found = Vocabulary(words), tables_codebook.lines_to_leave(made)
    totals = [one for one in found if (one.dimension, one.row, one.question) == (BORDER, ALL, "")]
    sheets, coverage = tables_sheets.sheets(made, vocabulary)
    return Report(
        words=words,
        title=words.say(TITLE, period=vocabulary.period(Period.of(made.period))),
        summary=summary.sentences(made, plan, found, vocabulary, words),
        totals=[(vocabulary.unit(one.unit), vocabulary.number(one.number, one.unit)) for one in totals],
        maps=_maps(found, vocabulary),
        charts=_charts(found, words, vocabulary),
        sheets=[*sheets, *readers.shown(found, vocabulary, words)],
        coverage=coverage,
        notes=vocabulary.notes(made, plan),
    )


def pages(made: Published, plan: Plan) -> dict[str, bytes]:
    """Language -> the report as an HTML page, for each language of a release."""
    found = (gather(made, plan, Words(lang)) for lang in LANGUAGES)
    return {one.words.lang: document(one.words, one.title, list(_sections(one))) for one in found}


def _sections(report: Report) -> Iterable[Element]:
    words = report.words
    short, pictures = words.say(IN_SHORT), words.say(IN_PICTURES)
    yield paragraph(report.lead, class_="lead")
    yield section(short, paragraph(" ".join(report.summary)), grid(short, [], report.totals))
    if report.maps:
        drawn = (draw_map(one, words) for one in report.maps)
        yield section(words.say(OF_BORDERS), element("figure", *drawn), paragraph(words.say(OUTLINES)))
    if report.charts:
        yield section(pictures, *(element("figure", charts.draw(one, words)) for one in report.charts))
    for sheet in [*report.sheets, *([report.coverage] if report.coverage else [])]:
        yield section(sheet.title, _grid(sheet))
    yield section(words.say(HOW_TO_READ), element("ul", *(element("li", one) for one in report.notes)))


def _charts(found: Sequence[Line], words: Words, vocabulary: Vocabulary) -> list[Chart]:
    """The charts: accounts by border and by month, and the questions `DRAWN`. A number that is not shown has no bar."""
    borders = [(vocabulary.border(row), one.number) for row, one in summary.of_borders(found).items()]
    made = [_chart(BORDER, words.say(OF_BORDERS), borders)]
    for question in (MONTH, *DRAWN):
        said = [
            one
            for one in found
            if (one.dimension, one.row, one.question) == (BORDER, ALL, question) and one.column != ANSWERED
        ]
        bars = [(vocabulary.column(question, one.column), one.number) for one in said]
        made.append(_chart(question, vocabulary.question(question), bars, sort=question != MONTH))
    return [one for one in made if one.bars]


def draw_map(view: View, words: Words) -> Element:
    """One of the maps of a report."""
    return border_map.draw(view, words.say(OF_BORDERS), words)


def _maps(found: Iterable[Line], vocabulary: Vocabulary) -> Sequence[View]:
    """The printed numbers of the borders, in each part of the world. A number under its base has no line."""
    told = {row: one.number for row, one in summary.of_borders(found).items()}
    views = border_map.views(
        {row: Counted(name=vocabulary.border(row), number=number) for row, number in told.items() if number}
    )
    return sorted(views, key=lambda one: -max(line.counted.number for line in one.lines))


def _chart(name: str, title: str, bars: Iterable[tuple[str, int | None]], *, sort: bool = True) -> Chart:
    """`sort`: the longest bar first."""
    drawn = [(word, Range(least=number, most=number)) for word, number in bars if number]
    if sort:
        drawn.sort(key=lambda one: -one[1].least)
    return Chart(name=name, title=title, bars=tuple(drawn))


def _grid(sheet: Sheet) -> Element:
    rows = [(row.name, *map(str, row.cells)) for row in sheet.rows]
    return grid(sheet.title, [sheet.first, *sheet.columns], rows)
