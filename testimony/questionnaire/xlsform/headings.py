"""Interprets the column headings of an XLSForm; pyxform recognises their many spellings."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from testimony.questionnaire.xlsform.findings import Problems
from testimony.questionnaire.xlsform.workbook import Row, Sheet

Heading = tuple[str, ...]
LANGUAGE = re.compile(r"(?:.*\(\s*)?([A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,2})\s*\)?")
PLAIN = frozenset(
    {
        "type",
        "name",
        "label",
        "hint",
        "default",
        "compartment",
        "disclosure",
        "list name",
        "version",
        "default_language",
    }
)
"""Headings that pyxform has under the same name; the two of this product are among them."""
USED: Mapping[str, Mapping[Heading, str]] = {
    "survey": {
        ("type",): "type",
        ("name",): "name",
        ("label",): "label",
        ("hint",): "hint",
        ("compartment",): "compartment",
        ("disclosure",): "disclosure",
        ("bind", "relevant"): "relevant",
        ("bind", "required"): "required",
        ("bind", "constraint"): "constraint",
        ("bind", "jr:constraintMsg"): "constraint_message",
        ("control", "jr:count"): "repeat_count",
        ("bind", "calculate"): "calculation",
        ("choice_filter",): "choice_filter",
        ("default",): "default",
        ("parameters",): "parameters",
        ("control", "appearance"): "appearance",
    },
    "choices": {("list name",): "list_name", ("name",): "name", ("label",): "label"},
    "settings": {
        ("title",): "form_title",
        ("id_string",): "form_id",
        ("version",): "version",
        ("default_language",): "default_language",
    },
}
TRANSLATED = frozenset({"label", "hint", "constraint_message"})
CHANGING: Mapping[Heading, str] = {
    ("bind", "readonly"): "a question that cannot be answered is not asked",
    ("trigger",): "questions that answer each other are not supported",
}
"""What would make another questionnaire of it if it were left out: refused where a row fills it in."""
HARMLESS: Mapping[Heading, str] = {
    ("media",): "pictures and sounds are not shown",
    ("guidance_hint",): "only the column hint is shown",
}


@dataclass(frozen=True)
class Column:
    use: str  # a value of USED
    lang: str | None = None  # of a translated one; None: the default language


@dataclass(frozen=True, kw_only=True)
class Line:
    """A row as it counts: `cells` by use, `texts` by use and language, `own` by a heading that means nothing here."""

    row: int
    cells: Mapping[str, str]
    texts: Mapping[str, Mapping[str, str]]
    own: Mapping[str, str] = dataclasses.field(default_factory=dict)

    def cell(self, use: str) -> str:
        return self.cells.get(use, "")


def lines(sheet: Sheet, language: str, findings: Problems) -> Iterator[Line]:
    """The rows of the sheet with the columns that count. `language`: of columns that name none."""
    columns = _columns(sheet, findings)
    for row in sheet.rows:
        _require_nothing_else(sheet.name, row, columns, findings)
        cells: dict[str, str] = {}
        texts: dict[str, dict[str, str]] = {use: {} for use in TRANSLATED}
        own: dict[str, str] = {}
        for heading, text in row.cells.items():
            column = columns[heading]
            if isinstance(column, Column) and column.use in TRANSLATED and sheet.name != "settings":
                texts[column.use][column.lang or language] = text
            elif isinstance(column, Column):
                cells[column.use] = text
            else:
                own[heading.strip()] = text
        if cells or any(texts.values()):
            yield Line(row=row.number, cells=cells, texts=texts, own=own)


def language_of(text: str) -> str | None:
    """The tag in "Français (fr)", or the text itself when it is one."""
    found = LANGUAGE.fullmatch(text.strip())
    return found[1].lower() if found else None


def speaks(sheet: Sheet) -> bool:
    """Whether some translated column of the sheet names no language, so that the default language decides."""
    columns = _columns(sheet, Problems()).values()
    return any(isinstance(one, Column) and one.use in TRANSLATED and one.lang is None for one in columns)


def _columns(sheet: Sheet, findings: Problems) -> dict[str, Column | Heading]:
    doubled = any("::" in heading for heading in sheet.headings)
    found: dict[str, Column | Heading] = {}
    for heading in sheet.headings:
        column = _column(sheet.name, heading, tokens_of(sheet.name, heading, doubled), findings)
        if isinstance(column, Column) and column in found.values():
            findings.refuse(sheet.name, 1, heading, "another column has the same meaning")
        found[heading] = column
    return found


def _column(sheet: str, heading: str, tokens: Heading, findings: Problems) -> Column | Heading:
    used = USED[sheet]
    for length in (1, 2):
        use = used.get(tokens[:length])
        rest = tokens[length:]
        if use is not None and not rest:
            return Column(use)
        if use in TRANSLATED and len(rest) == 1 and sheet != "settings":
            lang = language_of(rest[0])
            if lang is None:
                findings.refuse(sheet, 1, heading, "the language has no code; write it like Français (fr)")
            return Column(use or "", lang or "und")
    if tokens not in CHANGING and sheet == "survey":
        why = next((why for known, why in HARMLESS.items() if tokens[: len(known)] == known), "it means nothing here")
        findings.warn(sheet, 1, heading, f"this column is left out: {why}")
    return tokens


def _require_nothing_else(sheet: str, row: Row, columns: Mapping[str, Column | Heading], findings: Problems) -> None:
    if sheet != "survey":
        return
    for heading, text in row.cells.items():
        tokens = columns[heading]
        if isinstance(tokens, Column):
            continue
        if tokens in CHANGING and text.lower() not in ("no", "false", "false()"):
            findings.refuse(sheet, row.number, heading, CHANGING[tokens])
        elif tokens[0] in ("bind", "instance", "body", "control") and tokens not in CHANGING and tokens not in HARMLESS:
            findings.warn(sheet, row.number, heading, "this cell is left out")


def tokens_of(sheet: str, heading: str, doubled: bool) -> Heading:
    """The heading in pyxform's own words, in pieces."""
    from pyxform import aliases
    from pyxform.parsing.sheet_headers import process_header

    known: dict[str, Any] = {
        "survey": aliases.survey_header,
        "choices": aliases.list_header,
        "settings": aliases.settings_header,
    }[sheet]
    columns = PLAIN | {use[0] for use in (*CHANGING, *HARMLESS)}
    return tuple(process_header(heading, doubled, known, columns)[1])
