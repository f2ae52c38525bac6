"""The page template of a release: one self-contained HTML file, without scripts and without network access."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final
from xml.etree.ElementTree import Element

from testimony.domain.testimony.languages import dir_of
from testimony.publication.markup import element, html
from testimony.publication.sheets.sheet import Cell
from testimony.publication.text.phrases import Words

POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:"
STYLE: Final = """
:root { color-scheme: light; }
body { margin: 0 auto; max-width: 60rem; padding: 1rem; font: 1rem/1.5 system-ui, sans-serif; }
body { color: #1b1b1b; background: #fff; overflow-wrap: break-word; }
h1 { font-size: 1.6rem; line-height: 1.2; overflow-wrap: anywhere; }
h2 { font-size: 1.2rem; margin-block: 2rem .5rem; }
.lead { border-inline-start: .3rem solid #1f5f8b; padding-inline-start: .8rem; font-size: 1.1rem; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { border-block-end: 1px solid #bbb; padding: .3rem .5rem; text-align: start; vertical-align: top; }
td, th { min-width: 6rem; }
td.number { text-align: end; font-variant-numeric: tabular-nums; }
code { font-size: .9em; overflow-wrap: anywhere; }
figure { margin: 1rem 0; }
svg { display: block; max-width: 32rem; width: 100%; height: auto; }
@media print { body { max-width: none; } }
"""


def document(words: Words, title: str, inside: Iterable[Element]) -> bytes:
    """A page with its heading."""
    return html(
        element(
            "html",
            element(
                "head",
                element("meta", charset="utf-8"),
                element("meta", name="viewport", content="width=device-width, initial-scale=1"),
                element("meta", **{"http-equiv": "Content-Security-Policy"}, content=POLICY),
                element("title", title),
                element("style", STYLE),
            ),
            element("body", element("main", element("h1", title), *inside)),
            lang=words.lang,
            dir=dir_of(words.lang),
        )
    )


def section(title: str, *inside: Element) -> Element:
    return element("section", element("h2", title), *inside)


def paragraph(text: str, **attributes: str) -> Element:
    return element("p", text, **attributes)


def grid(name: str, heads: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Element:
    """A table, called `name`, with heads; the first cell of a row names it. On a small screen it scrolls by itself."""
    body = [
        element(
            "tr",
            element("th", _text(row[0]), scope="row"),
            *(
                element("td", _text(cell), **({"class_": "number"} if isinstance(cell, int) else {}))
                for cell in row[1:]
            ),
        )
        for row in rows
    ]
    head = element("thead", element("tr", *(element("th", one, scope="col") for one in heads))) if heads else None
    return element(
        "div",
        element("table", head, element("tbody", *body)),
        class_="wide",
        tabindex="0",
        role="region",
        **{"aria-label": name},
    )


def _text(cell: Cell) -> str:
    return "" if cell is None else str(cell)
