"""The sample questionnaire, from its readable source to the workbook: `python -m
tests.support.questionnaire.sample`."""

from __future__ import annotations

import re
from pathlib import Path

from tests.support.questionnaire.workbooks import Sheets, workbook

SAMPLES = Path(__file__).parents[3] / "docs" / "samples"
SOURCE, WORKBOOK = SAMPLES / "sample-questionnaire.md", SAMPLES / "sample-questionnaire.xlsx"


def sheets(text: str) -> Sheets:
    """The tables below `## name`, each as rows of cells, the headings first."""
    found: Sheets = {}
    for name, table in re.findall(r"^## (\w+)\n\n((?:\|.*\n)+)", text, re.M):
        rows = [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in table.splitlines()]
        found[name] = [rows[0], *rows[2:]]
    return found


if __name__ == "__main__":
    WORKBOOK.write_bytes(workbook(sheets(SOURCE.read_text(encoding="utf-8"))))
