"""Sheets for a mechanism and for IOM's columns: sums and classes, never a person, never a number of the dead."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import pytest

from testimony.publication import content
from testimony.publication.package import build, files
from testimony.publication.sheets import missing_migrants, themes
from testimony.publication.sheets.themes import THEMES
from testimony.publication.text.phrases import LANGUAGES, Words
from testimony.questionnaire.codebook import Codebook
from tests.support.anonymity import missing_migrants as anonymity_missing_migrants
from tests.support.publication.editions import usual
from tests.support.publication.zip_reader import rows_of, unpacked

NUMBERS = ("No. dead", "No. missing", "No. dead/missing", "No. survivors", "No. Female", "No. Male", "No. minors")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_theme_of_the_letter_has_a_row_that_counts_or_says_that_nothing_does(lang: str) -> None:
    heads, _, *rows = rows_of(unpacked(build(usual()))[f"templates/human-rights-council.{lang}.csv"])
    assert heads == ["theme", "theme_title", "counted", "counted_title", "at_least", "at_most", "why_empty"]
    assert list(dict.fromkeys(row[0] for row in rows)) == [*THEMES] == [*Codebook.load().themes]
    for row in rows:
        assert bool(row[4]) == bool(row[5])
        assert bool(row[2]) == bool(row[4] or row[6])
        if row[4]:
            assert int(row[4]) <= int(row[5])
            assert not row[6]
        assert row[1]
        assert row[3]


def test_the_columns_are_those_of_the_missing_migrants_project() -> None:
    """Of the file as IOM gives it; those behind its own were added when it was cleaned."""
    held = [name for name in anonymity_missing_migrants.rows()[0] if name in missing_migrants.COLUMNS]
    assert held == [*missing_migrants.COLUMNS]


def test_accounts_of_deaths_are_classes_of_the_table_and_never_a_number_of_the_dead() -> None:
    packed = unpacked(build(usual()))
    heads, *rows = rows_of(packed["templates/missing-migrants.csv"])
    table_heads, _, *lines = rows_of(packed["table.csv"])
    table = {line[0]: dict(zip(table_heads, line, strict=True)) for line in lines}
    assert rows
    for row in (dict(zip(heads, row, strict=True)) for row in rows):
        line = table[row["Main ID"]]
        assert [row[name] for name in NUMBERS] == [""] * len(NUMBERS)
        assert row["Accounts that tell of deaths"] == line["deaths"]
        assert row["Accounts that tell of people missing"] == line["people_missing"]
        assert line["deaths"] or line["people_missing"]
        assert (row["Period start"], row["Period end"]) == (line["date_start"], line["date_end"])
    assert b"CC BY 4.0" in packed["templates/missing-migrants.txt"]


def test_a_table_that_counts_no_deaths_has_no_such_sheet() -> None:
    said = content.content_of(usual())
    value = said.value
    value["marks"] = [f"other.{place}" for place in range(len(said.marks))]
    made = files(content.read(content.canonical.encode(value)))
    assert not [name for name in made if "missing-migrants" in name]


def test_the_template_is_one_that_a_plain_reader_of_the_project_reads(tmp_path: Path) -> None:
    path = tmp_path / "sheet.csv"
    path.write_bytes(unpacked(build(usual()))["templates/missing-migrants.csv"])
    with path.open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            assert None not in row
            assert row["Incident Type"] == "Aggregate of accounts"


def test_three_themes_count_more_than_marks_and_no_other_does() -> None:
    """All accounts, those of children, and borders: each first in its theme, reckoned anew from the lines."""
    said = content.content_of(usual())
    rows = [row for row in themes.sheet(said, Words("en")).rows if row[2] is not None and row[2] not in said.marks]
    ages = [(line.n, line.labels[said.attributes.index("age")]) for line in said.lines]
    children = sum(n for n, label in ages if label in ("child", "a0to4", "a5to11", "a12to15", "a16to17"))
    places = {line.labels[said.attributes.index("place")].partition(":")[0] for line in said.lines}
    assert [(row[0], row[2], row[4], row[5]) for row in rows] == [
        ("T17", "child", children, children + sum(n for n, label in ages if label in ("any", "missing"))),
        ("T19", "accounts", said.accounts, said.accounts),
        ("T21", "borders", len(places - {"any"}), len(places - {"any"})),
    ]
    ordered = [(row[0], row[2]) for row in themes.sheet(said, Words("en")).rows]
    for row in rows:
        assert next(of for theme, of in ordered if theme == row[0]) == row[2]


def test_a_table_without_age_and_place_counts_neither() -> None:
    said = content.content_of(usual())
    kept = [at for at, name in enumerate(said.attributes) if name not in ("age", "place")]
    bare = replace(
        said,
        attributes=tuple(said.attributes[at] for at in kept),
        lines=tuple(replace(line, labels=tuple(line.labels[at] for at in kept)) for line in said.lines),
    )
    counted = {row[2] for row in themes.sheet(bare, Words("en")).rows if row[2] not in said.marks}
    assert counted == {"accounts", None}
