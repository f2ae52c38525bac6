"""A place of an own form is exact, so only lawyers read it."""

from __future__ import annotations

import pytest

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
    for compartment in ("incident", "provenance"):
        refused = refusals(question("geopoint", "crossed", compartment=compartment))
        assert [(row, column) for _, row, column, _ in refused] == [(3, "compartment")]
        forged = parse(form.definition.replace(b'"compartment":"narrative"', f'"compartment":"{compartment}"'.encode()))
        with pytest.raises(QuestionnaireRefused):
            require_safe(forged)
