"""Reads the sheet `settings`: the questionnaire's title, version and default language."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from testimony.questionnaire.form import Form
from testimony.questionnaire.xlsform.findings import Problems
from testimony.questionnaire.xlsform.headings import language_of, lines, speaks
from testimony.questionnaire.xlsform.workbook import Workbook

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
VERSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,19}")
SHEET = "settings"


@dataclass(frozen=True, kw_only=True)
class Settings:
    id: str  # name@version
    title: str
    language: str


def read(workbook: Workbook, findings: Problems) -> Settings:
    """What the sheet says; what is wrong with it goes to `findings`."""
    found = [*lines(workbook.sheet(SHEET), "", findings)]
    if len(found) > 1:
        findings.refuse(SHEET, found[1].row, "", "only one row of settings can hold")
    cells: Mapping[str, str] = found[0].cells if found else {}
    name, version = cells.get("form_id", ""), cells.get("version", "")
    if not NAME.fullmatch(name):
        findings.refuse(SHEET, 2, "form_id", "a name is needed: at most 40 letters, digits and . _ - in it")
    if not VERSION.fullmatch(version):
        findings.refuse(SHEET, 2, "version", "a version is needed: at most 20 letters, digits and . _ - in it")
    if name == Form.load().id.partition("@")[0]:
        findings.refuse(SHEET, 2, "form_id", "this is the name of the form that comes with the program; choose another")
    return Settings(
        id=f"{name}@{version}", title=cells.get("form_title", name), language=_language(workbook, cells, findings)
    )


def _language(workbook: Workbook, cells: Mapping[str, str], findings: Problems) -> str:
    said = cells.get("default_language", "")
    language = language_of(said) if said else None
    if said and language is None:
        findings.refuse(SHEET, 2, "default_language", "the language has no code; write it like Français (fr)")
    if language is not None:
        return language
    if not said and (speaks(workbook.sheet("survey")) or speaks(workbook.sheet("choices"))):
        reason = "say in which language label and hint are written, like Français (fr), or name it in their headings"
        findings.refuse(SHEET, 2, "default_language", reason)
    return _first_language(workbook) or "en"


def _first_language(workbook: Workbook) -> str | None:
    """The language of the first label column: an author who names every language has no default one."""
    found = (language_of(one.rpartition("::")[2]) for one in workbook.sheet("survey").headings if "::" in one)
    return next((one for one in found if one is not None), None)
