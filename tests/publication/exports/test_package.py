"""Exports open in spreadsheets as what they are: no formula runs, no word is lost, columns are ODK's."""

from __future__ import annotations

import csv
import io
import shutil
import subprocess
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from testimony.publication.exports import package, tables
from testimony.questionnaire.form import Form
from tests.support.programs import lacking
from tests.support.publication.exported import ABOUT, FORMULA, LONG, TURNED, account, members, rows

FORMS = [Form.load()]


def test_csv_has_the_columns_of_odk_and_a_file_for_each_repeat() -> None:
    found = members(package.write("csv", [account(1), account(2)], FORMS, ABOUT))
    assert set(found) == {"README.txt", "testimonies.csv", "texts.csv", "x_groups.csv"}
    first, second = rows(found["testimonies.csv"])
    assert first["KEY"] == "uuid:00000000-0000-0000-0000-000000000001"
    assert (first["v_acts"], first["i_date"], first["i_loc_point"]) == ("beat kick", "2025-07-10", "41.5 -26.5 0 0")
    assert (first["g_size"], first["not_answered"], first["closed"]) == ("", "g_size:unk", "provenance:incomplete")
    groups = rows(found["x_groups.csv"])
    assert [row["PARENT_KEY"] for row in groups] == [first["KEY"]] * 2 + [second["KEY"]] * 2
    assert groups[0]["KEY"].endswith("/x_groups[1]")
    assert groups[0]["did"] == "force_body dogs"
    assert "2: the witness said no" in found["README.txt"].decode()


def test_a_text_of_90_000_characters_is_whole_and_no_cell_is_longer_than_excel_takes() -> None:
    found = members(package.write("csv", [account(text=LONG)], FORMS, ABOUT))
    pieces = [row["text"] for row in rows(found["texts.csv"]) if row["name"] == "s1"]
    assert "".join(pieces) == LONG
    assert "".join(row["text"] for row in rows(found["texts.csv"]) if row["name"] == "o_text") == LONG
    (line,) = rows(found["testimonies.csv"])
    assert line["continued"] == "o_text"
    cells = [cell for row in (*rows(found["texts.csv"]), line) for cell in row.values()]
    assert max(len(cell.encode("utf-16-le")) // 2 for cell in cells) <= 32_767


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_no_heading_is_a_formula_also_where_a_phone_made_it_up(form: str) -> None:
    """A repeat of an older questionnaire may have rows with any names."""
    data = package.write(form, [account(x_groups={"value": [{FORMULA: "1", "a\x00b": "2"}]})], FORMS, ABOUT)
    if form == "csv":
        heads = next(csv.reader(io.StringIO(members(data)["x_groups.csv"].decode("utf-8-sig"))))
    else:
        cells = openpyxl.load_workbook(io.BytesIO(data))["x_groups"][1]
        assert all(cell.data_type != "f" for cell in cells)
        heads = [str(cell.value) for cell in cells]
    assert {f"'{FORMULA}", "a\ufffdb"} <= set(heads)


@pytest.mark.parametrize("form", ["csv", "uwazi", "xlsx"])
@pytest.mark.parametrize("text", [FORMULA, "@SUM(1)", "+1", "-1", "\t=1", TURNED, "a\x00b\x0bc"])
def test_no_cell_is_a_formula_and_what_no_spreadsheet_holds_is_marked(form: str, text: str) -> None:
    data = package.write(form, [account(text=text)], FORMS, ABOUT)
    wanted = tables.writable(text)
    if form == "xlsx":
        book = openpyxl.load_workbook(io.BytesIO(data))
        cells = [cell for sheet in book for line in sheet.iter_rows() for cell in line if cell.value is not None]
        assert all(cell.data_type != "f" for cell in cells)
        said = {str(cell.value) for cell in cells}
    else:
        files = [one for name, one in members(data).items() if name.endswith(".csv")]
        said = {cell for file in files for row in rows(file) for cell in row.values()}
        assert not any(cell.startswith(("=", "+", "-", "@", "\t")) for cell in said)
    assert said & {wanted, f"'{wanted}"}


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_every_field_of_text_may_hold_a_formula_that_turns_and_goes_on_for_90_000_characters(form: str) -> None:
    texts = [name for name, field in Form.load().value["fields"].items() if field["type"] == "text"]
    said = {name: f"={name}{TURNED}{LONG}" for name in texts}
    answers: dict[str, Any] = {name: {"value": text} for name, text in said.items()}
    data = package.write(form, [account(**answers)], FORMS, ABOUT)
    if form == "csv":
        read = rows(members(data)["texts.csv"])
    else:
        names, *lines = openpyxl.load_workbook(io.BytesIO(data), read_only=True)["texts"].iter_rows(values_only=True)
        read = [dict(zip(map(str, names), map(str, line), strict=True)) for line in lines]
    whole = {name: "".join(row["text"] for row in read if row["name"] == name) for name in texts}
    assert len(texts) > 10
    assert whole == {name: f"'{text}" for name, text in said.items()}
    assert max(len(row["text"].encode("utf-16-le")) // 2 for row in read) <= 32_767


def test_uwazi_gets_a_title_and_values_in_words_with_a_bar_between() -> None:
    (line,) = rows(members(package.write("uwazi", [account(7)], FORMS, ABOUT))["uwazi.csv"])
    assert line["title"] == "2026-01-20 00000000"
    assert line["v_acts"].count("|") == 1
    assert "beat" not in line["v_acts"].split("|"), "words, no codes"
    assert (line["i_loc_point"], line["account"]) == ("41.5|-26.5", "We walked.")
    assert not any(" " in name for name in line)


def test_libreoffice_opens_the_workbook_with_every_word(tmp_path: Path) -> None:
    office = shutil.which("soffice") or lacking("LibreOffice is not installed (apt install libreoffice-calc-nogui)")
    accounts = [account(1, FORMULA), account(2, TURNED), account(3, LONG), account(4, "a\x00b")]
    (tmp_path / "all.xlsx").write_bytes(package.write("xlsx", accounts, FORMS, ABOUT))
    form = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1"
    command = [office, "--headless", f"-env:UserInstallation={(tmp_path / 'home').as_uri()}", "--convert-to", form]
    subprocess.run(
        [*command, "--outdir", tmp_path, tmp_path / "all.xlsx"], check=True, capture_output=True, timeout=120
    )
    read = rows((tmp_path / "all-texts.csv").read_bytes())
    words = {key: "".join(row["text"] for row in read if row["PARENT_KEY"] == key and row["name"] == "s1")
             for key in {row["PARENT_KEY"] for row in read}}  # fmt: skip
    assert [words[tables.key_of(one)] for one in accounts] == [f"'{FORMULA}", TURNED, LONG, "a\ufffdb"]
    assert len(rows((tmp_path / "all-testimonies.csv").read_bytes())) == 4
