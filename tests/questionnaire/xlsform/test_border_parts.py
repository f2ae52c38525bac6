"""An organisation adds parts of borders to the gazetteer by its own form, and changes none that is there."""

from __future__ import annotations

import pytest

from testimony.questionnaire.codebook import Codebook
from testimony.questionnaire.conditions import violations
from testimony.questionnaire.definition import parse, require_safe
from testimony.questionnaire.errors import QuestionnaireRefused
from testimony.questionnaire.form import Form, own_parts
from testimony.questionnaire.form_labels import Wording
from tests.support.questionnaire.small_form import question, refusals, told

ASKED = question("select_one gaz_segment", "i_segment", compartment="incident", disclosure="quasi", required="yes")


def added(code: str, label: str, french: str = "") -> dict[str, object]:
    """A row of `choices` that adds a part."""
    return {"list_name": "gaz_segment", "name": code, "label::English (en)": label, "label::French (fr)": french}


def extended() -> Form:
    """A form that asks the border, with the part "Drava" that the gazetteer has not."""
    form = told(ASKED, choices=[added("HRV-SVN:drava", "Drava", "la Drave")]).form
    assert form is not None
    return form


def test_a_part_is_added_to_those_of_the_gazetteer_and_named_with_its_states() -> None:
    form = extended()
    require_safe(form)
    assert own_parts(form.value) == {"HRV-SVN:drava": "Drava"}
    said = [one["code"] for one in form.value["lists"]["gaz_segment"]["options"]]
    assert said == [*Codebook.load().segments, "HRV-SVN:drava"]
    assert Wording(form, "en").option_label("gaz_segment", "HRV-SVN:drava") == "Croatia to Slovenia, Drava"
    assert Wording(form, "fr").option_label("gaz_segment", "HRV-SVN:drava") == "Croatie vers Slovénie, la Drave"
    assert Wording(form, "en").option_label("gaz_segment", "GRC-TUR:evros") == "Greece to Türkiye, Evros"
    assert Wording(form, "fr").own_segments() == {"HRV-SVN:drava": "la Drave"}


def test_the_phone_takes_it_as_an_answer_and_no_other_part() -> None:
    form = extended()
    for code, wrong in (("HRV-SVN:drava", []), ("HRV-SVN:all", []), ("HRV-SVN:mura", ["code"])):
        found = violations(form.value, {"i_segment": {"value": code}}, ("P01",), "2026-01-05")
        assert [one["check"] for one in found] == wrong, code


@pytest.mark.parametrize(
    ("code", "label", "column"),
    [
        ("drava", "Drava", "name"),
        ("HRV-SVN:Drava", "Drava", "name"),
        ("HRV-HRV:drava", "Drava", "name"),
        ("HRV-QQQ:drava", "Drava", "name"),
        ("GRC-TUR:evros", "Our Evros", "name"),
        ("HRV-SVN:all", "All of it", "name"),
        ("HRV-SVN:drava", "", "label"),
    ],
)
def test_what_is_no_new_part_is_refused(code: str, label: str, column: str) -> None:
    refused = refusals(ASKED, choices=[added(code, label)])
    assert [(sheet, where) for sheet, _, where, _ in refused] == [("choices", column)]


@pytest.mark.parametrize("code", ["HRV-SVN:all", "HRV-HRV:drava", "drava\\u0000"])
def test_a_form_that_was_not_made_from_a_sheet_is_held_to_the_same(code: str) -> None:
    forged = parse(extended().definition.replace(b"HRV-SVN:drava", code.encode()))
    with pytest.raises(QuestionnaireRefused):
        require_safe(forged)
