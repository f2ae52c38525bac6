"""Every code of a file of published tables stands in its codebook, and a file with another code does not leave."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import replace

import pytest

from testimony import canonical
from testimony.domain.tables.errors import TablesRefused
from testimony.domain.tables.offsets import CellName
from testimony.domain.tables.published import Published
from testimony.domain.tables.questions import QUESTIONS
from testimony.publication.tables import codebook, file, report
from testimony.publication.text.phrases import LANGUAGES, Words
from testimony.questionnaire.codebook import Codebook
from tests.support.domain.told_accounts import population
from tests.support.publication.published_tables import PLAN, of_backlog, of_year, publish
from tests.support.publication.zip_reader import unpacked


@pytest.fixture(scope="module")
def files() -> Mapping[str, bytes]:
    return unpacked(file.build(of_year(), PLAN))


def explained(files: Mapping[str, bytes]) -> dict[tuple[str, str], dict[str, str]]:
    rows = csv.DictReader(io.StringIO(files["codebook.csv"].decode("utf-8-sig"), newline=""))
    return {(row["question"], row["code"]): row for row in rows}


def test_every_code_of_the_lines_stands_in_the_codebook_that_travels_with_them(files: Mapping[str, bytes]) -> None:
    value = canonical.decode_object(files["tables.json"])
    known = explained(files)
    told = {(line["dimension"], line["row"]) for line in value["lines"]}
    told |= {(line["question"], line["column"]) for line in value["lines"] if line["question"]}
    told |= {("unit", line["unit"]) for line in value["lines"]}
    assert told <= known.keys()
    assert {pair for pair in known if pair[1]} == told, "and no other"
    assert all(row[f"label_{lang}"] for row in known.values() for lang in LANGUAGES)
    assert value["codebook"] == PLAN.codebook


def test_it_says_what_a_column_counts_and_where_the_questionnaire_asks_it(files: Mapping[str, bytes]) -> None:
    known = explained(files)
    assert (known["act", ""]["field"], known["act", ""]["hxl"]) == ("v_acts", "#event+violence+code")
    for question in QUESTIONS.values():
        for code, counts in question.columns.items():
            if (question.id, code) in known:
                assert set(known[question.id, code]["counts"].split()) == counts
    assert all(row["field"] in Codebook.load().fields for (_, code), row in known.items() if not code and row["field"])


@pytest.mark.parametrize("made", [of_year(), of_backlog(), publish(population(300, 2), "2026-03")], ids=str)
def test_what_is_counted_here_may_leave(made: Published) -> None:
    assert codebook.lines_to_leave(made)


@pytest.mark.parametrize(
    ("dimension", "code"),
    [("border", "HRV-XYZ"), ("border", "HRV-HRV"), ("border", "Evros"), ("nationality", "ABC"), ("person", "a15-f")],
)
def test_a_row_with_a_code_that_nobody_knows_holds_the_file_and_the_report_back(dimension: str, code: str) -> None:
    made = of_year()
    name = CellName.of({dimension: code}, period="2026")
    more = (*made.rows[dimension], code)
    inner = CellName.of({dimension: code, **({"border": "HRV-BIH"} if dimension != "border" else {})}, period="2026")
    strange = replace(made, rows={**made.rows, dimension: more}, numbers={**made.numbers, name: 20, inner: 20})
    for leave in (lambda: file.build(strange, PLAN), lambda: report.gather(strange, PLAN, Words("fr"))):
        with pytest.raises(TablesRefused) as refused:
            leave()
        assert refused.value.reason == "codes"
