"""Everything is done with the keyboard alone, the focus is always seen, and no bar lies over it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.support.interview import all_cards
from tests.support.interview.driver import Interviewer
from tests.support.interview.keyboard import Keyboard
from tests.support.journeys.stations import Server

WHERE = """() => {
  const at = document.activeElement, box = (at.closest('.option') ?? at).getBoundingClientRect();
  const bars = [...document.querySelectorAll('.top, .bar')].map(bar => bar.getBoundingClientRect());
  const within = at.closest('.top, .bar') !== null;
  const over = bars.some(bar => bar.top <= box.top && bar.bottom >= box.bottom && bar.height > 0);
  const style = getComputedStyle(at.closest('.option') ?? at);
  return {
    name: at.dataset.act ?? at.closest('[data-option]')?.dataset.option ?? at.id ?? at.tagName,
    hidden: !within && (over || box.bottom < 0 || box.top > innerHeight),
    unseen: !at.matches('body, h1, h2, svg *') && (style.outlineStyle === 'none' || parseFloat(style.outlineWidth) < 2),
    end: at === document.body,
  };
}"""
NAMELESS = """() => [...document.querySelectorAll('dialog[open] :is(button, input), [role=button]')]
  .filter(each => each.checkVisibility() && !(each.textContent.trim() || each.ariaLabel || each.labels?.length))
  .map(each => each.outerHTML)"""


@pytest.fixture
def typist(page: Page, node_server: Server) -> Keyboard:
    return Keyboard(page, f"http://localhost:{node_server.port}")


@pytest.mark.long(short="test_the_focus_is_seen_no_bar_lies_over_it_and_all_that_is_tapped_and_wrong_has_a_name")
def test_a_whole_interview_is_done_with_the_keyboard_alone(typist: Keyboard, passphrase: str) -> None:
    typist.open()
    typist.sign_in("interviewer-1", passphrase)
    typist.to_account(purposes={"P01"})
    typist.answer_what_is_needed()
    typist.to_sealing()
    typist.finish()
    assert len(typist.states()) == 1


def test_the_focus_is_seen_no_bar_lies_over_it_and_all_that_is_tapped_and_wrong_has_a_name(
    page: Page, node_server: Server
) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    for card in ("x_actors", "v_injury", "i_date", "languages"):
        Interviewer(page, f"http://localhost:{node_server.port}").open(offline_ready=False)
        all_cards.bring_cards(page)
        all_cards.show(page, card)
        found = []
        for _ in range(200):
            page.keyboard.press("Tab")
            at = page.evaluate(WHERE)
            if at["end"]:
                break
            found.append(at)
        assert len(found) > 5, card
        assert [at["name"] for at in found if at["hidden"]] == [], card
        assert [at["name"] for at in found if at["unseen"]] == [], card
    who = Interviewer(page, f"http://localhost:{node_server.port}")
    who.open(offline_ready=False)
    _a_part_of_the_drawn_body_is_a_button_with_a_name(page)
    who.open(offline_ready=False)
    _what_is_wrong_is_told_with_the_field_it_belongs_to(who)


def _a_part_of_the_drawn_body_is_a_button_with_a_name(page: Page) -> None:
    all_cards.bring_cards(page)
    body_map = "src.replace('pages/home/start', 'pages/fields/body_map')"
    page.evaluate(f"import(document.querySelector('script[type=module]').{body_map})")
    all_cards.show(page, "v_injury")
    assert page.evaluate(NAMELESS) == []
    page.locator('[data-region="eyes"]').focus()
    page.keyboard.press("Enter")
    shown = page.locator('[data-card="v_injury"] .options [data-option]:visible')
    assert shown.evaluate_all("all => all.map(each => each.dataset.option)") == ["eye", "perm"]
    assert page.locator('[data-region="eyes"]').get_attribute("aria-pressed") == "true"
    page.locator('[data-act="whole-body"]').click()
    assert shown.count() > 10


def _what_is_wrong_is_told_with_the_field_it_belongs_to(interviewer: Interviewer) -> None:
    interviewer.act("sign-in")
    interviewer.wait_for_complaint()
    field = interviewer.page.locator("#passphrase")
    assert field.get_attribute("aria-invalid") == "true"
    assert field.get_attribute("aria-describedby") == interviewer.page.locator("[data-error]").get_attribute("id")
