"""The file of an XLSForm with the questions of the program, from which an organisation begins its own."""

from __future__ import annotations

from typing import Final

from testimony.publication.sheets import xlsx
from testimony.publication.sheets.sheet import Column, Sheet
from testimony.questionnaire.starting_form.sheets import sheets

NAME: Final = "own-interview.xlsx"


def content() -> bytes:
    """The .xlsx file. The same version of the program writes the same bytes."""
    return xlsx.workbook(
        [
            Sheet(name=one.name, columns=tuple(Column(name=heading) for heading in one.headings), rows=one.rows)
            for one in sheets()
        ]
    )
