"""Gives every question, group and choice a label in the default language, and completes the settings."""

from __future__ import annotations

import re

from testimony.questionnaire.form import Form
from testimony.questionnaire.xlsform.adaptation.draft import Cells, Draft
from testimony.questionnaire.xlsform.settings import NAME, VERSION

TAG = re.compile(r"<[A-Za-z/][^<>]*>")
MARKED = re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1")
HEADING = re.compile(r"^#{1,6}\s+", re.MULTILINE)
NOT_PLAIN = re.compile(r"[^A-Za-z0-9._-]+")
TRANSLATED = ("label", "hint", "constraint_message")


def settle_texts(draft: Draft) -> None:
    """Make all texts plain and fill those that are missing in the default language, and report each change."""
    for sheet in ("survey", "choices"):
        for row, cells in sorted(draft.sheets[sheet].items()):
            if not cells or cells.get("type", "").startswith(("end_", "calculate")):
                continue
            for use in [one for one in cells if "::" in one]:
                _make_plain(sheet, row, use, cells, draft)
            for kind in TRANSLATED:
                _fill_default(sheet, row, kind, cells, draft)


def _make_plain(sheet: str, row: int, use: str, cells: Cells, draft: Draft) -> None:
    plain = HEADING.sub("", MARKED.sub(r"\2", TAG.sub("", cells[use]))).strip()
    if plain != cells[use]:
        cells[use] = plain
        draft.changed(sheet, row, use, "marks for bold, colour and headings are left out; the words stay")


def _fill_default(sheet: str, row: int, kind: str, cells: Cells, draft: Draft) -> None:
    own = f"{kind}::{draft.language}"
    if cells.get(own):
        return
    other = next((use for use, text in cells.items() if use.startswith(f"{kind}::") and text), None)
    if other is not None:
        cells[own] = cells[other]
        draft.changed(
            sheet, row, kind, f"missing in {draft.language}, so the text in {other.rpartition('::')[2]} is used"
        )
    elif kind == "label":
        cells[own] = cells.get("name", "") or f"{row}"
        draft.changed(sheet, row, kind, "missing, so the name is used")


def settle_settings(draft: Draft, name: str) -> None:
    """Complete the settings, and report each change. `name`: of the file, used if the settings have no name."""
    cells = next(iter(draft.sheets["settings"].values()), {})
    said = cells.get("form_id", "") or cells.get("form_title", "") or name
    form = NOT_PLAIN.sub("-", said).strip("-._")[:40].rstrip("-._") or "own-questions"
    form = f"own-{form}"[:40] if form == Form.load().id.partition("@")[0] or not NAME.fullmatch(form) else form
    version = NOT_PLAIN.sub("-", cells.get("version", "")).strip("-._")[:20].rstrip("-._") or "1"
    version = version if VERSION.fullmatch(version) else "1"
    for use, value in (("form_id", form), ("version", version), ("default_language", draft.language)):
        if cells.get(use, "") != value:
            draft.changed("settings", 2, use, f"is now {value}")
    settled = {"form_id": form, "version": version, "default_language": draft.language}
    title = cells.get("form_title") or form
    draft.sheets["settings"] = {2: {**settled, "form_title": title}}
