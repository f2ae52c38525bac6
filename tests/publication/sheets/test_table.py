"""The table's own sheet, column by column and cell by cell, on a table small enough to be written out."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from datetime import date
from io import BytesIO
from typing import Any

import openpyxl
import pytest

from testimony.anonymity.class_table import NOT_SHOWN
from testimony.publication.content import FIRST_FORMAT, FORMAT, Content, Figures, Line
from testimony.publication.sheets import aggregates, hxl_schema, missing_migrants, table, themes
from testimony.publication.sheets.aggregates import Range
from testimony.publication.sheets.sheet import Column, Sheet
from testimony.publication.sheets.xlsx import MEASURED, workbook
from testimony.publication.text.phrases import Words

ATTRIBUTES = ("date", "place", "age", "nat", "weather.cold-day")
DATE_LEVELS = ("month", "quarter", "half", "year", "three_years", "missing")


def line(no: int, group: int, labels: tuple[str, ...], counts: tuple[Any, ...], **more: Any) -> Line:
    levels = ("month", "segment", "band", "country", "exact")
    return Line(id=f"c{no}", group=group, tier=1, labels=labels, levels=levels, n=12, counts=counts, **more)


LINES = (
    line(1, 1, ("2024-05", "GRC-TUR:evros", "child", "AFG", "yes"), (3, None, 12)),
    line(2, 1, ("2024-04..2024-06", "GRC-TUR", "a18to24", "m002", "any"), (None, NOT_SHOWN, None)),
    line(3, 2, ("2024", "missing", "missing", "missing", "no"), (5, 4, None)),
    line(4, 2, ("any", "any", "any", "any", "any"), (4, NOT_SHOWN, None)),
)
CONTENT = Content(
    release="b7",
    recipient="P06",
    organisation="o",
    made_with="0",
    preset="public",
    k=11,
    m=3,
    alpha=4000,
    attributes=ATTRIBUTES,
    marks=("deaths", "torture", "people_missing"),
    stigma=("torture",),
    legend=(("month", "segment", "band", "country", "exact"),),
    lines=LINES,
    totals=((1, (4, None, None)), (2, (None, None, None))),
    figures=Figures(fewest_persons=11, global_risk=0, loss=(0,), published=None, held_back=()),
    revoked=(),
    recalled=(),
)


def test_every_column_has_its_tag_and_what_a_cell_may_hold() -> None:
    said = [(one.name, one.tag, one.kind, one.required, one.least, one.codes) for one in table.columns(CONTENT)]
    assert said == [
        ("class", "#meta+class+id", "text", True, None, ()),
        ("group", "#meta+group+num", "number", True, 1, ()),
        ("tier", "#meta+tier+num", "number", True, 1, ()),
        ("date_start", "#date+start", "date", False, None, ()),
        ("date_end", "#date+end", "date", False, None, ()),
        ("date_level", "#date+level+code", "text", True, None, DATE_LEVELS),
        ("place", "#adm1+code", "text", True, None, ()),
        ("place_level", "#adm1+level", "text", True, None, ()),
        ("expelled_from", "#country+expelling+code", "text", False, None, ()),
        ("returned_to", "#country+return+code", "text", False, None, ()),
        ("age", "#respondee+age", "text", True, None, ()),
        ("age_level", "#respondee+age+level", "text", True, None, ()),
        ("nat", "#country+origin+code", "text", True, None, ()),
        ("nat_level", "#country+origin+level", "text", True, None, ()),
        ("weather.cold-day", "#respondee+weather_cold_day", "text", True, None, ()),
        ("weather.cold-day_level", "#respondee+weather_cold_day+level", "text", True, None, ()),
        ("accounts", "#indicator+accounts+num", "number", True, 11, ()),
        ("deaths", "#indicator+deaths+num", "number", False, 3, ()),
        ("torture", "#indicator+torture+num", "text", True, None, ()),
        ("people_missing", "#indicator+people_missing+num", "number", False, 3, ()),
        ("blank", "#meta+blank+list", "text", False, None, ()),
    ]


def test_every_cell_stands_under_its_column() -> None:
    made = table.sheet(CONTENT)
    assert made.rows == (
        ("c1", 1, 1, date(2024, 5, 1), date(2024, 5, 31), "month", "GRC-TUR:evros", "segment", "GRC", "TUR", "child",
         "band", "AFG", "country", "yes", "exact", 12, 3, None, 12, "torture"),
        ("c2", 1, 1, date(2024, 4, 1), date(2024, 6, 30), "quarter", "GRC-TUR", "segment", "GRC", "TUR", "a18to24",
         "band", "m002", "country", "any", "exact", 12, None, NOT_SHOWN, None, "deaths people_missing"),
        ("c3", 2, 1, date(2024, 1, 1), date(2024, 12, 31), "year", "missing", "segment", None, None, "missing", "band",
         "missing", "country", "no", "exact", 12, 5, 4, None, "people_missing"),
        ("c4", 2, 1, None, None, "any", "any", "segment", None, None, "any", "band", "any", "country", "any", "exact",
         12, 4, NOT_SHOWN, None, "people_missing"),
    )  # fmt: skip
    assert table.sheet(replace(CONTENT, lines=(line(5, 1, LINES[0].labels, (3, 4, 5)),))).rows[0][-1] is None
    assert (made.name, len(made.columns)) == ("table", len(made.rows[0]))


def test_a_total_that_is_not_said_is_empty_and_flagged() -> None:
    made = table.totals(CONTENT)
    assert [(one.name, one.tag) for one in made.columns] == [
        ("group", "#meta+group+num"),
        ("counted", "#indicator+code"),
        ("total", "#indicator+total+num"),
        ("blank", "#meta+blank+code"),
    ]
    assert made.rows == (
        (1, "deaths", 4, None),
        (1, "torture", None, "blank"),
        (1, "people_missing", None, "blank"),
        (2, "deaths", None, "blank"),
        (2, "torture", None, "blank"),
        (2, "people_missing", None, "blank"),
    )


@pytest.mark.parametrize(
    ("label", "first", "last", "level"),
    [
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29), "month"),
        ("2023-10..2023-12", date(2023, 10, 1), date(2023, 12, 31), "quarter"),
        ("2023-07..2023-12", date(2023, 7, 1), date(2023, 12, 31), "half"),
        ("2023", date(2023, 1, 1), date(2023, 12, 31), "year"),
    ],
)
def test_a_date_is_known_as_exactly_as_its_label_says(label: str, first: date, last: date, level: str) -> None:
    assert table.days(label) == (first, last)
    assert table.date_level(label) == level


@pytest.mark.parametrize("label", ["missing", "any"])
def test_a_date_that_is_not_known_has_no_days(label: str) -> None:
    assert table.days(label) is None
    assert table.date_level(label) == label


def test_the_schema_has_a_rule_for_each_column_and_every_label_that_is_there() -> None:
    rules = {row[0]: row[1:] for row in hxl_schema.sheet(CONTENT).rows}
    assert list(rules) == [column.name for column in table.columns(CONTENT)]
    assert rules["class"] == ("#meta+class+id", "true", "text", None, None, "true")
    assert rules["group"] == ("#meta+group+num", "true", "number", 1, None, None)
    assert rules["age"] == ("#respondee+age-level", "true", "text", None, "a18to24|any|child|missing", None)
    assert rules["age_level"] == ("#respondee+age+level", "true", "text", None, "band", None)
    assert rules["date_level"] == ("#date+level+code", "true", "text", None, "|".join(DATE_LEVELS), None)
    assert rules["place"] == ("#adm1+code", "true", "text", None, "GRC-TUR|GRC-TUR:evros|any|missing", None)
    assert rules["returned_to"] == ("#country+return+code", None, "text", None, None, None)
    assert rules["accounts"] == ("#indicator+accounts+num", "true", "number", 11, None, None)
    assert rules["deaths"] == ("#indicator+deaths+num", None, "number", 3, None, None)


@pytest.mark.parametrize(
    ("tag", "pattern"),
    [
        ("#respondee+age", "#respondee+age-level"),
        ("#respondee", "#respondee-age-level-weather_cold_day"),
        ("#respondee+age+level", "#respondee+age+level"),
        ("#date", "#date-code-end-level-start"),
        ("#other+age", "#other+age"),
    ],
)
def test_a_pattern_shuts_out_every_longer_tag_of_its_name_alone(tag: str, pattern: str) -> None:
    assert hxl_schema.pattern(tag, CONTENT) == pattern


def test_sums_over_lines_are_ranges_and_a_said_total_counts_before_them() -> None:
    assert aggregates.of_mark(CONTENT, "deaths") == Range(least=4 + 9, most=4 + 9)
    assert aggregates.of_mark(CONTENT, "torture") == Range(least=4, most=2 + 12 + 4 + 12, open=True)
    assert aggregates.of_mark(CONTENT, "people_missing") == Range(least=12, most=12 + 2 + 4)
    assert aggregates.children(CONTENT) == Range(least=12, most=12 + 24)
    assert [str(Range(least=1, most=most, open=shown)) for most, shown in ((1, False), (3, False), (3, True))] == [
        "1",
        "1–3",
        "≥ 1",
    ]


@pytest.mark.parametrize(("form", "unsaid"), [(FORMAT, [None, None]), (FIRST_FORMAT, [])])
def test_a_sheet_of_sums_has_a_range_for_each_mark_where_a_line_says_a_number(form: str, unsaid: list[Any]) -> None:
    made = aggregates.sheet(replace(CONTENT, form=form), "place")
    assert [one.name for one in made.columns] == [
        "place", "accounts", "deaths_at_least", "deaths_at_most", "torture_at_least", "torture_at_most",
        "people_missing_at_least", "people_missing_at_most",
    ]  # fmt: skip
    rows = {row[0]: list(row[1:]) for row in made.rows}
    assert rows["GRC-TUR"] == [24, 3, 5, *(unsaid or [0, 14]), 12, 14]
    assert rows["missing"][:5] == [12, 5, 5, 4, 4]
    assert rows["missing"][5:] == (unsaid or [0, 2])
    assert list(rows) == ["GRC-TUR", "any", "missing"]
    assert made.name == "by place"


def test_classes_that_tell_of_the_dead_stand_under_the_columns_of_the_project() -> None:
    made = missing_migrants.sheet(CONTENT)
    rows = [dict(zip((column.name for column in made.columns), row, strict=True)) for row in made.rows]
    assert [row["Main ID"] for row in rows] == ["c1", "c3", "c4"]  # of c2 neither is said
    told = [
        {name: cell for name, cell in row.items() if cell is not None and name not in ("Main ID", "Incident Type")}
        for row in rows
    ]
    words = Words("en")
    assert told[0] == {
        "Incident year": 2024,
        "Incident month": 5,
        "Country of Origin": words.option("iso3", "AFG"),
        "Country of Incident": words.option("iso3", "GRC"),
        "Period start": date(2024, 5, 1),
        "Period end": date(2024, 5, 31),
        "Accounts in the class": 12,
        "Accounts that tell of deaths": 3,
        "Accounts that tell of people missing": 12,
    }
    assert told[1] == {
        "Incident year": 2024,
        "Period start": date(2024, 1, 1),
        "Period end": date(2024, 12, 31),
        "Accounts in the class": 12,
        "Accounts that tell of deaths": 5,
    }
    assert told[2] == {"Accounts in the class": 12, "Accounts that tell of deaths": 4}
    region = replace(CONTENT, lines=(line(6, 1, LINES[1].labels, (3, None, None)),))
    (row,) = missing_migrants.sheet(region).rows
    assert words.region("m002") in row


SHORT = [
    replace(LINES[0], counts=LINES[0].counts[:-1]),
    replace(LINES[0], labels=LINES[0].labels[:-1]),
    replace(LINES[0], levels=LINES[0].levels[:-1]),
]


@pytest.mark.parametrize("odd", SHORT)
def test_a_line_with_a_cell_too_few_stops_everything_and_is_cut_nowhere(odd: Line) -> None:
    with pytest.raises(ValueError, match="zip"):
        table.sheet(replace(CONTENT, lines=(odd,)))
    if odd.levels == LINES[0].levels:
        with pytest.raises(ValueError, match="zip"):
            missing_migrants.sheet(replace(CONTENT, lines=(odd,)))
    if odd.counts == LINES[0].counts:
        with pytest.raises(ValueError, match="zip"):
            _ = replace(CONTENT, lines=(odd,)).value


def test_totals_and_legends_have_one_for_each_column() -> None:
    with pytest.raises(ValueError, match="zip"):
        table.totals(replace(CONTENT, totals=((1, (4, None)),)))
    with pytest.raises(ValueError, match="zip"):
        _ = replace(CONTENT, legend=(("month",),)).value


def test_a_row_of_another_length_than_its_heads_is_no_sheet() -> None:
    made = table.totals(CONTENT)
    for row in (made.rows[0][:-1], (*made.rows[0], "more")):
        with pytest.raises(ValueError, match="zip"):
            workbook([replace(made, rows=(row,))])


@pytest.mark.parametrize(
    ("cells", "width"),
    [(("ab",), 12), (("a" * 20,), 22), (("a" * 38,), 40), (("a" * 39,), 40), ((None, 1234567890123), 15)],
)
def test_a_column_is_as_wide_as_its_longest_cell_and_no_wider_than_forty(cells: tuple[Any, ...], width: int) -> None:
    made = Sheet(name="x", columns=(Column(name="ten_letter"),), rows=tuple((cell,) for cell in cells))
    sheet = openpyxl.load_workbook(BytesIO(workbook([made])))["x"]
    assert sheet.column_dimensions["A"].width == width
    assert sheet.freeze_panes == "A2"


def test_columns_are_measured_by_their_first_rows_and_named_as_in_a_spreadsheet() -> None:
    rows = [("a",)] * (MEASURED - 1)
    for more, width in ((["b" * 20], 22), (["c", "b" * 20], 12)):
        made = Sheet(name="x", columns=(Column(name="ten_letter"),), rows=(*rows, *((cell,) for cell in more)))
        sheet = openpyxl.load_workbook(BytesIO(workbook([made])))["x"]
        assert sheet.column_dimensions["A"].width == width
    wide = Sheet(name="x", columns=tuple(Column(name="n") for _ in range(703)), rows=(tuple(range(703)),))
    last = openpyxl.load_workbook(BytesIO(workbook([wide])))["x"]
    assert [last[f"{name}2"].value for name in ("A", "Z", "AA", "AZ", "BA", "ZZ", "AAA")] == [
        0, 25, 26, 51, 52, 701, 702,
    ]  # fmt: skip


@pytest.mark.parametrize(("guarded", "text"), [(True, "'=1+1"), (False, "=1+1")])
def test_a_text_that_looks_like_a_formula_is_guarded_where_that_is_asked_for(guarded: bool, text: str) -> None:
    made = Sheet(name="x", columns=(Column(name="n"),), rows=(("=1+1",),))
    assert text in zipfile.ZipFile(BytesIO(workbook([made], guarded=guarded))).read(
        "xl/worksheets/sheet1.xml"
    ).decode().replace("&#39;", "'")


def test_each_theme_counts_its_marks_and_says_where_nothing_or_no_number_is_counted() -> None:
    words = Words("en")
    made = themes.sheet(CONTENT, words)
    assert [(one.name, one.tag) for one in made.columns] == [
        ("theme", "#subsector+code"),
        ("theme_title", "#subsector+name"),
        ("counted", "#indicator+code"),
        ("counted_title", "#indicator+name"),
        ("at_least", "#indicator+num+min"),
        ("at_most", "#indicator+num+max"),
        ("why_empty", "#indicator+remark"),
    ]
    rows = [(row[0], row[2], row[4], row[5]) for row in made.rows]
    assert ("T08", "deaths", 13, 13) in rows
    assert ("T08", "people_missing", 12, 18) in rows
    assert ("T10", None, None, None) in rows
    (nothing,) = [row for row in made.rows if row[0] == "T10"]
    assert nothing[3] == words.say(themes.NOTHING)
    assert next(row for row in rows if row[0] == "T17") == ("T17", "child", 12, 36)
    assert next(row for row in rows if row[0] == "T19") == ("T19", "accounts", 48, 48)
    assert next(row for row in rows if row[0] == "T21") == ("T21", "borders", 1, 1)
    without = replace(
        CONTENT, attributes=(), lines=tuple(replace(one, labels=(), levels=()) for one in LINES), legend=((),)
    )
    assert {"child", "borders"}.isdisjoint(row[2] for row in themes.sheet(without, words).rows)
    unsaid = replace(CONTENT, totals=(), lines=(LINES[1],))
    (row,) = [one for one in themes.sheet(unsaid, words).rows if one[2] == "deaths"]
    assert (row[4], row[5], bool(row[6])) == (None, None, True)
