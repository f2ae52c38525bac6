"""The report of a period as a PDF, set as case files are (docs/release.md)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, Final

from testimony.domain.tables.periods import Period
from testimony.domain.tables.plan import Plan
from testimony.domain.tables.published import Published
from testimony.errors import N_
from testimony.publication import markup
from testimony.publication.pages import charts
from testimony.publication.tables import readers, report
from testimony.publication.tables.report import Report
from testimony.publication.tables.sheets import Sheet
from testimony.publication.text.phrases import Words
from testimony.services.typesetting import pdf as typesetting_pdf

WIDE: Final = 7
"""Columns that fit beside each other on a page. A table with more is split."""


def pdf(made: Published, plan: Plan, *, lang: str, organisation: str) -> bytes:
    """The report as a PDF in `lang`, a language of a release: the same bytes each time. Raises `CaseFileUnset`."""
    found = report.gather(made, plan, Words(lang))
    return typesetting_pdf.pdf(_data(found, organisation, _last_day(made)), day=_last_day(made))


def _data(found: Report, organisation: str, day: date) -> dict[str, Any]:
    words, lang = found.words, found.words.lang
    method = {"title": words.say(report.HOW_TO_READ), "blocks": [_paragraphs(found.notes, lang)]}
    pictures = {"title": words.say(report.IN_PICTURES), "blocks": [_charts(found)]}
    sheets = [*found.sheets, *([found.coverage] if found.coverage else [])]
    sections = [{"title": sheet.title, "blocks": list(_pieces(sheet, lang))} for sheet in sheets]
    return {
        "lang": words.lang,
        "dir": "ltr",
        "title": found.title,
        "author": organisation,
        "date": [day.year, day.month, day.day],
        "running": [found.title],
        "page": words.say(N_("%(n)s of %(all)s"), n="{n}", all="{all}"),
        "bar": "",
        "cover": [_paragraphs([found.lead, " ".join(found.summary)], lang), _totals(found), *_maps(found)],
        "index": {
            "title": words.say(N_("Contents")),
            "heads": ["", "", words.say(N_("Page"))],
            "deep": True,
            "after": [],
        },
        "front": [method, *([pictures] if found.charts else [])],
        "exhibits": [{"title": words.say(N_("Tables")), "sections": sections}],
    }


def _charts(found: Report) -> dict[str, Any]:
    drawn = [{"svg": markup.svg(charts.draw(one, found.words)).decode(), "alt": one.title} for one in found.charts]
    return {"kind": "charts", "charts": drawn}


def _maps(found: Report) -> Iterator[dict[str, Any]]:
    """The maps beside each other, and what a reader must know of them."""
    drawn = [report.draw_map(one, found.words) for one in found.maps]
    if drawn:
        yield {
            "kind": "maps",
            "maps": [{"svg": markup.svg(one).decode(), "alt": one.get("aria-label")} for one in drawn],
            "caption": _said(found.words.say(report.OUTLINES), found.words.lang),
        }


def _pieces(sheet: Sheet, lang: str) -> Iterator[dict[str, Any]]:
    for at in range(0, len(sheet.columns), WIDE):
        heads = [sheet.first, *sheet.columns[at : at + WIDE]]
        yield {
            "kind": "numbers",
            "heads": [_said(one, lang) for one in heads],
            "rows": [
                [_said(one, lang) for one in (row.name, *map(str, row.cells[at : at + WIDE]))] for row in sheet.rows
            ],
            "answers": sheet.code == readers.THEMES,
        }


def _totals(found: Report) -> dict[str, Any]:
    names, values = ([_said(one, found.words.lang) for one in each] for each in zip(*found.totals, strict=True))
    return {"kind": "numbers", "heads": names, "rows": [values], "answers": False}


def _paragraphs(sentences: list[str], lang: str) -> dict[str, Any]:
    return {"kind": "words", "words": [_said(one, lang) for one in sentences]}


def _said(text: str, lang: str) -> dict[str, Any]:
    return {"words": [text], "lang": lang, "dir": "ltr"}


def _last_day(made: Published) -> date:
    """The last day of the period. It is the date of the PDF, so the PDF does not depend on when it is made."""
    after = Period.of(made.period).last + 1
    return date.fromordinal(date(after // 12, after % 12 + 1, 1).toordinal() - 1)
