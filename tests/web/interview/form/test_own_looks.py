"""An own form on the phone: a number with a fraction, a range, a folded list, choices beside each other."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from testimony.services.startup import open_station
from testimony.services.wordings import questionnaires
from tests.support.interview.driver import Interviewer
from tests.support.interview.questionnaire import jump
from tests.support.questionnaire.small_form import question, told

FILTER = "name = 'no' or ${kg} > 2"


@pytest.fixture
def homes(homes: Path) -> Path:
    """With the form in force at the node before a phone opens its page."""
    form = told(
        question("decimal", "weight", required="yes", default="3.5"),
        question("range", "scale", required="yes", parameters="start=0 end=6 step=2"),
        question("select_multiple answered", "folded", required="yes", appearance="minimal"),
        question("select_one answered", "beside", required="yes", appearance="likert"),
        question("begin_repeat", "sacks", required="yes"),
        {"type": "decimal", "name": "kg", "label::English (en)": "Kilograms"},
        {"type": "select_one answered", "name": "wet", "label::English (en)": "Wet", "choice_filter": FILTER},
        {"type": "note", "name": "heavy", "label::English (en)": "That is heavy.", "relevant": "${kg} > 50"},
        {"type": "end_repeat"},
    ).form
    assert form is not None
    with open_station(homes / "field") as station:
        questionnaires.install(station, form)
    return homes


@pytest.mark.new_phone
def test_an_own_form_takes_numbers_with_fractions_and_folds_a_list(signed_in: Interviewer) -> None:
    signed_in.to_account(purposes={"P01"})
    page = signed_in.page
    jump(signed_in, "weight")
    weight = page.locator('[data-card="weight"]')
    weight.locator('[data-suggest="3.5"]').click()
    expect(weight.locator("[data-input]")).to_have_value("3.5")
    jump(signed_in, "weight")
    weight.locator("[data-input]").fill("two")
    signed_in.act("next")
    expect(page.get_by_text("Write one number in digits, for example 3.5.")).to_be_visible()
    weight.locator("[data-input]").fill("٢,٥")
    signed_in.act("next")
    scale = page.locator('[data-card="scale"]')
    expect(scale.get_by_text("0–6")).to_be_visible()
    scale.locator("[data-input]").fill("3")
    signed_in.act("next")
    expect(page.get_by_text("This answer is not possible here.")).to_be_visible()
    scale.locator("[data-input]").fill("4")
    signed_in.act("next")
    folded = page.locator('[data-card="folded"]')
    expect(folded.locator('[data-option="yes"]')).to_be_hidden()
    folded.get_by_text("Choose from the list").click()
    folded.locator('[data-option="yes"]').click()
    expect(folded.locator("summary")).to_have_text("Yes")
    signed_in.act("next")
    first, second = page.locator('[data-card="beside"] .options [data-option]').all()
    assert first.bounding_box()["y"] == second.bounding_box()["y"]  # type: ignore[index]
    second.click()
    sacks = page.locator('[data-card="sacks"]')
    sacks.locator('[data-act="add-row"]').click()
    sacks.locator('[data-part="kg"]').fill("1,25")
    expect(sacks.locator("summary")).to_have_text("1.25")
    heavy = sacks.get_by_text("That is heavy.")
    expect(heavy).to_be_hidden()
    sacks.locator('[data-part="kg"]').fill("50.5")
    expect(heavy).to_be_visible()
    sacks.locator('[data-part="kg"]').fill("1,25")
    expect(heavy).to_be_hidden()
    wet = sacks.locator('[data-part="wet"]')
    assert wet.locator("option:enabled").evaluate_all("all => all.map((one) => one.value)")[:2] == ["", "no"]
    wet.select_option("no")
    expect(sacks.locator("summary")).to_have_text("1.25, No")
    signed_in.saved()
