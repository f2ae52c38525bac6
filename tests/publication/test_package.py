"""A release is the same bytes on every desk, and says the same in every form."""

from __future__ import annotations

import io
import json
import os
import random
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from testimony.publication import content
from testimony.publication.check import check
from testimony.publication.edition import Edition
from testimony.publication.package import build
from testimony.publication.sheets.sheet import RISKY
from testimony.publication.text.phrases import LANGUAGES
from tests.support.programs import lacking
from tests.support.publication.editions import WORST, edition, profile, records, usual
from tests.support.publication.random_tables import editions, shuffled
from tests.support.publication.zip_reader import rows_of, unpacked

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def files() -> Mapping[str, bytes]:
    return unpacked(build(usual()))


def test_the_order_of_testimonies_changes_no_byte() -> None:
    of = records()
    plan = profile(of)
    other = of[:]
    random.Random(5).shuffle(other)
    assert build(edition(other, plan)) == build(edition(of, plan))


def test_another_process_with_other_hashes_and_another_language_writes_the_same_bytes() -> None:
    program = (
        "import hashlib; from tests.support.publication.editions import usual; "
        "from testimony.publication.package import build; print(hashlib.sha256(build(usual())).hexdigest())"
    )
    said = {
        subprocess.run(
            [sys.executable, "-c", program],
            cwd=ROOT,
            env=os.environ | {"PYTHONHASHSEED": seed, "LC_ALL": language, "TZ": zone, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed, language, zone in (("1", "C", "UTC"), ("2", "fr_FR.UTF-8", "Asia/Kathmandu"))
    }
    assert len(said) == 1


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(editions(), st.data())
def test_any_table_within_the_rules_makes_a_release_that_holds_whatever_its_order(
    made: Edition, data: st.DataObject
) -> None:
    written = build(made)
    assert build(shuffled(made, data)) == written
    assert [str(fault) for fault in check(written).faults] == []


def test_csv_json_and_spreadsheet_say_the_same_table(files: Mapping[str, bytes]) -> None:
    heads, tags, *rows = rows_of(files["table.csv"])
    said = json.loads(files["table.json"])
    book = openpyxl.load_workbook(io.BytesIO(files["table.xlsx"]))
    typed = [list(row) for row in book["table"].iter_rows(values_only=True)]
    assert typed[0] == heads
    assert typed[1] == tags
    assert [[_written(cell) for cell in row] for row in typed[2:]] == rows
    assert len(rows) == len(said["rows"]) > 20
    for row, line in zip((dict(zip(heads, row, strict=True)) for row in rows), said["rows"], strict=True):
        assert (row["class"], row["group"], row["accounts"]) == (line["class"], str(line["group"]), str(line["n"]))
        for attribute in ("place", "age", "gender", "nat", "size", "prev"):
            assert row[attribute] == line["labels"][attribute]
            assert row[f"{attribute}_level"] == line["levels"][attribute]
        counts = dict(zip(said["marks"], line["counts"], strict=True))
        assert {mark: row[mark] for mark in counts} == {mark: _written(count) for mark, count in counts.items()}
        assert row["blank"].split() == [mark for mark, count in counts.items() if count is None]


def _written(cell: Any) -> str:
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    return "" if cell is None else str(cell)


def test_where_most_people_of_a_border_tell_of_undressing_its_lines_stay_and_say_not_shown(
    files: Mapping[str, bytes],
) -> None:
    heads, _, *rows = rows_of(files["table.csv"])
    lines = [dict(zip(heads, row, strict=True)) for row in rows]
    worst = [line for line in lines if line["place"].startswith(WORST)]
    assert sum(int(line["accounts"]) for line in worst) > sum(int(line["accounts"]) for line in lines) / 2
    assert [line["class"] for line in worst if line["undress"] == "not_shown"]
    for line in lines:
        assert line["undress"] == "not_shown" or 3 <= int(line["undress"]) <= int(line["accounts"]) / 2
        assert "undress" not in line["blank"].split()
    _, *codes = rows_of(files["codebook.en.csv"])
    assert any(row[0] == "undress" and row[2] == "not_shown" and "too many" in row[3] for row in codes)


def test_cells_of_the_spreadsheet_have_types(files: Mapping[str, bytes]) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(files["table.xlsx"]))["table"]
    columns = {cell.value: cell.column - 1 for cell in sheet[1]}
    for row in sheet.iter_rows(min_row=3):
        assert row[columns["accounts"]].data_type == "n"
        assert row[columns["class"]].data_type == "s"
        start = row[columns["date_start"]]
        assert start.value is None or (start.is_date and start.number_format == "yyyy\\-mm\\-dd")


def test_periods_are_two_days_and_a_level(files: Mapping[str, bytes]) -> None:
    heads, _, *rows = rows_of(files["table.csv"])
    lengths = {"month": 1, "quarter": 3, "half": 6, "year": 12, "three_years": 36}
    for row in (dict(zip(heads, row, strict=True)) for row in rows):
        if row["date_level"] == "missing":
            assert row["date_start"] == row["date_end"] == ""
            continue
        first, last = date.fromisoformat(row["date_start"]), date.fromisoformat(row["date_end"])
        assert first.day == 1
        assert (date.fromordinal(last.toordinal() + 1)).day == 1
        assert (last.year - first.year) * 12 + last.month - first.month + 1 == lengths[row["date_level"]]


def test_no_cell_is_a_formula_or_a_word_for_nothing_or_a_band_that_becomes_a_day(files: Mapping[str, bytes]) -> None:
    for name, data in files.items():
        if not name.endswith(".csv"):
            continue
        for row in rows_of(data):
            for cell in row:
                assert not cell.startswith(RISKY), (name, cell)
                if name.startswith(("table", "sums", "totals")):
                    assert cell not in {"NA", "None", "null", "nan", "NULL"}
                    assert not re.fullmatch(r"[0-9]+[-/.–][0-9]+([-/.–][0-9]+)?", cell) or _is_day(cell), cell


def _is_day(cell: str) -> bool:
    return re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", cell) is not None


def test_nothing_in_it_tells_when_it_was_made_or_who_consented_to_what(files: Mapping[str, bytes]) -> None:
    data = build(usual())
    clock = re.compile(rb"[0-9]{2}:[0-9]{2}:[0-9]{2}|[0-9]{4}-[0-9]{2}-[0-9]{2}T")
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        assert {one.date_time for one in file.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    for name, held in files.items():
        assert not clock.search(held), name
        assert b"P07" not in held, name
        assert b"person-" not in held, name


def test_how_large_a_stigma_is_in_a_class_is_not_said() -> None:
    """Of one class of six people, "a sixth" would tell that its blank is one."""
    small, large = (content.content_of(usual()).value for _ in range(2))
    assert small == large
    assert "stigma" not in json.dumps(small["figures"])


def test_an_edition_of_nothing_is_a_release_too() -> None:
    of = records(30)
    plan = profile(records())
    assert check(build(edition(of, plan, recipient="P10"))).holds


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_code_in_the_table_is_in_the_codebook(files: Mapping[str, bytes], lang: str) -> None:
    _, *rows = rows_of(files[f"codebook.{lang}.csv"])
    meant = {(row[0], row[2]): row[3] for row in rows}
    heads, tags, *lines = rows_of(files["table.csv"])
    for name, tag in zip(heads, tags, strict=True):
        assert meant[(name, "")]
        assert [row[1] for row in rows if row[0] == name and not row[2]] == [tag]
    for line in lines:
        for name, cell in zip(heads, line, strict=True):
            if name.endswith("_level") or name in ("place", "age", "gender", "nat", "size", "prev"):
                assert meant[(name, cell)], (name, cell)


def test_libreoffice_reads_the_spreadsheet_as_the_same_table(files: Mapping[str, bytes], tmp_path: Path) -> None:
    office = shutil.which("soffice") or lacking("LibreOffice is not installed (apt install libreoffice-calc-nogui)")
    (tmp_path / "table.xlsx").write_bytes(files["table.xlsx"])
    form = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1"
    command = [office, "--headless", f"-env:UserInstallation={(tmp_path / 'home').as_uri()}", "--convert-to", form]
    subprocess.run(
        [*command, "--outdir", tmp_path, tmp_path / "table.xlsx"], check=True, capture_output=True, timeout=120
    )
    assert rows_of((tmp_path / "table-table.csv").read_bytes()) == rows_of(files["table.csv"])
