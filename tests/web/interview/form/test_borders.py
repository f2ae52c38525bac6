"""The map beside the list of borders: loaded when it is opened, touched, alike with the list, and never mirrored."""

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


def test_a_border_is_touched_on_a_map_that_comes_when_it_is_opened_and_says_the_same_as_the_list(
    signed_in: Interviewer,
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
    touch(page, "POL-BLR:all")
    expect(chosen).to_have_text("Poland to Belarus")
    expect(taken).to_have_attribute("data-border", "POL-BLR:all")
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
