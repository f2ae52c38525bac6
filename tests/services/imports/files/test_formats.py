"""Every file of an export is read whole, and what cannot be read is said in one sentence."""

from __future__ import annotations

import io
import json
import time
import zipfile
from datetime import date

import pytest

from testimony.services.imports.errors import ImportRefused
from testimony.services.imports.files import archive, formats, table, workbook
from tests.support.services.import_files import cells, packed, refusal, sheet


@pytest.mark.parametrize(
    "data",
    [
        "date,place\n2024-05-01,Čačak\n".encode(),
        "date;place\r\n2024-05-01;Čačak\r\n".encode("utf-8-sig"),
        "date\tplace\n2024-05-01\tČačak\n".encode("utf-16"),
        'date,place\n"2024-05-01","Čačak"\n\n'.encode(),
    ],
)
def test_csv_is_read_with_any_separator_and_every_mark_of_unicode(data: bytes) -> None:
    found = formats.read(data)
    assert found.columns == ("date", "place")
    assert cells(found) == [("2024-05-01", "Čačak")]


def test_an_alphabet_that_nothing_names_is_asked_for_and_never_guessed() -> None:
    data = "place\nعين العرب\n".encode("windows-1256")
    assert refusal(data) == "encoding"
    assert cells(formats.read(data, "windows-1256")) == [("عين العرب",)]
    assert refusal(data, "rot13") == "encoding"


def test_a_separator_without_quotes_moves_no_cell() -> None:
    assert refusal(b"place,what\nA,one,two\n") == "damaged"


def test_two_columns_of_one_name_stay_two() -> None:
    found = formats.read(b"date,date\n2024-01-02,2024-02-01\n")
    assert found.twice() == ["date"]
    assert cells(found) == [("2024-01-02", "2024-02-01")]


def test_a_sheet_keeps_its_dates_and_numbers_as_they_are_shown() -> None:
    found = formats.read(
        sheet(("day", "n", "when"), (date(2024, 5, 1), 3.0, "2024-05"), (None, None, None), ("", 4, ""))
    )
    assert cells(found) == [("2024-05-01", "3", "2024-05"), ("", "4", "")]
    assert found.rows[0].dates == {0: date(2024, 5, 1)}
    assert [row.number for row in found.rows] == [2, 4]


def test_a_formula_without_a_stored_value_is_refused_and_one_with_it_is_counted() -> None:
    data = sheet(("a", "b"), (1, "=A2+1"))
    assert refusal(data) == "formula"
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(file := io.BytesIO(), "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b"<v></v>", b"<v>2</v>").replace(b"<v />", b"<v>2</v>"))
    found = formats.read(file.getvalue())
    assert (found.formulas, cells(found)) == (1, [("1", "2")])


def test_a_bomb_is_not_unpacked() -> None:
    bomb = packed(xl_in_workbook__xml=b"<x/>", xl_in_sheet1__xml=bytes(200 << 20))
    with zipfile.ZipFile(io.BytesIO(bomb), "a") as archive:
        archive.writestr("[Content_Types].xml", "<x/>")
    assert len(bomb) < 1 << 20
    with pytest.raises(ImportRefused) as refused:
        workbook.read(bomb)
    assert refused.value.reason == "bomb"


def test_a_document_type_is_refused_before_a_parser_sees_it() -> None:
    data = packed(xl_in_workbook__xml=b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>')
    with pytest.raises(ImportRefused) as refused:
        workbook.read(data)
    assert refused.value.reason == "bomb"


def with_sheet(xml: str, **more: str) -> bytes:
    """A workbook whose one sheet is `xml`."""
    with zipfile.ZipFile(io.BytesIO(sheet(("a",), (1,)))) as old, zipfile.ZipFile(file := io.BytesIO(), "w") as new:
        for name in old.namelist():
            new.writestr(name, xml if name == "xl/worksheets/sheet1.xml" else old.read(name))
        for name, content in more.items():
            new.writestr(f"xl/worksheets/{name}.xml", content)
    return file.getvalue()


SHEET = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>%s</sheetData></worksheet>'
)
CELL = '<row r="{0}"><c r="A{0}" t="inlineStr"><is><t>x</t></is></c></row>'


@pytest.mark.parametrize(
    "data",
    [
        b"x," * 1999 + b"x\n" + b"1\n" * 6000,
        json.dumps([dict.fromkeys(map(str, range(2000)), 1), *[{"0": 1}] * 6000]).encode(),
    ],
)
def test_a_small_file_that_asks_for_millions_of_cells_is_refused(data: bytes) -> None:
    assert len(data) < 1 << 17
    assert refusal(data) == "size"


def test_a_row_that_no_spreadsheet_has_keeps_nobody_waiting() -> None:
    rows = CELL.format(1) + CELL.format(2)
    assert refusal(with_sheet(SHEET % (rows + CELL.format(900_000_000)))) == "size"
    found = formats.read(with_sheet(SHEET % (rows + CELL.format(1_048_576))))
    assert [row.number for row in found.rows] == [2, 1_048_576]


@pytest.mark.parametrize("content", ["<f" * 200_000, "</f>" + " " * 200_000])
def test_no_content_of_a_sheet_makes_the_search_for_formulas_slow(content: str) -> None:
    data, began = with_sheet(SHEET % (CELL.format(1) + CELL.format(2)), more=content), time.process_time()
    assert formats.read(data).formulas == 0
    assert time.process_time() - began < 5


def test_a_document_type_hides_in_no_encoding_and_in_no_name() -> None:
    said = '<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'
    for data in (
        packed(xl_in_workbook__xml=b"<x/>", xl_in_sheet1__xml=said.encode("utf-16-le")),
        packed(xl_in_workbook__xml=b"<x/>", xl_in_sheet1__bin=said.encode()),
    ):
        with pytest.raises(ImportRefused) as refused:
            workbook.read(data)
        assert refused.value.reason == "bomb"


def test_the_tables_of_a_zip_may_unpack_to_so_much_together(monkeypatch: pytest.MonkeyPatch) -> None:
    repeats = {f"r{number}__csv": b"PARENT_KEY,b\n1,2\n" for number in range(10)}
    data = packed(a__csv=b"KEY,b\n1,2\n", **repeats)
    assert len(formats.read(data).repeats) == 10
    monkeypatch.setattr(archive, "LARGEST_CONTENT", 100)
    assert refusal(data) == "bomb"


def test_lists_in_lists_without_end_are_damaged() -> None:
    assert refusal(b'[{"a": ' + b"[" * 400 + b"1" + b"]" * 400 + b"}]") == "damaged"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"), (b"a,b\n", "empty"), (b"PK\x03\x04 no zip", "damaged"), (workbook.OLD_EXCEL + b"x", "locked"),
        (b"%PDF-1.7", "format"), (b'{"a": 1}', "format"), (b'{"a": ', "damaged"),
        (b'[{"a": "\\ud83d"}]', "damaged"), (b"a\0b,c\n1,2\n", "format"),
        (packed(a__csv=b"a,b\n1,2\n", b__csv=b"a,b\n1,2\n"), "format"),
        (packed(submission__xml__enc=b"x"), "encrypted"),
        (b"a,Status\n1,not decrypted\n", "encrypted"),
        (b",".join([b"c"] * 2001) + b"\n" + b"1", "columns"),
    ],
)  # fmt: skip
def test_what_is_no_file_of_records_is_told_in_one_sentence(data: bytes, reason: str) -> None:
    assert refusal(data) == reason


def test_a_file_that_is_too_large_is_refused_before_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formats, "LARGEST_FILE", 10)
    assert refusal(b"a,b\n1,2\n3,4\n") == "size"
    monkeypatch.undo()
    monkeypatch.setattr(table, "MOST_ROWS", 1)
    assert refusal(b"a,b\n1,2\n3,4\n") == "size"


def test_what_kobotoolbox_answers_is_flat_without_what_is_about_its_server() -> None:
    one = {
        "_id": 7, "_uuid": "u-1", "_attachments": [{"filename": "x.jpg"}], "formhub/uuid": "f",
        "event/day": "2024-05-01",
        "event/acts": "beat kick", "people": [{"people/age": "30"}, {"people/age": "31"}], "_tags": [],
    }  # fmt: skip
    found = formats.read(json.dumps({"count": 1, "results": [one]}).encode())
    row = dict(zip(found.columns, found.rows[0].cells, strict=True))
    assert row["event/acts"] == "beat kick"
    assert row["people"] == "people/age: 30\npeople/age: 31"
    assert "_attachments" not in row
    assert found.columns[found.number_column or 0] == "_uuid"


def test_what_odk_central_answers_is_flat_too() -> None:
    one = {"__id": "uuid:1", "__system": {"status": None, "submitterName": "x"}, "event": {"day": "2024-05-01", "n": 3}}
    found = formats.read(json.dumps({"value": [one], "@odata.context": "x"}).encode())
    assert dict(zip(found.columns, found.rows[0].cells, strict=True))["event/day"] == "2024-05-01"
    one["__system"] = {"status": "notDecrypted"}
    assert refusal(json.dumps({"value": [one]}).encode()) == "encrypted"


def test_columns_of_one_question_with_several_choices_become_one() -> None:
    both = formats.read(b"acts,acts/beat,acts/kick,n\nbeat,1,0,4\n")
    assert (both.columns, cells(both)) == (("acts", "n"), [("beat", "4")])
    split = formats.read(b"acts/beat,acts/kick,n\n1,1,4\n0,,5\n")
    assert (split.columns, cells(split)) == (("n", "acts"), [("4", "beat kick"), ("5", "")])
    group = formats.read(b"g/a,g/b,g/c\n1,0,7\n")
    assert group.columns == ("g/a", "g/b", "g/c")


def test_labels_of_choices_are_joined_by_a_sign_that_is_in_none_of_them() -> None:
    data = (
        "acts;acts/Beating (hands, other);acts/Pepper spray / tear gas\n"
        '"Beating (hands, other) Pepper spray / tear gas";1;1\nPepper spray / tear gas;0;1\n'
    )
    found = formats.read(data.encode())
    assert found.columns == ("acts",)
    assert cells(found) == [("Beating (hands, other) | Pepper spray / tear gas",), ("Pepper spray / tear gas",)]


def test_the_hash_of_a_row_depends_on_its_headings_and_cells_alone() -> None:
    one, other = formats.read(b"a,b\n1,2\n"), formats.read(b"a;b\n\n1;2\n3;4\n")
    assert table.digest(one, one.rows[0]) == table.digest(other, other.rows[0])
    assert table.digest(other, other.rows[1]) != table.digest(other, other.rows[0])
