"""Rows inside rows reach the record that they belong to and no other, and those without a record are counted."""

from __future__ import annotations

import io

import openpyxl
import pytest

from testimony.services.imports.errors import ImportRefused
from testimony.services.imports.files import formats, repeats, table
from tests.support.services.import_files import cells, packed, refusal, sheet

RECORDS = b"KEY,day\nuuid:1,2024-05-01\nuuid:2,2024-05-02\n"
PEOPLE = (
    b"age,note,PARENT_KEY,KEY\n3,,uuid:1,uuid:1/people[1]\n30,ill,uuid:1,uuid:1/people[2]\n9,,uuid:9,uuid:9/people[1]\n"
)
VISITS = b"place,PARENT_KEY,KEY\nwood,uuid:1/people[2],uuid:1/people[2]/visits[1]\n"
LINK = ("_index", "_parent_table_name", "_parent_index")


def renamed(data: bytes, old: str, new: str) -> bytes:
    """The workbook with another name for a sheet."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    book[old].title = new
    book.save(file := io.BytesIO())
    return file.getvalue()


def test_rows_inside_rows_of_odk_central_become_lines_of_their_record() -> None:
    found = formats.read(packed(form__csv=RECORDS, media_in_a__jpg=b"\xff\xd8", **{"form-people__csv": PEOPLE}))
    assert (found.columns, found.repeats, found.attached) == (("KEY", "day", "people"), ("people",), {"media/a.jpg"})
    assert cells(found) == [("uuid:1", "2024-05-01", "age: 3\nage: 30; note: ill"), ("uuid:2", "2024-05-02", "")]
    assert found.orphans == 1


def test_rows_inside_such_rows_stay_with_them() -> None:
    names = {"a-visits__csv": VISITS, "form-people__csv": PEOPLE, "form__csv": RECORDS}
    found = formats.read(packed(**names))
    assert (found.repeats, found.orphans) == (("people",), 1)
    assert found.rows[0].cells[2] == "age: 3\nage: 30; note: ill; a-visits: place: wood"


@pytest.mark.parametrize(
    ("other", "columns"),
    [
        ("people", ("form-people", "people")),
        ("form_people", ("form-people", "form_people")),
        ("form-form-people", ("people", "form-form-people")),
    ],
)
def test_of_two_repeat_groups_of_one_short_name_each_has_its_own_column(other: str, columns: tuple[str, str]) -> None:
    files = {"form-people__csv": b"age,PARENT_KEY\n3,uuid:1\n", f"{other}__csv": b"age,PARENT_KEY\n9,uuid:1\n"}
    found = formats.read(packed(form__csv=RECORDS, **files))
    assert (found.columns, found.repeats, found.orphans) == (("KEY", "day", *columns), columns, 0)
    assert found.rows[0].cells[2:] == ("age: 3", "age: 9")


def test_a_repeat_group_without_rows_has_a_file_and_holds_nothing_up() -> None:
    empty = {"form-people__csv": b"age,PARENT_KEY,KEY\n"}
    assert formats.read(packed(form__csv=RECORDS, **empty)).repeats == ()
    assert refusal(packed(form__csv=b"KEY,day\n", **empty)) == "empty"


def test_sheets_of_kobotoolbox_are_joined_by_table_and_number() -> None:
    long = "people of the household who were there"
    records = (("day", "_uuid", "_index"), ("2024-05-01", "u", 1), ("2024-05-02", "v", 2))
    people = [("age", *LINK), (3, 1, "Border: form", 2), (4, 2, "Border: form", 2), (5, 3, "another", 1)]
    visits = [("place", *LINK), ("wood", 1, long, 2), ("road", 2, "people", 1)]
    data = sheet(*records, more={repeats._sheet_name(long): people, "visits": visits})
    data = renamed(data, "Sheet", "Border_ form")
    found = formats.read(data)
    (_, _, _, none), (_, _, _, lines) = cells(found)
    assert (none, lines) == ("", "age: 3\nage: 4; visits: place: wood")
    assert (found.repeats, found.orphans) == ((repeats._sheet_name(long),), 2)


def test_without_the_number_of_the_record_nothing_is_joined() -> None:
    people = [("age", "_parent_index"), (3, 1)]
    found = formats.read(sheet(("day", "_uuid"), ("2024-05-01", "u"), more={"people": people}))
    assert (found.columns, found.repeats, found.orphans) == (("day", "_uuid"), (), 1)


def test_two_records_with_one_number_double_nothing() -> None:
    files = {"form-a__csv": b"x,KEY,PARENT_KEY\n1,k,r\n2,k,r\n", "form-b__csv": b"y,KEY,PARENT_KEY\n3,l,k\n4,l,k\n"}
    found = formats.read(packed(form__csv=b"day,KEY\nx,r\ny,r\n", **files))
    assert [row.cells[2] for row in found.rows] == ["x: 1; b: y: 3\ny: 4\nx: 2", ""]
    assert found.orphans == 0


def test_rows_that_name_each_other_belong_to_no_record_and_a_long_chain_is_damaged() -> None:
    circle = b"age,PARENT_KEY,KEY\n1,b,a\n2,a,b\n"
    assert formats.read(packed(form__csv=RECORDS, **{"form-people__csv": circle})).orphans == 2
    chain = "age,PARENT_KEY,KEY\n" + "".join(f"1,{'uuid:1' if not at else at - 1},{at}\n" for at in range(40))
    assert refusal(packed(form__csv=RECORDS, **{"form-people__csv": chain.encode()})) == "damaged"


def test_sheets_that_are_small_each_may_not_be_large_together(monkeypatch: pytest.MonkeyPatch) -> None:
    many = {f"form-r{number}__csv": PEOPLE for number in range(5)}
    monkeypatch.setattr(table, "MOST_CELLS", 60)
    assert refusal(packed(form__csv=RECORDS, **many)) == "size"
    people = [("age", "_parent_index"), *[(3, 1)] * 9]
    with pytest.raises(ImportRefused):
        formats.read(sheet(("day", "_index"), ("x", 1), more={f"r{number}": people for number in range(4)}))
