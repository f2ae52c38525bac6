"""Reads the sheet `choices`: lists of codes with their labels."""

from __future__ import annotations

import itertools
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from testimony.answer import MISSING
from testimony.questionnaire.codebook import Codebook
from testimony.questionnaire.definition import unfit_part
from testimony.questionnaire.form import SEGMENTS
from testimony.questionnaire.xlsform import or_other
from testimony.questionnaire.xlsform.findings import Problems
from testimony.questionnaire.xlsform.headings import Line, lines
from testimony.questionnaire.xlsform.workbook import Workbook

CODE = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
LIST = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,39}")
SHEET = "choices"
ELSEWHERE = ("iso3", SEGMENTS, "bcp47")  # lists that the program has itself; a sheet adds parts of borders alone


@dataclass(frozen=True, kw_only=True)
class Choice:
    row: int
    code: str
    labels: Mapping[str, str]  # language -> text
    columns: Mapping[str, str]  # heading -> text: what a choice_filter can compare


Lists = dict[str, list[Choice]]


def read(workbook: Workbook, language: str, findings: Problems) -> Lists:
    """Every list of the sheet, in its order."""
    seen: dict[str, dict[str, Choice]] = {}  # with what is refused: what follows from a refusal is not said too
    for line in lines(workbook.sheet(SHEET), language, findings):
        name, code = line.cell("list_name"), line.cell("name")
        if not LIST.fullmatch(name):
            findings.refuse(SHEET, line.row, "list_name", "the name of the list is missing or no plain name")
        elif name in ELSEWHERE and name != SEGMENTS:
            findings.refuse(SHEET, line.row, "list_name", f"the program has the list {name} itself; leave it out here")
        else:
            sound = _require_part if name == SEGMENTS else _require_sound
            sound(line, name, code, seen.setdefault(name, {}), findings)
            columns = {**line.own, "list_name": name, "name": code}
            choice = Choice(row=line.row, code=code, labels=line.texts["label"], columns=columns)
            seen[name].setdefault(code, choice)
    lists = {name: [*choices.values()] for name, choices in seen.items()}
    for name, choices in lists.items():
        _require_agreement(name, choices, findings)
    return lists


def with_other(lists: Lists, name: str, *, shared: bool) -> str:
    """The list like `name` that has the code `other`; it is added unless the sheet names it.

    `shared`: whether a question without or_other has the list too; it keeps its own. Raises ValueError, with the
    sentence for the author, where the list cannot have the code.
    """
    if name in ELSEWHERE or (_is_of_codebook(name) and or_other.OTHER not in Codebook.load().codes(name)):
        raise ValueError(f"the list {name} is the program's own and has no code {or_other.OTHER}; write your own list")
    choices = lists.get(name, [])
    if not choices or _is_of_codebook(name) or any(one.code == or_other.OTHER for one in choices):
        return name
    spoken = dict.fromkeys(lang for one in choices for lang in one.labels)
    columns = {"list_name": name, "name": or_other.OTHER}
    told = {lang: or_other.label(lang) for lang in spoken}
    other = Choice(row=choices[-1].row, code=or_other.OTHER, labels=told, columns=columns)
    into = _unused(lists, f"{name}_{or_other.OTHER}") if shared else name
    lists[into] = [*choices, other]
    return into


def _unused(lists: Lists, name: str) -> str:
    numbered = (f"{name}_{at}" for at in itertools.count(2))
    return next(found for found in itertools.chain([name], numbered) if found not in lists)


def _require_sound(line: Line, name: str, code: str, before: Collection[str], findings: Problems) -> None:
    if not CODE.fullmatch(code):
        reason = "a code has small letters a-z, digits, _ and - only, and at most 40 of them"
        findings.refuse(SHEET, line.row, "name", reason)
    elif code in before:
        findings.refuse(SHEET, line.row, "name", f"the list {name} holds the code {code} already")
    elif not line.texts["label"]:
        findings.refuse(SHEET, line.row, "label", "the label is missing")
    elif code in MISSING and not _is_of_codebook(name):
        reason = f"{code} is one of the three reasons for a missing answer; every question offers them already"
        findings.warn(SHEET, line.row, "name", reason)


def _require_part(line: Line, name: str, code: str, before: Collection[str], findings: Problems) -> None:
    """A row adds a part of a border to the gazetteer, and changes none that is there."""
    if (why := unfit_part(code)) is not None:
        findings.refuse(SHEET, line.row, "name", why)
    elif code in before:
        findings.refuse(SHEET, line.row, "name", f"the list {name} holds the code {code} already")
    elif not line.texts["label"]:
        findings.refuse(SHEET, line.row, "label", "the label is missing: what this part of the border is called")


def _is_of_codebook(name: str) -> bool:
    return name in Codebook.load().lists


def _require_agreement(name: str, choices: list[Choice], findings: Problems) -> None:
    """A list with the name of one of the codebook means the same: it holds the same codes."""
    if not _is_of_codebook(name):
        return
    known, told = set(Codebook.load().codes(name)) - set(MISSING), {one.code for one in choices} - set(MISSING)
    for one in choices:
        if one.code not in known and one.code not in MISSING:
            reason = f"{one.code} is not in the codebook's list {name}; give your own list another name"
            findings.refuse(SHEET, one.row, "name", reason)
    if known - told:
        absent = ", ".join(sorted(known - told))
        findings.refuse(SHEET, choices[0].row, "name", f"the codebook's list {name} holds these codes too: {absent}")
