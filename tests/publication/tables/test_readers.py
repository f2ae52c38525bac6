"""The sheets for two readers: printed numbers alone, each with what it is a share of."""

from __future__ import annotations

import csv
import io

import pytest

from testimony.domain.tables.count import ANSWERED
from testimony.domain.tables.offsets import Unit
from testimony.domain.tables.plan import Plan
from testimony.domain.tables.published import Published
from testimony.publication.sheets.missing_migrants import COLUMNS
from testimony.publication.sheets.sheet import delimited
from testimony.publication.tables import lines as tables_lines
from testimony.publication.tables import readers
from testimony.publication.tables.lines import Line
from testimony.questionnaire.codebook import Codebook
from tests.support.domain.told_accounts import population
from tests.support.publication.published_tables import of_year, publish


@pytest.fixture(scope="module")
def made() -> Published:
    return of_year()


@pytest.fixture(scope="module")
def found(made: Published) -> list[Line]:
    return tables_lines.lines(made)


def rows(made: Published, found: list[Line], name: str) -> list[dict[str, str]]:
    sheet = next(one for one in readers.files(found, made) if one.name == name)
    return list(csv.DictReader(io.StringIO(delimited(sheet.untagged).decode("utf-8-sig"))))


def test_every_number_by_theme_is_a_line_of_the_tables_with_its_denominator(found: list[Line]) -> None:
    told = readers.by_theme(found)
    assert len({one.theme for one in told}) > 8
    for one in told:
        assert one.line in found
        assert (one.whole in found, one.whole.column, one.whole.question) == (True, ANSWERED, one.line.question)
        assert one.line.number != 0


def test_deaths_have_a_row_where_the_tables_print_them_and_nowhere_else(made: Published, found: list[Line]) -> None:
    borders = {one.row for one in found if one.question in ("dead", "missing") and not one.row.startswith("all")}
    assert {one.border for one in readers.of_deaths(found)} == borders
    assert "GRC-TUR" in borders
    told = {row["Main ID"]: row for row in rows(made, found, "missing-migrants")}
    row = told["2026 GRC-TUR"]
    assert list(row)[: len(COLUMNS)] == list(COLUMNS)
    assert row["No. dead"] == row["No. missing"] == "", "accounts are no count of the dead"
    incidents = next(one for one in found if (one.row, one.question, one.unit) == ("GRC-TUR", "", Unit.INCIDENTS))
    assert row["Incidents at the border"] == incidents.shown


def test_without_the_tables_there_is_no_sheet() -> None:
    small = publish(population(100, 2), plan=Plan.fitting(2026, 100, borders=[], codebook="1"))
    assert list(readers.files(tables_lines.lines(small), small)) == []


def test_every_question_of_the_tables_has_a_theme_to_stand_under() -> None:
    fields = Codebook.load().fields
    assert all(set(fields[name].themes) <= set(readers.themes.THEMES) for name in ("v_acts", "x_actors", "d_dead"))
