"""Kinds of submissions: their languages, and the parts that need separate consent."""

from __future__ import annotations

from typing import Final

from testimony.domain.consent.purposes import Purpose

SHEET, ANNEXES, NOTE = "sheet", "annexes", "note"
KINDS: Final = (SHEET, ANNEXES, NOTE)
LANGUAGES: Final = ("en", "fr", "es")
PARTS: Final = {"state": Purpose.UN_LETTER, "report": Purpose.UN_REPORT}
"""The parts of a sheet that need a consent of their own: for the letter to the State, for a public report."""
