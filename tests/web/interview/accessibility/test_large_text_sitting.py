"""A whole sitting on small slow phones with text of twice the size, by an interviewer who speaks the language."""

from __future__ import annotations

from dataclasses import replace

import pytest

from testimony.services.enrolment.organisation import Organisation
from tests.support.interview import read_back
from tests.support.interview.accessible import WIDE
from tests.support.interview.driver import TALK, Interviewer
from tests.support.interview.signed_pages import WHOLE
from tests.support.journeys.phones import SLOW, Browser
from tests.support.journeys.stations import Server, wait_until
from tests.support.journeys.walkthrough import Walk
from tests.support.services import rosters
from tests.support.stories.stories import ARABIC, Story

TWICE = """() => document.addEventListener('DOMContentLoaded', () => {
  document.documentElement.style.fontSize = '200%';
})"""
REACHED = """(act) => {
  const button = [...document.querySelectorAll(`[data-act="${act}"]`)].find((each) => each.checkVisibility());
  if (!button) return true;
  button.scrollIntoView({ block: 'center' });
  const { left, right, top, bottom } = button.getBoundingClientRect();
  return left >= 0 && right <= innerWidth && top >= 0 && bottom <= innerHeight;
}"""
"""Whether a button of the card can be brought into sight whole."""
HELD = "() => document.documentElement.style.fontSize"


def sit(who: Interviewer, story: Story) -> dict[str, str]:
    """From home to the sealed testimony. Returns what did not fit, by card."""
    found: dict[str, str] = {}

    def look(card: str) -> None:
        assert who.page.evaluate(HELD) == "200%"
        if who.page.evaluate(WIDE) > 0:
            found[card] = "wider than the phone"
        out = [act for act in ("next", "back", "exit", "told") if not who.page.evaluate(REACHED, act)]
        if out:
            found[card] = f"out of reach: {out}"

    who.act("new-interview")
    who.wait_for("languages")
    Walk(story).go(who, between=look)
    look("review")
    read_back.read_all(who)
    look("review")
    who.seal()
    look("outbox")
    return found


# each card at this size and width runs each time, and so does what a confirmed speaker says
@pytest.mark.long(
    short="tests/web/interview/accessibility/test_accessible.py::"
    "test_every_card_fits_a_thumb_a_narrow_phone_and_text_twice_as_large"
)
@pytest.mark.parametrize("model", SLOW, indirect=True)
def test_a_confirmed_speaker_takes_a_whole_testimony_with_text_of_twice_the_size_in_english_and_arabic(
    phone: Browser, interviewer: Interviewer, passphrase: str, organisation: Organisation, node_server: Server
) -> None:
    """The page is in English, and all that is said stands on it in Arabic too."""
    told = rosters.told_by(organisation.roster, speakers={"interviewer-1": ["ar"]})
    node_server.take_over(rosters.after(organisation, organisation.roster, organisation=told))
    interviewer.open(offline_ready=False)
    wait_until(lambda: interviewer.page.evaluate(WHOLE) == 2, "the new pages to be there")
    phone.close()
    page = phone.start()
    page.add_init_script(f"({TWICE})()")
    who = Interviewer(page, interviewer.address)
    who.everything = False
    who.open("en")
    who.sign_in("interviewer-1", passphrase)
    assert sit(who, replace(ARABIC, page="en", circumstances=TALK, hurried=True)) == {}
    who.deliver()
    assert who.states() == ["node"]
