"""HXL's own library reads every sheet, and finds by the schema in the zip what is wrong with a table."""

from __future__ import annotations

from collections.abc import Mapping

import hxl
import pytest

from testimony.publication.package import build
from tests.support.publication.editions import usual
from tests.support.publication.zip_reader import rows_of, unpacked


@pytest.fixture(scope="module")
def files() -> Mapping[str, bytes]:
    return unpacked(build(usual()))


def test_hxl_reads_the_table_and_its_schema_holds(files: Mapping[str, bytes]) -> None:
    errors: list[str] = []
    schema = hxl.schema(hxl.data(rows_of(files["hxl-schema.csv"])), callback=lambda error: errors.append(str(error)))
    table = rows_of(files["table.csv"])
    assert schema.validate(hxl.data(table)), errors
    assert hxl.data(table).display_tags == table[1]
    assert len(set(table[1])) == len(table[1])


@pytest.mark.parametrize(
    ("column", "wrong"),
    [("accounts", "4"), ("age", "a25to34x"), ("dogs", "2"), ("date_start", "2021-Q3"), ("class", "")],
)
def test_the_schema_finds_what_is_wrong(files: Mapping[str, bytes], column: str, wrong: str) -> None:
    table = rows_of(files["table.csv"])
    table[4][table[0].index(column)] = wrong
    assert not hxl.schema(hxl.data(rows_of(files["hxl-schema.csv"]))).validate(hxl.data(table))


@pytest.mark.parametrize("name", ["totals.csv", "templates/human-rights-council.fr.csv"])
def test_every_sheet_with_a_row_of_tags_is_hxl(files: Mapping[str, bytes], name: str) -> None:
    table = rows_of(files[name])
    assert hxl.data(table).display_tags == table[1]
