"""Borders: the map beside the list, loaded when it is opened and never mirrored, and the legs of a chain of returns."""

from __future__ import annotations

import os
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.support.interview.driver import Interviewer
from tests.support.interview.questionnaire import jump

KEPT_PICTURES = os.environ.get("QUESTIONNAIRE_PICTURES")  # a folder: look at what was tested
LOADED = "() => performance.getEntriesByType('resource').filter(({ name }) => name.includes('world-atlas')).length"
ON_LINE = """(code) => {
  const line = document.querySelector(`[data-border="${code}"]`);
  line.scrollIntoView({ block: "center" });
  const { x, y } = line.getPointAtLength(line.getTotalLength() / 2);
  const at = new DOMPoint(x, y).matrixTransform(line.getScreenCTM());
  return [at.x, at.y];
}"""
WEST_TO_EAST = "() => [...document.querySelectorAll('.map text')].map((one) => [one.textContent, one.getBBox().x])"


def touch(page: Page, code: str) -> None:
    """Touch the middle of a line."""
    x, y = page.evaluate(ON_LINE, code)
    page.mouse.click(x, y)


def test_a_border_is_touched_on_a_map_that_says_the_same_as_the_list_and_legs_say_both_states(
    signed_in: Interviewer, passphrase: str
) -> None:
    page = signed_in.page
    signed_in.to_account(purposes={"P01", "P04"})
    jump(signed_in, "i_segment")
    field, button = page.locator('[data-field="i_segment"]'), page.locator('[data-act="turn-map"]')
    taken = page.locator("[data-border][data-taken]")
    chosen = field.locator("[data-chosen]")
    assert page.evaluate(LOADED) == 0
    button.click()
    expect(button).to_have_attribute("aria-expanded", "true")
    expect(page.locator(".map .land")).to_be_visible()
    assert page.evaluate(LOADED) == 1

    page.locator("[data-map-view]").select_option("eastern_europe")
    touch(page, "POL-UKR:all")
    expect(chosen).to_have_text("Poland to Ukraine")
    expect(taken).to_have_attribute("data-border", "POL-UKR:all")
    assert signed_in.card == "i_segment"  # somebody may have touched the line beside it

    signed_in.give("i_segment", "BGR-TUR:all")  # from the list
    expect(page.locator("[data-map-view]")).to_have_value("balkans")
    expect(taken).to_have_attribute("data-border", "BGR-TUR:all")
    if KEPT_PICTURES:
        page.screenshot(path=Path(KEPT_PICTURES) / "border-map.png", full_page=True)

    before = page.evaluate(WEST_TO_EAST)
    page.evaluate("document.documentElement.dir = 'rtl'")
    assert page.evaluate(WEST_TO_EAST) == before
    page.evaluate("document.documentElement.dir = 'ltr'")

    touch(page, "HRV-BIH:north")
    near = page.locator("[data-map-near] button")
    assert 2 <= near.count() <= 3
    expect(chosen).to_have_text("Bulgaria to Türkiye")  # nothing is guessed
    near.filter(has_text="north").click()
    signed_in.wait_for("i_from")
    jump(signed_in, "i_segment")
    expect(chosen).to_have_text("Croatia to Bosnia & Herzegovina, north")

    signed_in.saved()
    signed_in.act("pause")
    signed_in.wait_for("locked")
    assert page.locator(".map svg *, [data-map-near] *").count() == 0
    signed_in.unlock(passphrase)
    signed_in.wait_for("i_segment")
    _legs_say_both_states_and_odd_dates_are_asked_about_once_and_kept(signed_in)


def _legs_say_both_states_and_odd_dates_are_asked_about_once_and_kept(signed_in: Interviewer) -> None:
    """The legs of a chain of returns: each with its border, its direction and its date, added one by one."""
    page = signed_in.page
    jump(signed_in, "i_ret")
    signed_in.choose("i_ret", "handover")
    jump(signed_in, "i_chain")
    field = page.locator('[data-field="i_chain"]')
    signed_in._rows(
        field, [{"segment": "SVN-HRV:all", "date": "2025-02-30"}, {"segment": "HRV-BIH:north", "date": "2025-01"}]
    )
    lines = field.locator("[data-row-said]")
    expect(lines.first).to_have_text("Slovenia to Croatia, 30 February 2025")
    expect(field.locator("[data-row]").nth(1).locator('[data-part="to"] [data-chosen]')).to_have_text(
        "Bosnia & Herzegovina"
    )
    if KEPT_PICTURES:
        page.screenshot(path=Path(KEPT_PICTURES) / "legs.png", full_page=True)
    signed_in.tap_next()
    said = signed_in.wait_for_complaint()
    assert "a day that its month does not have" in said
    assert "not in the order of time" in said
    signed_in.tap_next()
    signed_in.wait_for("i_family")

    jump(signed_in, "i_chain")
    expect(lines.first).to_have_text("Slovenia to Croatia, 30 February 2025")
    first = field.locator("[data-row]").first
    first.locator("summary").click()
    first.locator('[data-of-date="day"]').select_option("")
    expect(lines.first).to_have_text("Slovenia to Croatia, February 2025")
