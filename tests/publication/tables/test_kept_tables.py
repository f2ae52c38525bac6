"""A file that was published stays readable, and its numbers give the same lines again in every later version."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from testimony import canonical
from testimony.domain.tables.questions import QUESTIONS
from testimony.publication.tables import codebook, contents, file
from testimony.questionnaire.codebook import Codebook
from tests.support.publication import kept_tables
from tests.support.publication.zip_reader import unpacked

KEPT = sorted(kept_tables.FOLDER.iterdir())
UNSPOKEN = ("tables.csv", "hxl/tables.csv")
"""Files without a word that a later version may say otherwise."""


@pytest.mark.parametrize("folder", KEPT, ids=lambda folder: folder.name)
def test_a_kept_file_is_read_with_every_line(folder: Path) -> None:
    made, plan, data = kept_tables.kept(folder)
    found = contents.read(data)
    assert (found.period, found.edition, found.plan) == (made.period, made.edition, plan.digest)
    again = codebook.lines_to_leave(made)
    said = [(one.table, one.row, one.question, one.column, one.unit, one.printed, one.share) for one in found.lines]
    assert said == [(one.table, one.row, one.question, one.column, one.unit, one.shown, one.share) for one in again]


@pytest.mark.parametrize("folder", KEPT, ids=lambda folder: folder.name)
def test_kept_numbers_give_the_same_sheets_again(folder: Path) -> None:
    made, plan, data = kept_tables.kept(folder)
    before, now = unpacked(data), unpacked(file.build(made, plan))
    assert {name: now[name] for name in UNSPOKEN} == {name: before[name] for name in UNSPOKEN}
    lines = [canonical.decode_object(files["tables.json"])["lines"] for files in (before, now)]
    assert lines[0] == lines[1]


@pytest.mark.parametrize("folder", KEPT, ids=lambda folder: folder.name)
def test_no_code_of_a_kept_file_means_something_else_today(folder: Path) -> None:
    """Codes name cells: another meaning of one would be a second number under its name."""
    _, _, data = kept_tables.kept(folder)
    rows = list(csv.DictReader(io.StringIO(unpacked(data)["codebook.csv"].decode("utf-8-sig"), newline="")))
    counted = [row for row in rows if row["counts"]]
    assert len(counted) > 100
    for row in counted:
        assert set(row["counts"].split()) == QUESTIONS[row["question"]].columns[row["code"]]
    assert all(row["field"] in Codebook.load().fields for row in rows if row["field"])
