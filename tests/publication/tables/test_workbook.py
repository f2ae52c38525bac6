"""The XLSX file of published tables: what it says is what the lines say, and no cell is a formula."""

from __future__ import annotations

import io
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from testimony import canonical
from testimony.domain.tables.count import ANSWERED
from testimony.publication import manifest
from testimony.publication.sheets.sheet import RISKY
from testimony.publication.tables import file, workbook
from testimony.publication.tables import lines as tables_lines
from testimony.publication.tables.vocabulary import Vocabulary
from testimony.publication.text.phrases import Words
from tests.support.domain.told_accounts import account
from tests.support.programs import lacking
from tests.support.publication.published_tables import PLAN, of_year, publish
from tests.support.publication.zip_reader import rows_of, unpacked


@pytest.fixture(scope="module")
def files() -> Mapping[str, bytes]:
    return unpacked(file.build(of_year(), PLAN))


@pytest.fixture(scope="module")
def book(files: Mapping[str, bytes]) -> Any:
    return opened(files["tables.xlsx"])


def opened(data: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(data))


def rows(book: Any, tab: str) -> list[dict[str, Any]]:
    """By head; a tab has each head once."""
    heads, *found = book[tab].iter_rows(values_only=True)
    assert len(set(heads)) == len(heads)
    return [dict(zip(heads, one, strict=True)) for one in found]


def test_each_printed_number_is_in_a_cell_as_it_is_printed(book: Any) -> None:
    """And no cell has another: what the tables do not print is empty."""
    vocabulary, printed = Vocabulary(Words("en")), 0
    for line in tables_lines.lines(of_year()):
        tab = line.question if line.dimension == "border" else f"{line.dimension} {line.question}"
        (row,) = [one for one in rows(book, tab or "border") if one["code"] == line.row]
        cell = row[vocabulary.column(line.question, line.column or line.unit)]
        assert cell == (line.number or line.shown)
        assert isinstance(cell, int) is bool(line.number)
        assert row.get(f"share: {vocabulary.column(line.question, line.column or line.unit)}") == (line.share or None)
        printed += 1
    cells = [cell for tab in book.worksheets[1:] for row in tab.iter_rows(min_row=2, values_only=True) for cell in row]
    numbers = [one for one in cells if isinstance(one, int) or str(one).startswith("under ") or one == "not shown"]
    assert len(numbers) == printed


def test_the_first_tab_says_what_the_words_file_says_and_what_each_tab_is(
    files: Mapping[str, bytes], book: Any
) -> None:
    assert book.sheetnames[0] == workbook.ABOUT
    said = [(one["about"], one["what"]) for one in rows(book, workbook.ABOUT)]
    assert [what for about, what in said if about == "how to read"] == files["read-me.txt"].decode().splitlines()
    assert [about for about, _ in said if about.startswith("tab ")] == [f"tab {one}" for one in book.sheetnames[1:]]
    assert any("do not mean the same people" in what for _, what in said if isinstance(what, str))


def test_where_only_the_sentence_is_printed_the_cell_has_words_and_no_number() -> None:
    stripped = publish([account(n, told={"act": frozenset({"undress"})}) for n in range(2400)])
    made = opened(unpacked(file.build(stripped, PLAN))["tables.xlsx"])
    head = Vocabulary(Words("en")).column("act", "undress")
    (row,) = [one for one in rows(made, "act") if one["code"] == "HRV-BIH"]
    assert (row[head], row[f"share: {head}"]) == ("not shown", "four in five or more")
    assert isinstance(row[Vocabulary(Words("en")).column("act", ANSWERED)], int)


@pytest.mark.parametrize("start", RISKY)
def test_no_cell_is_a_formula_whatever_a_code_is(start: str) -> None:
    """As if the entry of a colleague held a code that no reader of entries lets through."""
    code = f'{start}HYPERLINK("x")'
    found = [replace(line, row=code) for line in tables_lines.lines(of_year()) if line.row == "HRV-BIH"]
    data = workbook.book(found, of_year(), PLAN, Vocabulary(Words("en")))
    cells = [cell for tab in opened(data).worksheets for row in tab.iter_rows() for cell in row if cell.value]
    assert f"'{code}".replace("\r", "\n") in [cell.value for cell in cells]
    assert not [cell for cell in cells if cell.data_type == "f" or str(cell.value).startswith(RISKY)]


def test_the_list_of_files_has_the_hash_of_the_spreadsheet_and_of_every_other_file() -> None:
    held = unpacked(file.build(of_year(), PLAN))
    listed = manifest.listed(held.pop(manifest.NAME), file.VERSION)
    assert listed is not None
    assert dict(listed) == {name: (len(data), canonical.sha256_hex(data)) for name, data in held.items()}


def test_libreoffice_reads_the_tabs_as_the_same_tables(files: Mapping[str, bytes], book: Any, tmp_path: Path) -> None:
    office = shutil.which("soffice") or lacking("LibreOffice is not installed (apt install libreoffice-calc-nogui)")
    (tmp_path / "tables.xlsx").write_bytes(files["tables.xlsx"])
    form = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1"
    command = [office, "--headless", f"-env:UserInstallation={(tmp_path / 'home').as_uri()}", "--convert-to", form]
    subprocess.run(
        [*command, "--outdir", tmp_path, tmp_path / "tables.xlsx"], check=True, capture_output=True, timeout=120
    )
    for tab in book.sheetnames:
        said = [["" if one is None else str(one) for one in row] for row in book[tab].iter_rows(values_only=True)]
        assert rows_of((tmp_path / f"tables-{tab}.csv").read_bytes()) == said
