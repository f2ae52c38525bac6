"""After a lock nothing is asked that the draft knows, and nothing is lost that was on the screen."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.support.interview.consent import MODULE
from tests.support.interview.driver import Interviewer
from tests.support.interview.questionnaire import jump

pytestmark = pytest.mark.browser
LOCK = f"async () => (await ((name) => import({MODULE}))('pages/home/sign_in.js')).pause()"
"""As when nobody touched the phone for ten minutes, whatever stands on the page."""


@pytest.mark.comes_home
def test_half_a_date_a_confirmed_answer_and_an_offer_of_help_are_there_again(
    signed_in: Interviewer, passphrase: str
) -> None:
    def come_back() -> None:
        signed_in.saved()
        signed_in.page.evaluate(LOCK)
        signed_in.wait_for("locked")
        signed_in.unlock(passphrase)
        signed_in.find("[data-card][data-section]:not([hidden])").wait_for()

    signed_in.to_account(purposes={"P01", "P04"})
    jump(signed_in, "i_date")
    signed_in.choose("i_date_prec", "day")
    parts = {name: signed_in.page.locator(f'[data-field="i_date"] [data-part="{name}"]') for name in ("year", "month")}
    parts["year"].select_option("2005")
    parts["month"].select_option("10")
    come_back()
    expect(parts["year"]).to_have_value("2005")
    expect(parts["month"]).to_have_value("10")
    signed_in.page.locator('[data-day="14"]').click()
    signed_in.tap_next()
    assert "long ago" in signed_in.wait_for_complaint()
    come_back()
    signed_in.next()  # it was asked about once

    jump(signed_in, "v_acts")
    signed_in.choose("v_acts", "sexual")
    signed_in.leave_prompts_open()
    signed_in.tap_next()
    offer = signed_in.page.locator('dialog[data-prompt="sexual"]')
    expect(offer).to_be_visible()
    come_back()
    expect(offer).to_be_visible()  # a lock took it away, and perhaps nobody had read it
    offer.locator('[data-act="close-prompt"]').click()
    come_back()
    expect(offer).to_be_hidden()
