"""How the page looks is the person's to say: by the system, or by a tap that the phone remembers in its own store."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page

from tests.support.interview.driver import Interviewer
from tests.support.journeys.stations import wait_until

REMEMBERED = """() => new Promise((done) => indexedDB.open("interview").onsuccess = ({ target: { result } }) => {
  const asked = result.transaction("settings").objectStore("settings").get("look");
  asked.onsuccess = () => (result.close(), done(asked.result ?? ""));
})"""

SYSTEMS: list[tuple[Any, str]] = [
    ({"color_scheme": "dark", "contrast": "no-preference"}, "rgb(12, 19, 18)"),
    ({"color_scheme": "light", "contrast": "more"}, "rgb(255, 255, 255)"),
    ({"color_scheme": "dark", "contrast": "more"}, "rgb(0, 0, 0)"),
]
"""What a system may ask for, and the ground of the page then."""


def grounds(page: Page) -> str:
    return str(page.evaluate("() => getComputedStyle(document.documentElement).backgroundColor"))


def test_a_look_is_chosen_by_a_tap_and_worn_again_and_without_a_choice_the_system_says(
    interviewer: Interviewer,
) -> None:
    page = interviewer.page
    interviewer.open()
    by_day = grounds(page)
    for look in ("dark", "sun"):
        interviewer.act("look")
        page.locator(f'[data-take-look="{look}"]:visible').click()
        assert page.locator(f'[data-take-look="{look}"]:visible').get_attribute("aria-pressed") == "true"
        interviewer.act("close-dialog")
        wait_until(lambda look=look: page.evaluate(REMEMBERED) == look, "the phone to remember")
        page.reload()
        page.wait_for_function(f"() => document.documentElement.dataset.look === '{look}'")
        assert grounds(page) != by_day
    assert page.evaluate("() => localStorage.length + sessionStorage.length") == 0
    interviewer.act("look")
    page.locator('[data-take-look=""]:visible').click()
    assert grounds(page) == by_day
    wait_until(lambda: page.evaluate(REMEMBERED) == "", "the phone to remember no look")
    _system_says(interviewer)


def _system_says(interviewer: Interviewer) -> None:
    """Also whether anything may move."""
    for system, ground in SYSTEMS:
        interviewer.page.emulate_media(**system)
        interviewer.open(offline_ready=False)
        assert grounds(interviewer.page) == ground, system
    interviewer.page.emulate_media(reduced_motion="reduce")
    interviewer.open(offline_ready=False)
    moving = """() => [...document.querySelectorAll('*')].map(each => getComputedStyle(each))
      .filter(style => parseFloat(style.transitionDuration) > 0 || style.animationName !== 'none').length"""
    assert interviewer.page.evaluate(moving) == 0
