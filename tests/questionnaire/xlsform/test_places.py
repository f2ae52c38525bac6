"""A place of an own form is exact where only lawyers read it, and rounded in the incident."""

from __future__ import annotations

import pytest

from testimony.domain.coding.coded_account import generalise
from testimony.questionnaire.conditions import relevant, violations
from testimony.questionnaire.definition import parse, require_safe
from testimony.questionnaire.errors import QuestionnaireRefused
from tests.support.questionnaire.small_form import question, refusals, told


def test_a_place_is_two_numbers_that_stay_with_the_lawyers() -> None:
    careful = {"compartment": "narrative", "disclosure": "quasi"}
    form = told(question("geopoint", "crossed", **careful), question("integer", "n", relevant="${crossed} != ''")).form
    assert form is not None
    require_safe(form)
    told_so = {"crossed": {"value": "41.675,26.555"}}
    assert (form.field("crossed").type, relevant(form.value, told_so, ("P01",))) == ("geo", ["crossed", "n"])
    wrong = violations(form.value, {"crossed": {"value": "at the river"}}, ("P01",), "2026-01-05")
    assert wrong == [{"field": "crossed", "check": "point", "kind": "block"}]
    refused = refusals(question("geopoint", "crossed", compartment="provenance"))
    assert [(row, column) for _, row, column, _ in refused] == [(3, "compartment")]
    for compartment in ("incident", "provenance"):
        forged = parse(form.definition.replace(b'"compartment":"narrative"', f'"compartment":"{compartment}"'.encode()))
        with pytest.raises(QuestionnaireRefused):
            require_safe(forged)


def test_a_place_of_the_incident_is_kept_to_a_tenth_of_a_degree_and_never_leaves() -> None:
    form = told(question("geopoint", "crossed", disclosure="quasi"), question("integer", "n")).form
    assert form is not None
    require_safe(form)
    assert (form.field("crossed").coarse, form.field("crossed").hint) == (True, "0.1° ≈ 10 km")
    for said, wrong in (("41.7,26.6", []), ("-41,26.6", []), ("41.67,26.6", ["point"]), ("41.7,26.65", ["point"])):
        found = violations(form.value, {"crossed": {"value": said}}, ("P01",), "2026-01-05")
        assert [one["check"] for one in found] == wrong
    assert generalise({"crossed": {"value": "41.7,26.6"}}, form.value) == {}


def rows(**said: str) -> list[dict[str, str]]:
    camp = {"type": "geopoint", "name": "camp", "label::English (en)": "Camp"}
    return [question("begin_repeat", "camps", **said), camp, {"type": "end_repeat"}, question("integer", "n")]


@pytest.mark.parametrize(
    ("compartment", "said", "fits"),
    [
        ("narrative", "41.675,26.555", True),
        ("narrative", "at the river", False),
        ("incident", "41.7,26.6", True),
        ("incident", "41.675,26.555", False),
    ],
)
def test_a_place_in_a_row_is_as_exact_as_one_outside(compartment: str, said: str, fits: bool) -> None:
    form = told(*rows(compartment=compartment, disclosure="quasi")).form
    assert form is not None
    require_safe(form)
    (camp,) = form.field("camps").pieces
    assert camp.label == ("Camp (0.1° ≈ 10 km)" if compartment == "incident" else "Camp")
    found = violations(form.value, {"camps": {"value": [{"camp": said}]}}, ("P01", "P04"), "2026-01-05")
    assert [one["check"] for one in found] == ([] if fits else ["row"])
    assert generalise({"camps": {"value": [{"camp": said}]}}, form.value) == {}


def test_an_exact_place_in_a_row_is_in_no_part_that_others_read() -> None:
    assert [(row, column) for _, row, column, _ in refusals(*rows(compartment="provenance"))] == [(4, "compartment")]
    form = told(*rows(compartment="incident", disclosure="quasi")).form
    assert form is not None
    with pytest.raises(QuestionnaireRefused):
        require_safe(parse(form.definition.replace(b'"coarse":true,', b"")))


def test_a_place_of_the_incident_that_names_somebody_is_refused() -> None:
    refused = refusals(question("geopoint", "house", disclosure="direct"))
    assert [(row, column) for _, row, column, _ in refused] == [(3, "disclosure")]
