"""Headings and values propose what becomes of a column, in every language, and no proposal is wrong."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

import pytest

from testimony.questionnaire import labels
from testimony.questionnaire.codebook import Codebook
from testimony.services.imports import accounts, column_choices, proposals, vocabulary
from testimony.services.imports.column_choices import ACCOUNT, KEEP, Column, fields, normal
from testimony.services.imports.files import formats
from testimony.services.imports.files.table import Table
from tests.support.cli.program import ROOT

NETWORK = {
    "source_url": KEEP, "slug_date": KEEP, "field_date": "i_date", "location": "i_loc_text", "reported_by": KEEP,
    "lat": KEEP, "lon": KEEP, "pushback_from": "i_from", "pushback_to": "i_to", "taken_to_police_station": "i_held",
    "minors_involved": "g_child", "wlti_involved": KEEP, "men_involved": KEEP, "age": KEEP, "group_size": "g_size",
    "countries_of_origin": "g_nats", "treatment_at_station": "v_custody", "n_police": "x_n", "violence_used": "v_acts",
    "asylum_intention_expressed": "a_expr",
}  # fmt: skip
OF_NETWORK = (
    "x,2022-05-10,2022-05-10,Example wood,A,45.1,16.1,Croatia,Bosnia,no,yes,no,yes,18-60,7,Syria | Iran,"
    "detention | denial of food/water,5,beating (with batons/hands/other) | forcing to undress,yes"
)
MISSING = {
    "Main ID": KEEP, "Incident ID": KEEP, "Incident Type": KEEP, "Region of Incident": KEEP, "Incident Date": "i_date",
    "Incident Year": KEEP, "Month": KEEP, "Number of Dead": "d_dead",
    "Minimum Estimated Number of Missing": "d_missing", "Total Number of Dead and Missing": KEEP,
    "Number of Survivors": KEEP, "Number of Females": KEEP, "Number of Males": KEEP, "Number of Children": KEEP,
    "Country of Origin": "g_nats", "Region of Origin": KEEP, "Cause of Death": "d_cause", "Country of Incident": KEEP,
    "Migration Route": KEEP, "Location of Incident": "i_loc_text", "Information Source": KEEP, "Coordinates": KEEP,
    "Source Quality": KEEP, "URL": KEEP,
}  # fmt: skip
OF_MISSING = (
    "2023.1|2023.1|Incident|Example region|2023-04-30|2023|April|2|1|3|0|0|2|0|Viet Nam|Example region|"
    "Harsh environmental conditions / lack of adequate shelter, food, water|Example|Example|A wood|Example|1, 2|3|x"
)


def written(rows: Iterable[Iterable[str]]) -> Table:
    csv.writer(text := io.StringIO()).writerows(rows)
    return formats.read(text.getvalue().encode())


def export(lang: str) -> tuple[Table, list[str]]:
    """An export of our own form with labels in `lang` for headings and cells, and what each column should become."""
    headings, row = [labels.field_label("n_text", lang)], ["x"]
    for name, of in fields().items():
        code = next(iter(column_choices.codes(of)), "")
        headings.append(labels.field_label(name, lang))
        row.append(labels.option_label(of.list, code, lang) if of.list and code else "3" if of.type == "int" else "x")
    return written([headings, row]), [ACCOUNT, *(name if vocabulary.may_propose(name) else KEEP for name in fields())]


def mapped(table: Table, expected: Iterable[str]) -> tuple[int, int]:
    """How many of the columns are mapped without help, of how many. None of them may be wrong."""
    found = [column.to for column in proposals.proposed(table).columns]
    wrong = {
        heading: to
        for heading, to, right in zip(table.columns, found, expected, strict=True)
        if to not in (right, KEEP)
    }
    assert wrong == {}
    return sum(to != KEEP for to in found), len(found)


def test_the_share_of_columns_that_needs_no_help_is_the_one_that_the_documents_give() -> None:
    counted = {
        "border-violence network": mapped(written([NETWORK, OF_NETWORK.split(",")]), NETWORK.values()),
        "Missing Migrants": mapped(written([MISSING, OF_MISSING.split("|")]), MISSING.values()),
        "our own form": mapped(*export("fr")),
    }
    page = (ROOT / "docs" / "imports.md").read_text(encoding="utf-8")
    for kind, (found, columns) in counted.items():
        assert any(kind in line and f"| {found} of {columns} |" in line for line in page.splitlines()), (kind, found)


@pytest.mark.parametrize("lang", ["ar", "es"])
def test_labels_in_any_language_become_fields_and_codes(lang: str) -> None:
    table, expected = export(lang)
    choices = proposals.proposed(table)
    assert [column.to for column in choices.columns] == expected
    (account,) = accounts.accounts(table, choices)
    answers = {name: value for part in account.answers.values() for name, value in part.items()}
    listed = {name: of for name, of in fields().items() if column_choices.codes(of) and vocabulary.may_propose(name)}
    assert {name for name in listed if name not in answers} == set()
    assert answers["w_gender"] == Codebook.load().codes("gender")[0]


def test_each_cell_of_an_incident_sheet_becomes_a_code() -> None:
    table = written([NETWORK, OF_NETWORK.split(",")])
    (account,) = accounts.accounts(table, proposals.proposed(table))
    answers = account.answers["incident"]
    assert answers["v_acts"] == ["beat", "undress"]
    assert answers["v_custody"] == ["held", "nofood"]
    assert (answers["i_held"], answers["x_n"]) == ("none", "n3to5")
    assert account.unread == ()


def test_groups_are_taken_off_a_heading_and_the_longest_known_name_counts() -> None:
    odk = proposals.proposed(formats.read(b"a-i_date,a-group-g_size,a-age group,KEY\n2024-05-01,3,x,uuid:1\n"))
    assert [column.to for column in odk.columns] == ["i_date", "g_size", "w_age", KEEP]
    kobo = proposals.proposed(formats.read(b"event/i_date,event/theft/destruction\n2024-05-01,theft\n"))
    assert [column.to for column in kobo.columns] == ["i_date", "v_prop"]
    neither = proposals.proposed(formats.read(b"event-i_date,what\n2024-05-01,x\n"))
    assert neither.columns[0] == Column()


@pytest.mark.parametrize(
    ("cells", "to"),
    [
        (("18-60", "25"), KEEP),
        (("5 to 40",), KEEP),
        (("18, 20, 35",), KEEP),
        (("18-24", "25"), "w_age"),
        (("33",), "w_age"),
    ],
)
def test_ages_of_a_group_are_never_proposed_as_that_of_the_witness(cells: tuple[str, ...], to: str) -> None:
    table = written([["age", "report"], *([cell, "x"] for cell in cells)])
    assert proposals.proposed(table).columns[0].to == to


def test_several_countries_in_a_cell_are_those_of_the_group() -> None:
    one, several = (written([["country of origin"], [cell]]) for cell in ("Syria", "Syria, Iran"))
    assert proposals.proposed(one).columns[0].to == "w_nat"
    assert proposals.proposed(several).columns[0].to == "g_nats"


def test_of_two_units_a_bare_number_says_none() -> None:
    assert column_choices.band_of(fields()["i_held"], "2") == ""
    assert column_choices.band_of(fields()["x_n"], "20") == "n11to20"
    assert column_choices.band_of(fields()["x_n"], "21") == "ngt20"


def test_every_other_spelling_has_the_form_for_comparing_and_a_field_or_a_code_that_exists() -> None:
    held = vocabulary._aliases()
    for group in (held["fields"], held["countries"], held["values"], *held["lists"].values()):
        assert [text for text in group if normal(text) != text] == []
    assert set(held["fields"].values()) <= set(fields())
    for name, values in held["lists"].items():
        assert set(values.values()) <= set(Codebook.load().codes(name))
