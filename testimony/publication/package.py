"""Writes the zip of a release: the same edition gives the same bytes on every desk."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from testimony import canonical
from testimony.publication import content, manifest, rules
from testimony.publication.content import Content
from testimony.publication.edition import Edition
from testimony.publication.errors import EditionUnfit
from testimony.publication.markup import svg
from testimony.publication.pages import charts, codebook, risk_report
from testimony.publication.sheets import aggregates, coverage, hxl_schema, missing_migrants, table, themes
from testimony.publication.sheets.sheet import delimited
from testimony.publication.sheets.xlsx import workbook
from testimony.publication.text.phrases import LANGUAGES, Words

TABLE: Final = "table.json"


def build(edition: Edition) -> bytes:
    """The zip of `edition`: what is previewed is what is sent. Raises `EditionUnfit` for one that a check refuses."""
    made = content.content_of(edition)
    fault = next(iter(rules.faults(made)), None)
    if fault is not None:
        raise EditionUnfit(what=fault.code)
    return pack(made, files(made))


def pack(made: Content, held: Mapping[str, bytes]) -> bytes:
    """The zip of the files `held`, with their list."""
    return manifest.packed(head(made), held)


def head(made: Content) -> dict[str, Any]:
    """What the manifest says of a release before the list of files."""
    return {"v": made.form, "release": made.release, "recipient": made.recipient, "made_with": made.made_with}


def files(made: Content) -> dict[str, bytes]:
    """Every file but the manifest, by name: all follow from `made`."""
    lines, totals = table.sheet(made), table.totals(made)
    sums = {attribute: aggregates.sheet(made, attribute) for attribute in made.attributes}
    return {
        TABLE: canonical.encode(made.value),
        "table.csv": delimited(lines),
        "totals.csv": delimited(totals),
        "table.xlsx": workbook([lines, totals, *sums.values()]),
        "hxl-schema.csv": delimited(hxl_schema.sheet(made)),
        **({"coverage.csv": delimited(coverage.sheet(made))} if made.form != content.FIRST_FORMAT else {}),
        **{f"sums/by-{attribute}.csv": delimited(one) for attribute, one in sums.items()},
        **_templates(made),
        **{name: data for lang in LANGUAGES for name, data in _spoken(made, Words(lang)).items()},
    }


def is_spoken(name: str) -> bool:
    """Whether a file holds words of a language, which another version may say otherwise."""
    return name.endswith((".html", ".svg")) or any(name.endswith(f".{lang}.csv") for lang in LANGUAGES)


def _templates(made: Content) -> dict[str, bytes]:
    if not missing_migrants.allowed(made):
        return {}
    return {
        "templates/missing-migrants.csv": delimited(missing_migrants.sheet(made)),
        "templates/missing-migrants.txt": missing_migrants.ATTRIBUTION.encode(),
    }


def _spoken(made: Content, words: Words) -> dict[str, bytes]:
    """Marked, because Excel takes letters with accents for something else otherwise."""
    lang = words.lang
    return {
        f"report.{lang}.html": risk_report.page(made, words),
        f"codebook.{lang}.html": codebook.page(made, words),
        f"codebook.{lang}.csv": delimited(codebook.sheet(made, words), marked=True),
        f"templates/human-rights-council.{lang}.csv": delimited(themes.sheet(made, words), marked=True),
        **{f"charts/{chart.name}.{lang}.svg": svg(charts.draw(chart, words)) for chart in charts.charts(made, words)},
    }
