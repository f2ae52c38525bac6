"""Reads an XLSForm: returns the form it defines, and the problems and notes for its author."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from testimony import canonical
from testimony.questionnaire import definition
from testimony.questionnaire.codebook import Codebook
from testimony.questionnaire.form import DEPTH, Form
from testimony.questionnaire.xlsform import choices, outline, settings, workbook
from testimony.questionnaire.xlsform.choices import Lists
from testimony.questionnaire.xlsform.composer import Composer
from testimony.questionnaire.xlsform.findings import Problem, Problems
from testimony.questionnaire.xlsform.odk import tell_refused
from testimony.questionnaire.xlsform.questions import SHEET, Part
from testimony.questionnaire.xlsform.workbook import Workbook

COUNTED = {
    "i_date": "the year",
    "i_segment": "the border",
    "w_age": "whether it was a child",
    "v_acts": "the violence",
}
"""What a release counts by, and the field that says it."""


@dataclass(frozen=True, kw_only=True)
class Reading:
    """`form` is None where something refuses it."""

    form: Form | None
    refusals: tuple[Problem, ...]
    warnings: tuple[Problem, ...]


def read(data: bytes) -> Reading:
    """Read the bytes of an .xlsx or .xls. Raises `QuestionnaireUnreadable` for what is no such file."""
    findings = Problems()
    return compiled(workbook.read(data, findings), findings)


def compiled(held: Workbook, findings: Problems) -> Reading:
    """The same for sheets that were read already."""
    said = settings.read(held, findings)
    lists = choices.read(held, said.language, findings)
    parts = outline.read(held, said.title, said.language, findings)
    _settle_others(parts, lists, findings)
    composer = Composer(said, lists, findings)
    value = composer.definition([part for part in parts if part.questions])
    if not findings.refusals:
        tell_refused(held, lists, _lists_asked(value), findings)
    _tell_absent(value, findings)
    refused = findings.refusals
    form = None if refused else definition.parse(canonical.encode(value, depth=DEPTH))
    return Reading(form=form, refusals=tuple(refused), warnings=tuple(findings.warnings))


def _settle_others(parts: list[Part], lists: Lists, findings: Problems) -> None:
    """Give each question with or_other a list that has the code `other`, and no other question."""
    questions = [question for part in parts for question in part.questions]
    choosing = [one for question in questions for one in (question, *question.pieces) if one.list_name is not None]
    plain = {one.list_name for one in choosing if not one.or_other}
    found: dict[str, str] = {}
    for one in (one for one in choosing if one.or_other):
        name = one.list_name or ""
        try:
            if name not in found:
                found[name] = choices.with_other(lists, name, shared=name in plain)
        except ValueError as error:
            findings.refuse(SHEET, one.row, "type", str(error))
        else:
            one.list_name = found[name]


def _lists_asked(value: dict[str, Any]) -> set[str]:
    fields = [value["fields"][name] for section in value["sections"] for name in section["fields"]]
    pieces = [piece for field in fields for piece in field.get("pieces", ())]
    return {one["list"] for one in (*fields, *pieces) if "list" in one}


def _tell_absent(value: dict[str, Any], findings: Problems) -> None:
    """Every questionnaire may ask less than the codebook requires, but its author should know what that costs."""
    required = [field.id for field in Codebook.load().fields.values() if field.required]
    absent = [name for name in required if name not in value["fields"]]
    for name, what in COUNTED.items():
        if name in absent:
            reason = f"{name} is not asked, so a release counts these testimonies without {what}"
            findings.warn(SHEET, None, "", reason)
    others = [name for name in absent if name not in COUNTED]
    if others:
        reason = f"these required fields of the codebook are not asked: {', '.join(others)}"
        findings.warn(SHEET, None, "", reason)
