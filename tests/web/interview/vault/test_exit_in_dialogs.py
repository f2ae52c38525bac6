"""The quick exit from inside each dialog: one tap, in the same place, large enough, and the address tells nothing."""

from __future__ import annotations

import re

import pytest

from tests.support.each_time import each_time
from tests.support.interview.consent import MODULE
from tests.support.interview.driver import Interviewer
from tests.support.journeys.phones import SLOW

HARMLESS = re.compile(r"/interview/en/list$")
CARDS = f"async () => (await ((name) => import({MODULE}))('pages/base/fragments.js')).loadCards()"
NAMES = "() => [...document.querySelectorAll('dialog')].map(({ dataset }) => dataset.dialog)"
OPEN = "name => document.querySelector(`dialog[data-dialog=${name}]`).showModal()"
CLOSE = "name => document.querySelector(`dialog[data-dialog=${name}]`).close()"
TAPPED = frozenset({"help", "stop", "picture"})
LEAST = 44  # pixels


def open_with_cards(who: Interviewer) -> None:
    who.open(offline_ready=False)
    who.page.evaluate(CARDS)


@pytest.mark.parametrize(
    "tapped", [pytest.param(TAPPED, id="some"), pytest.param(None, id="each", marks=pytest.mark.long)]
)
@pytest.mark.parametrize("model", each_time(("360x740", *SLOW), "360x740"), indirect=True)
def test_one_tap_leaves_from_each_dialog_that_the_page_and_its_cards_have(
    interviewer: Interviewer, tapped: frozenset[str] | None
) -> None:
    """The button is looked at in each of them, and tapped in `tapped`, or in all."""
    page = interviewer.page
    interviewer.leave_prompts_open()
    interviewer.open()
    page.evaluate(CARDS)
    names = page.evaluate(NAMES)
    assert {"look", "help", "stop", "picker", "needed", "picture", "media-delete", "media-back"} < set(names)
    assert [name for name in names if name.startswith("prompt-")], "offers of help are dialogs too"
    assert None not in names
    places = set()
    for name in names:
        page.evaluate(OPEN, name)
        before = len(page.context.pages), page.evaluate("history.length")
        leave = page.locator('dialog[open] [data-act="exit"]')
        box = leave.bounding_box()
        assert box is not None, name
        assert min(box["width"], box["height"]) >= LEAST, name
        places.add((box["x"], box["y"]))
        assert page.evaluate("document.activeElement.dataset.act") != "exit", "Enter alone leaves nothing"
        if tapped is not None and name not in tapped:
            page.evaluate(CLOSE, name)
            continue
        leave.click()
        page.wait_for_url(HARMLESS)
        assert (len(page.context.pages), page.evaluate("history.length")) == before, name
        assert page.title() == "Notes"
        open_with_cards(interviewer)
    assert len(places) == 1, "the thumb finds it without looking"


def test_out_of_a_dialog_of_an_interview_nothing_leads_back_into_it(signed_in: Interviewer) -> None:
    page = signed_in.page
    signed_in.begin()
    signed_in.saved()
    signed_in.act("stop")
    page.locator('dialog[open] [data-act="exit"]').click()
    page.wait_for_url(HARMLESS)
    page.go_back()
    assert HARMLESS.search(page.url)
    assert page.locator("[data-section]").count() == 0
