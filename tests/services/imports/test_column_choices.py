"""What becomes of a column: choices that fit its table, bands of numbers, and the single values of a cell."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

import pytest

from testimony.services.imports import column_choices
from testimony.services.imports.column_choices import ACCOUNT, CONSENT, KEEP, LEAVE_OUT, Choices, Column
from testimony.services.imports.errors import ImportRefused

FIELDS = column_choices.fields()
NATIONALITY, AGE, ACTS, DAY = (FIELDS[name] for name in ("w_nat", "w_age", "v_acts", "i_date"))


def choices(*columns: Column | str) -> Choices:
    return Choices(columns=tuple(one if isinstance(one, Column) else Column(to=one) for one in columns))


@pytest.mark.parametrize(
    "mapping",
    [
        choices(ACCOUNT),
        choices("w_nat", KEEP, KEEP, LEAVE_OUT, CONSENT),
        choices(ACCOUNT, ACCOUNT),
        choices(*(Column(to="i_date", order=order) for order in ("dmy",))),
        choices(Column(to="w_nat", values={"syria": "SYR"})),
        choices(Column(to=ACCOUNT, values={"anything": "x"})),
    ],
)
def test_choices_that_fit_a_table_are_taken(mapping: Choices) -> None:
    column_choices.require_fitting(mapping, len(mapping.columns))


@pytest.mark.parametrize(
    ("mapping", "columns", "reason"),
    [
        (choices(ACCOUNT), 2, "mapping"),
        (choices(ACCOUNT, KEEP), 1, "mapping"),
        (choices(ACCOUNT, "no_such_field"), 2, "mapping"),
        (choices(ACCOUNT, "n_text"), 2, "mapping"),
        (choices(ACCOUNT, CONSENT, CONSENT), 3, "mapping"),
        (choices("w_nat", "w_nat"), 2, "twice"),
        (choices("i_date"), 1, "date"),
        (choices(Column(to="i_date", order="ydm")), 1, "date"),
        (choices(KEEP, LEAVE_OUT, CONSENT), 3, "nothing"),
        (choices(Column(to="w_nat", values={"syria": "SYR", "nowhere": "XXXX"})), 1, "mapping"),
    ],
)
def test_choices_that_do_not_fit_are_refused(mapping: Choices, columns: int, reason: str) -> None:
    with pytest.raises(ImportRefused) as refused:
        column_choices.require_fitting(mapping, columns)
    assert refused.value.reason == reason


def test_a_column_is_read_as_it_was_described() -> None:
    column = Column(to="w_nat", values={"syria": "SYR", "iraq": "IRQ"})
    assert column.describe() == {"to": "w_nat", "order": "", "values": [["iraq", "IRQ"], ["syria", "SYR"]]}
    assert Column.read(column.describe()) == column
    assert Column.read({"to": KEEP, "order": "dmy", "values": [["  SYRIA ", "SYR"]]}).values == {"syria": "SYR"}


def test_columns_are_found_by_what_they_become() -> None:
    mapping = choices(KEEP, ACCOUNT, KEEP)
    assert [mapping.at(one) for one in (KEEP, ACCOUNT, CONSENT)] == [[0, 2], [1], []]


def test_the_codes_of_a_field_are_those_of_its_list() -> None:
    assert "SYR" in column_choices.codes(NATIONALITY)
    assert column_choices.codes(DAY) == ()
    assert column_choices.codes(replace(NATIONALITY, list="bcp47")) == ()


def test_a_number_falls_into_the_band_that_holds_it() -> None:
    bands = [code for code in column_choices.codes(AGE) if "to" in code or "plus" in code]
    edges = [column_choices._BAND.fullmatch(code) for code in bands]
    assert len(bands) > 2
    for code, edge in zip(bands, edges, strict=True):
        assert edge is not None
        for number in (edge["least"], edge["most"] or edge["least"]):
            assert column_choices.band_of(AGE, number) == column_choices.band_of(AGE, f"{number}.0") == code
    assert [column_choices.band_of(AGE, text) for text in ("", "-1", "1.5", "young", "1234567")] == [""] * 5
    assert column_choices.band_of(NATIONALITY, "19") == ""


@pytest.mark.parametrize(
    ("one", "other"),
    [("Same_Word", "same word"), ("  two\n words ", "two-words"), ("l’eau", "L'EAU"), ("e\u0301te", "\u00e9te")],
)
def test_spellings_that_make_no_difference(one: str, other: str) -> None:
    assert column_choices.normal(one) == column_choices.normal(other)


@pytest.mark.parametrize(
    ("cell", "known", "values"),
    [
        ("beating", (), ["beating"]),
        ("a | b", (), ["a", "b"]),
        ("a; b;;", (), ["a", "b"]),
        ("a, b|c, d", (), ["a, b", "c, d"]),
        ("a\nb", (), ["a", "b"]),
        ("a, b", (), ["a", "b"]),
        ("A, b", ("a, b",), ["A, b"]),
        ("a b", (), ["a b"]),
        ("a b", ("a",), ["a b"]),
        ("a B", ("a", "b"), ["a", "B"]),
        ("a", ("a",), ["a"]),
    ],
)
def test_a_cell_is_split_where_a_question_has_several_answers(
    cell: str, known: Collection[str], values: list[str]
) -> None:
    assert column_choices.split(ACTS, cell, known) == values
    assert column_choices.split(NATIONALITY, cell, known) == [cell]
