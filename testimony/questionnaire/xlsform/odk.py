"""Tells whether pyxform, the reader of ODK and KoboToolbox, takes the sheets too."""

from __future__ import annotations

import re
from typing import Any

from testimony.questionnaire import labels
from testimony.questionnaire.codebook import Codebook
from testimony.questionnaire.xlsform.choices import Lists
from testimony.questionnaire.xlsform.findings import Problems
from testimony.questionnaire.xlsform.questions import SHEET
from testimony.questionnaire.xlsform.workbook import Sheet, Workbook

UNFORESEEN = (TypeError, ValueError, KeyError, AttributeError, IndexError, RecursionError)
"""What pyxform raises at a form that it did not foresee."""
ROW = re.compile(r"\[row : ([0-9]+)\]\s*")


def tell_refused(workbook: Workbook, lists: Lists, used: set[str], findings: Problems) -> None:
    """Convert it as ODK would. The first thing that pyxform finds wrong is a note: nothing here depends on it."""
    from pyxform.errors import PyXFormError

    told: dict[str, Any] = {"sheet_names": [*workbook.sheets]}
    for name, sheet in workbook.sheets.items():
        told[name], told[f"{name}_header"] = _rows(sheet), [dict.fromkeys(sheet.headings)]
    _add_lists(told, sorted(used - set(lists)))
    try:
        _convert(told)
    except PyXFormError as error:
        said = " ".join(ROW.sub("", str(error)).split())
        row = ROW.search(str(error))
        reason = f"this program can ask it; ODK and KoboToolbox would not: {said}"
        findings.warn(SHEET, int(row[1]) if row else None, "", reason)
    except UNFORESEEN as error:
        reason = f"this program can ask it; the reader of ODK and KoboToolbox breaks at it ({type(error).__name__})"
        findings.warn(SHEET, None, "", reason)


def _convert(told: dict[str, Any]) -> None:
    """As `pyxform.xls2xform.convert`, which writes what it made to the disk besides."""
    from pyxform.builder import create_survey_element_from_dict
    from pyxform.xls2json import workbook_to_json
    from pyxform.xls2json_backends import get_xlsform

    held = get_xlsform(xlsform=told)
    made = workbook_to_json(workbook_dict=held, fallback_form_name=held.fallback_form_name, warnings=[])
    create_survey_element_from_dict(made).xml().toxml()


def _rows(sheet: Sheet) -> list[dict[str, str]]:
    """With an empty row for each that the sheet leaves empty, so that pyxform counts as the spreadsheet does."""
    held = {row.number: dict(row.cells) for row in sheet.rows}
    return [held.get(number, {}) for number in range(2, max(held, default=1) + 1)]


def _add_lists(told: dict[str, Any], names: list[str]) -> None:
    """The codebook's lists, which the sheets may leave out here and must hold at ODK's."""
    for name in names:
        codes = Codebook.load().codes(name) if name != "bcp47" else ("en",)
        known = name in Codebook.load().lists
        told.setdefault("choices", []).extend(
            {"list_name": name, "name": code, "label": labels.option_label(name, code, "en") if known else code}
            for code in codes
        )
    if names:
        told.setdefault("choices_header", [{}])[0].update({"list_name": None, "name": None, "label": None})
