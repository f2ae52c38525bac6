"""An own form on the phone: a number with a fraction, a range, a folded list, choices beside each other, a place."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from testimony.services.startup import open_station
from testimony.services.wordings import questionnaires
from tests.support.interview.driver import Interviewer
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
        {"type": "geopoint", "name": "spot", "label::English (en)": "Spot"},
        {"type": "note", "name": "heavy", "label::English (en)": "That is heavy.", "relevant": "${kg} > 50"},
        {"type": "end_repeat"},
        question("geopoint", "crossed", disclosure="quasi"),
    ).form
    assert form is not None
    with open_station(homes / "field") as station:
        questionnaires.install(station, form)
    return homes


def go_on(interviewer: Interviewer) -> None:
    """A tap that the page does not take for a double one, however soon it follows."""
    interviewer.page.evaluate("() => { const now = Date.now; Date.now = () => now() + 450; }")
    interviewer.act("next")


@pytest.mark.new_phone
def test_an_own_form_takes_numbers_with_fractions_and_folds_a_list(signed_in: Interviewer, passphrase: str) -> None:
    signed_in.to_account(purposes={"P01"})
    page = signed_in.page
    signed_in.wait_for("weight")
    weight = page.locator('[data-card="weight"]')
    weight.locator("[data-input]").fill("two")
    go_on(signed_in)
    expect(page.get_by_text("Write one number in digits, for example 3.5.")).to_be_visible()
    weight.locator("[data-input]").fill("٢,٥")
    expect(weight.locator('[data-suggest="3.5"]')).to_have_attribute("aria-pressed", "false")
    weight.locator('[data-suggest="3.5"]').click()  # the page goes on by itself
    signed_in.wait_for("scale")
    expect(weight.locator("[data-input]")).to_have_value("3.5")
    scale = page.locator('[data-card="scale"]')
    expect(scale.get_by_text("0–6")).to_be_visible()
    scale.locator("[data-input]").fill("3")
    go_on(signed_in)
    expect(page.get_by_text("This answer is not possible here.")).to_be_visible()
    scale.locator("[data-input]").fill("4")
    go_on(signed_in)
    folded = page.locator('[data-card="folded"]')
    expect(folded.locator('[data-option="yes"]')).to_be_hidden()
    folded.get_by_text("Choose from the list").click()
    folded.locator('[data-option="yes"]').click()
    expect(folded.locator("summary")).to_have_text("Yes")
    go_on(signed_in)
    first, second = page.locator('[data-card="beside"] .options [data-option]').all()
    assert first.bounding_box()["y"] == second.bounding_box()["y"]  # type: ignore[index]
    second.click()
    signed_in.wait_for("sacks")
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
    sacks.locator('[data-part="spot"]').fill("٤١٫٦٧٥ ٢٦٫٥٥٥")
    expect(sacks.locator("summary")).to_have_text("1.25, No, 41.7,26.6")
    go_on(signed_in)
    crossed = page.locator('[data-card="crossed"]')
    expect(crossed.get_by_text("0.1° ≈ 10 km")).to_be_visible()
    crossed.locator("[data-input]").fill("41.675, 26.555")
    go_on(signed_in)
    signed_in.saved()
    page.reload()
    signed_in.wait_for("sign-in")
    signed_in.sign_in("interviewer-1", passphrase)
    signed_in.resume()
    expect(page.locator('[data-card="crossed"] [data-input]')).to_have_value("41.7,26.6")
