"""The table that leaves: exact bytes, harmless in a spreadsheet."""

from __future__ import annotations

import csv
import io

import pytest

from testimony.anonymity.tables import csv_bytes

COLUMNS = (("year", "#date+year"), ("n", "#meta+num"))


def test_a_table_has_its_names_its_tags_and_its_rows() -> None:
    assert csv_bytes(COLUMNS, [["2026", 7], [None, 5]]) == b"year,n\r\n#date+year,#meta+num\r\n2026,7\r\n,5\r\n"


def test_the_same_rows_give_the_same_bytes() -> None:
    assert csv_bytes(COLUMNS, [["a", 1]]) == csv_bytes(COLUMNS, [["a", 1]])


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1"])
def test_a_label_that_a_spreadsheet_would_run_is_a_fault(text: str) -> None:
    with pytest.raises(ValueError, match="formula"):
        csv_bytes(COLUMNS, [[text, 1]])


@pytest.mark.parametrize("text", ["a\u202eb", "a\x00b", "a\u2066b", "a\nb"])
def test_a_label_with_signs_that_hide_is_a_fault(text: str) -> None:
    with pytest.raises(ValueError, match="control"):
        csv_bytes(COLUMNS, [[text, 1]])


def test_separators_in_a_label_stay_in_their_cell() -> None:
    data = csv_bytes(COLUMNS, [['a,"b";c', 1]])
    assert list(csv.reader(io.StringIO(data.decode(), newline="")))[2] == ['a,"b";c', "1"]
