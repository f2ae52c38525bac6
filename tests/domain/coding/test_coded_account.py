"""The coded account: at the floors and never finer, nothing that may not leave, the same on the phone as here."""

import json
import random
from pathlib import Path
from typing import Any

import pytest

from testimony.domain.coding.coded_account import (
    band_of,
    for_lawyers,
    generalise,
    is_at_floor,
    month_at_finest,
    reached_by,
)
from testimony.questionnaire import definition
from testimony.questionnaire.form import Form
from tests.support.domain.coded_account import CODEBOOK, random_incident, require_floor
from tests.support.each_time import each_time
from tests.support.questionnaire.node_js import call_in_browser

CASES = json.loads((Path(__file__).parents[2] / "vectors" / "coded.json").read_text())["cases"]
FORM = Form.load().value
FEW, MANY = 200, 1_500  # random incidents


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_incidents_are_cut_down_as_the_vectors_state(case: dict[str, Any]) -> None:
    assert generalise(case["answers"], FORM) == case["coded"]


def test_a_published_case_leaves_as_month_bands_and_families() -> None:
    [case] = [one for one in CASES if one["name"] == "case 6"]
    coded = generalise(case["answers"], FORM)
    assert coded["i_date"] == {"value": "2018-10"}
    assert coded["i_segment"] == {"value": "HRV-BIH:north"}
    assert coded["g_size"] == {"value": "s6to10"}
    assert coded["g_girls"] == {"value": "c1to5"}
    assert coded["w_age"] == {"value": "a25to34"}
    assert coded["v_acts"] == {"value": ["force_body", "firearm", "vehicle", "sexual", "psych"]}
    assert coded["w_nat"] == {"value": "IRN"}


@pytest.mark.parametrize(
    ("written", "precision", "left"),
    [
        ("2022-02-09", "hour", "2022-02"),
        ("2022-02-09", "day", "2022-02"),
        ("2022-02-09", "month", "2022-02"),
        ("2022-02-09", "quarter", "2022-01..2022-03"),
        ("2022-12-31", "quarter", "2022-10..2022-12"),
        ("2022-02-09", "year", "2022"),
        ("2022-02-09", None, "2022"),
        ("2022", "day", "2022"),
        ("2022-04..2022-06", "day", "2022-04..2022-06"),
        ("2022-01..2022-12", "quarter", None),
        ("9/2/2022", "day", None),
        (20220209, "day", None),
    ],
)
def test_a_date_leaves_no_finer_than_its_month_and_than_the_person_knows(
    written: object, precision: str | None, left: str | None
) -> None:
    assert month_at_finest(written, precision) == left


@pytest.mark.parametrize("name", ["size_band", "count_band", "days_band"])
def test_a_band_holds_its_ends(name: str) -> None:
    options = [
        {"code": one.code}
        | ({} if one.at_least is None else {"from": one.at_least})
        | ({} if one.at_most is None else {"to": one.at_most})
        for one in CODEBOOK.lists[name].options
    ]
    for band in CODEBOOK.lists[name].options:
        for number in (band.at_least, band.at_most):
            assert number is None or band_of(number, options) == band.code


@pytest.mark.parametrize("incidents", each_time([FEW, MANY], FEW))
def test_nothing_finer_and_nothing_that_never_leaves_is_in_any_coded_account(incidents: int) -> None:
    chance = random.Random(6)
    seen = set()
    for _ in range(incidents):
        coded = generalise(random_incident(chance), FORM)
        for name, answer in coded.items():
            seen.add(name)
            require_floor(name, answer)
    coded = {field.id for field in Form.load().fields if CODEBOOK.fields[field.id].coded}
    assert seen == coded  # each of them was tried


PRIVATE = {
    "w_vuln": {"value": ["preg"]},
    "a_fear": {"value": ["political", "sogi"]},
    "w_role": {"value": "victim"},
    "g_men": {"value": 3},
    "e_count": {"value": 2},
}


def test_what_no_release_counts_is_cut_out_also_of_a_form_that_was_made_before_that_was_decided() -> None:
    (before,) = (form for form in definition.all_shipped() if form.id == "camp-interview@3")
    answers = {**PRIVATE, "w_age": {"value": "a18to24"}}
    then = generalise(answers, before.value)
    assert then.keys() == answers.keys()  # as it was sealed then: it opens and is read as it is
    today = generalise(answers, definition.for_coordinators(before.value))
    assert today == generalise(answers, FORM) == {"w_age": {"value": "a18to24"}}
    assert generalise(answers, for_lawyers(FORM)) == then


def test_a_recoding_with_a_field_that_only_lawyers_get_is_refused() -> None:
    assert is_at_floor("w_age", {"value": "a18to24"}, FORM)
    for name, answer in generalise(PRIVATE, for_lawyers(FORM)).items():
        assert is_at_floor(name, answer, for_lawyers(FORM)), name
        assert not is_at_floor(name, answer, FORM), name
    assert not set(PRIVATE) & set(reached_by("w_vuln", FORM))


# a form that asks what the codebook never lets out, as an organisation's own form may
CLOSED = {
    **FORM,
    "fields": {
        name: field | ({"export": "never"} if name.startswith("w_") else {}) for name, field in FORM["fields"].items()
    },
}


def test_a_field_that_never_leaves_does_not_though_the_form_asks_it() -> None:
    [case] = [one for one in CASES if one["name"] == "case 6"]
    open_names, closed_names = set(generalise(case["answers"], FORM)), set(generalise(case["answers"], CLOSED))
    assert open_names - closed_names == {"w_age", "w_gender", "w_nat"}


@pytest.mark.node
@pytest.mark.parametrize("number", each_time([FEW, MANY], FEW))
def test_python_and_the_phone_cut_down_alike(number: int) -> None:
    chance = random.Random(7)
    incidents = [random_incident(chance) for _ in range(number)]
    for form in (FORM, CLOSED):
        coded = call_in_browser(
            "form/coded_account", "generalise", [[one, {"shared": 0}] for one in incidents], shared=[form]
        )
        for incident, on_the_phone in zip(incidents, coded, strict=True):
            assert generalise(incident, form) == on_the_phone
