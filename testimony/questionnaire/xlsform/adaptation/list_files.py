"""Reads the file beside a form that holds a list of choices, with the checks that a sheet gets."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from testimony.questionnaire.xlsform import workbook
from testimony.questionnaire.xlsform.adaptation import list_formats
from testimony.questionnaire.xlsform.adaptation.columns import plain_rows
from testimony.questionnaire.xlsform.adaptation.draft import Cells, Draft
from testimony.questionnaire.xlsform.adaptation.list_formats import NotListed
from testimony.questionnaire.xlsform.adaptation.plain_names import plain_name, unused
from testimony.questionnaire.xlsform.findings import Problems
from testimony.questionnaire.xlsform.workbook import Row, Sheet

Files = Callable[[str], bytes | None]
COLUMN = re.compile(r"\b(value|label)\s*=\s*([^\s,;]+)")
USES = {"value": "name", "label": "label"}


def listed(name: str, parameters: str, draft: Draft, files: Files) -> str:
    """The list made from the file `name`, once for each file. Raises `NotListed`.

    `parameters`: the cell of the question, which may name the columns: "value=id, label=title".
    """
    key = f"{name} {parameters}"
    if key not in draft.listed:
        found, encoding = _choices(name, parameters, draft, files)
        taken = {one.get("list_name", "") for one in draft.choices.values()}
        draft.listed[key] = unused(plain_name(name.rpartition(".")[0]) or "list", taken)
        last = max(draft.choices, default=1)
        for at, cells in enumerate(found, start=last + 1):
            draft.choices[at] = {**cells, "list_name": draft.listed[key]}
        read = f"the list {draft.listed[key]} was read from the file {name}"
        draft.changed("choices", None, "", f"{read} in {encoding}" if encoding else read)
    return draft.listed[key]


def _choices(name: str, parameters: str, draft: Draft, files: Files) -> tuple[list[Cells], str]:
    """The choices, and the encoding that a person chose where the file does not say its own."""
    kind = list_formats.of(name)
    data = files(name)
    if data is None:
        raise NotListed("is not beside the form")
    found = Problems()
    named = {"value": kind.value, "label": kind.label} | dict(COLUMN.findall(parameters))
    encoding = kind.encoding(data, draft.encoding)
    sheet = _columns_named(workbook.sheet_of(name, kind.rows(data, encoding), found), named)
    scratch = Draft(sheets={}, changes=found, language=draft.language)
    rows = plain_rows(replace(sheet, name="choices"), draft.language, scratch)
    shift = 1 - kind.first
    draft.changes.all += [replace(one, sheet=name, row=one.row and (one.row - shift or None)) for one in found.all]
    if not any("name" in cells for cells in rows.values()):
        raise NotListed(f"has no column {named['value']} with codes")
    if len(draft.choices) + len(rows) > workbook.MOST_ROWS["choices"]:
        raise NotListed(f"is too long: all lists together have at most {workbook.MOST_ROWS['choices']} rows")
    return [*rows.values()], encoding


def _columns_named(sheet: Sheet, named: dict[str, str]) -> Sheet:
    """The sheet with the headings that the form's program reads in the columns that a question names."""
    uses: dict[str, Any] = {column: USES[use] for use, column in named.items()}
    kept = [heading for heading in sheet.headings if heading in uses or heading not in uses.values()]
    headings = {heading: uses.get(heading, heading) for heading in kept}
    rows = (
        {headings[heading]: text for heading, text in row.cells.items() if heading in headings} for row in sheet.rows
    )
    return Sheet(
        name=sheet.name,
        headings=(*headings.values(),),
        rows=tuple(Row(number=row.number, cells=cells) for row, cells in zip(sheet.rows, rows, strict=True)),
    )
