"""Each CSV file of published tables once more with HXL tags: HXL's own library reads it by the standard's hashtags.

The hashtags are those of the dictionary of HXL 1.1, which leaves attributes free.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import hxl
import pytest

from testimony.domain.tables.periods import Period
from testimony.publication.tables import file
from tests.support.publication.published_tables import PLAN, of_backlog, of_year
from tests.support.publication.zip_reader import rows_of, unpacked

HASHTAGS = """
    access activity adm1 adm2 adm3 adm4 adm5 affected beneficiary capacity cause channel contact country crisis currency
    date description event frequency geo group impact indicator inneed item loc meta modality need operations org output
    population reached region respondee sector service severity status subsector targeted value
"""
TAG = re.compile(r"#[a-z][a-z0-9_]*(\+[a-z][a-z0-9_]*)*", re.ASCII)
NAMES = ("tables.csv", "themes.csv", "missing-migrants.csv")


@pytest.fixture(scope="module")
def files() -> Mapping[str, bytes]:
    return unpacked(file.build(of_year(), PLAN))


@pytest.mark.parametrize("name", NAMES)
def test_hxl_reads_each_sheet_by_tags_of_the_standard(files: Mapping[str, bytes], name: str) -> None:
    _, tags, *rows = table = rows_of(files[f"hxl/{name}"])
    assert [tag or None for tag in tags] == [tag or None for tag in hxl.data(table).display_tags]
    given = [tag for tag in tags if tag]
    assert given
    assert len(set(given)) == len(given)
    assert all(TAG.fullmatch(tag) and tag[1:].partition("+")[0] in HASHTAGS.split() for tag in given)
    assert len(hxl.data(table).values) == len(rows)


@pytest.mark.parametrize("name", NAMES)
def test_the_plain_sheet_is_the_same_without_the_tags(files: Mapping[str, bytes], name: str) -> None:
    heads, _, *rows = rows_of(files[f"hxl/{name}"])
    assert rows_of(files[name]) == [heads, *rows]
    assert {each for each in files if each.endswith(".csv")} == {
        "codebook.csv",
        *NAMES,
        *(f"hxl/{one}" for one in NAMES),
    }


def test_what_hxl_says_is_a_number_or_a_date_is_one(files: Mapping[str, bytes]) -> None:
    """As the dictionary asks; and a number that is under its base is no number, least of all 0."""
    seen = 0
    for row in hxl.data(rows_of(files["hxl/tables.csv"])):
        for column, value in zip(row.columns, row.values, strict=True):
            if column.tag == "#date":
                assert re.fullmatch(r"2026-(01-01|12-31)", value)
            if column.display_tag == "#indicator+num":
                assert re.fullmatch(r"([1-9][0-9]*)?", value)
                seen += bool(value)
    assert seen > 500


def test_a_border_has_its_two_states_and_a_group_of_persons_has_none(files: Mapping[str, bytes]) -> None:
    told = {}
    for row in hxl.data(rows_of(files["hxl/tables.csv"])):
        told[row.get("#meta+row+code")] = [
            row.get(f"#country+{one}+code", default="") for one in ("expelling", "return")
        ]
    assert told["HRV-BIH"] == ["HRV", "BIH"]
    others = [states for code, states in told.items() if "-" not in code[:4] or code.startswith("all")]
    assert "adult-m" in told
    assert all(states == ["", ""] for states in others)


def test_a_backlog_has_an_end_and_no_beginning() -> None:
    rows = hxl.data(rows_of(unpacked(file.build(of_backlog(), PLAN))["hxl/tables.csv"]))
    said = {(row.get("#meta+period"), row.get("#date+start"), row.get("#date+end")) for row in rows}
    assert said == {("until 2026-12", None, Period.of("until 2026-12").last_day.isoformat())}
