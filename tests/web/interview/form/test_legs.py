"""The legs of a chain of returns: each with its border, its direction and its date, added one by one."""

from __future__ import annotations

import os
from pathlib import Path

from playwright.sync_api import expect

from tests.support.interview.driver import Interviewer
from tests.support.interview.questionnaire import jump

KEPT_PICTURES = os.environ.get("QUESTIONNAIRE_PICTURES")  # a folder: look at what was tested


def test_a_border_says_both_states_and_odd_dates_are_asked_about_once_and_kept(signed_in: Interviewer) -> None:
    page = signed_in.page
    signed_in.to_account(purposes={"P01", "P04"})
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
