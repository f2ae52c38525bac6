"""Gives each column of a foreign XLSForm its plain heading, and leaves out columns that have no use here."""

from __future__ import annotations

from testimony.questionnaire.xlsform.adaptation.draft import Cells, Draft
from testimony.questionnaire.xlsform.adaptation.language_names import tag_of
from testimony.questionnaire.xlsform.adaptation.plain_names import plain_name
from testimony.questionnaire.xlsform.headings import CHANGING, TRANSLATED, USED, tokens_of
from testimony.questionnaire.xlsform.workbook import Row, Sheet, Workbook

KEPT_FOR_LATER = {"parameters": "parameters", "control appearance": "appearance"}
OF_THE_PROGRAM = {"choice_filter": "choice_filter", "default": "default", "trigger": "trigger"} | {
    "bind calculate": "calculation",
    "bind readonly": "read_only",
}
QUIET = frozenset({"media", "guidance_hint", "body", "instance"})


def draft_of(workbook: Workbook, language: str | None) -> Draft:
    """The sheets with plain headings. `language`: of columns that name none, if the settings do not say it."""
    draft = Draft(sheets={"survey": {}, "choices": {}, "settings": {}})
    settings = plain_rows(workbook.sheet("settings"), "", draft)
    draft.sheets["settings"] = settings
    said = next(iter(settings.values()), {}).get("default_language", "")
    draft.language = tag_of(said) or language or _first_language(workbook.sheet("survey")) or "en"
    for name in ("survey", "choices"):
        draft.sheets[name] = plain_rows(workbook.sheet(name), draft.language, draft)
    _add_external(workbook.sheet("external_choices"), draft)
    return draft


def _add_external(sheet: Sheet, draft: Draft) -> None:
    """Append the sheet external_choices to choices, which has the same columns."""
    if not sheet.rows:
        return
    last = max(draft.choices, default=1)
    same = Sheet(name="choices", headings=sheet.headings, rows=sheet.rows)
    for number, cells in plain_rows(same, draft.language, draft).items():
        draft.choices[last + number] = cells
    draft.changed("external_choices", None, "", "the lists of this sheet are now at the end of the sheet choices")


def _first_language(sheet: Sheet) -> str | None:
    found = (tag_of(one.rpartition(":")[2]) for one in sheet.headings if one.lower().startswith("label:"))
    return next((one for one in found if one is not None), None)


def plain_rows(sheet: Sheet, language: str, draft: Draft) -> dict[int, Cells]:
    """The rows of `sheet` by their numbers, with plain headings. What has no use is reported to `draft`."""
    doubled = any("::" in heading for heading in sheet.headings)
    plain: dict[str, str] = {}
    for heading in sheet.headings:
        found = _plain_heading(sheet.name, heading, doubled, language, draft)
        if found is not None and found in plain.values():
            draft.changed(sheet.name, 1, heading, "left out: another column has the same meaning")
        elif found is not None:
            plain[heading] = found
    return {row.number: _plain_row(row, plain) for row in sheet.rows}


def _plain_row(row: Row, plain: dict[str, str]) -> Cells:
    return {plain[heading]: text for heading, text in row.cells.items() if heading in plain}


def _plain_heading(sheet: str, heading: str, doubled: bool, language: str, draft: Draft) -> str | None:
    tokens = tokens_of(sheet, heading, doubled)
    for length in (1, 2):
        use, rest = USED[sheet].get(tokens[:length]), tokens[length:]
        if use is None or len(rest) > 1:
            continue
        if use not in TRANSLATED or sheet == "settings":
            return use if not rest else None
        tag = tag_of(rest[0]) if rest else language
        if tag is None:
            draft.changed(
                sheet, 1, heading, f"left out: the language {rest[0]!r} is not known; write it like Dari (prs)"
            )
            return None
        if rest and f"({tag})" not in heading.lower():
            draft.changed(sheet, 1, heading, f"its language is {tag}")
        return f"{use}::{tag}"
    return _other_heading(sheet, heading, tokens, draft)


def _other_heading(sheet: str, heading: str, tokens: tuple[str, ...], draft: Draft) -> str | None:
    said = " ".join(tokens)
    if sheet == "survey" and (tokens in CHANGING or said in KEPT_FOR_LATER):
        return OF_THE_PROGRAM.get(said) or KEPT_FOR_LATER.get(said)
    if sheet == "choices" and tokens[0] not in QUIET and len(tokens) == 1:
        return plain_name(heading) or None  # a choice_filter may ask for it
    if sheet == "survey":
        draft.changed(sheet, 1, heading, "left out: this column has no use here")
    return None
