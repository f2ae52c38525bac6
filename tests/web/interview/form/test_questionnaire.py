"""The questionnaire on a small phone: few taps, gentle checks, lines of a repeat, the search of long lists."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.support.interview import read_back
from tests.support.interview.driver import Interviewer
from tests.support.interview.languages import ANSWERS
from tests.support.interview.questionnaire import jump

pytestmark = pytest.mark.comes_home

MOST_TAPS = 60
YEAR = datetime.now(UTC).year
KEPT_PICTURES = os.environ.get("QUESTIONNAIRE_PICTURES")  # a folder: look at what was tested


@pytest.fixture
def account(signed_in: Interviewer) -> Interviewer:
    """At the first card of the questions, with everything agreed to."""
    signed_in.to_account(purposes={"P01", "P04", "P06"})
    return signed_in


@pytest.fixture(autouse=True)
def pictures(signed_in: Interviewer, request: pytest.FixtureRequest) -> Iterator[None]:
    yield
    if KEPT_PICTURES:
        signed_in.page.screenshot(path=Path(KEPT_PICTURES) / f"{request.node.name}.png")


LATER = "() => { const now = Date.now; Date.now = () => now() + 450; }"
"""The page takes an earlier tap for a double one."""


class Fingers:
    """Somebody with practice, whose every touch and every key is counted; a choice from a drop-down list is two."""

    def __init__(self, interviewer: Interviewer) -> None:
        self.interviewer = interviewer
        self.page = interviewer.page
        self.count = 0

    def tap(self, selector: str) -> None:
        self.page.locator(f"[data-card]:not([hidden]) {selector}:visible").first.click()
        self.count += 1

    def next(self) -> None:
        self.count += 1
        self.interviewer.next_if_sure()

    def type(self, keys: str) -> None:
        self.tap("[data-input]")
        self.page.keyboard.type(keys)
        self.count += len(keys)

    def pull_down(self, part: str, value: str) -> None:
        self.page.locator(f'[data-card]:not([hidden]) select[data-part="{part}"]').select_option(value)
        self.count += 2

    def wait_past(self, card: str) -> None:
        """The card moves on by itself."""
        self.page.wait_for_function(
            "card => document.querySelector('[data-card]:not([hidden])').dataset.card !== card", arg=card
        )
        self.page.evaluate(LATER)

    def one(self, code: str) -> None:
        """A single answer."""
        card = self.interviewer.card
        self.tap(f'[data-option="{code}"]')
        self.wait_past(card)

    def many(self, *codes: str) -> None:
        for code in codes:
            self.tap(f'[data-option="{code}"]')
        self.next()

    def likely(self, code: str) -> None:
        """A country or border that the card itself offers."""
        card = self.interviewer.card
        self.tap(f'[data-suggest="{code}"]')
        self.wait_past(card)


Steps = list[tuple[str, ...]]
PRACTISED: Mapping[str, Steps] = {
    "n_text": [("many", "nask")],
    "w_role": [("one", "victim")],
    "i_date": [
        ("tap", '[data-option="day"]'),
        ("pull_down", "year", str(YEAR - 1)),
        ("pull_down", "month", "10"),
        ("tap", '[data-day="14"]'),
        ("next",),
    ],
    "i_segment": [("likely", "HRV-BIH:all")],
    "i_place_found": [("one", "green")],
    "x_actors": [("many", "police", "masked")],
    "g_size": [("type", "12"), ("tap", '[data-field="g_child"] [data-option="no"]'), ("next",)],
    "i_held": [("one", "h1to6")],
    "a_expr": [("one", "yes")],
    "a_resp": [("many", "ignored", "mocked")],
    "p_exam": [("one", "none")],
    "p_signed": [("one", "notreq")],
    "p_legal": [("one", "notinf")],
    "i_ret": [("many", "walk", "gate")],
    "v_acts": [("many", "beat", "kick", "insult")],
    "v_injury": [("many", "bruise")],
    "v_care": [("one", "none")],
    "v_prop": [("many", "phone")],
    "d_any": [("one", "no")],
    "w_age": [("tap", '[data-option="a25to34"]'), ("tap", '[data-option="m"]'), ("likely", "AFG")],
    "e_count": [("next",)],
    "r_wish": [("next",)],
}
"""What somebody does who has done it often, card by card: (what the fingers do, with what), of a typical pushback."""
MOST_CARDS = 21
"""After the account."""
BAR = "() => document.querySelectorAll('[data-stop].passed').length"


@pytest.fixture
def first(signed_in: Interviewer) -> Interviewer:
    """At the account of an interview as it begins by itself, with everything agreed to."""
    signed_in.everything = False
    signed_in.to_account(purposes={"P01", "P04", "P06"})
    return signed_in


def test_a_typical_pushback_is_told_in_twenty_one_cards_and_sixty_taps(first: Interviewer) -> None:
    fingers, seen, bar = Fingers(first), [], [0]
    while (card := first.card) not in ("rest", "referrals"):
        seen.append(card)
        bar.append(first.page.evaluate(BAR))
        for act, *arguments in PRACTISED[card]:
            getattr(fingers, act)(*arguments)
    print("taps:", fingers.count, "cards:", len(seen) - 1)
    assert seen == [*PRACTISED]
    assert len(seen) - 1 <= MOST_CARDS
    assert bar == sorted(bar)
    while first.card != "review":
        fingers.next()
    expect(first.page.locator("[data-needed-none]")).not_to_have_attribute("hidden", "")
    assert first.page.evaluate("document.querySelectorAll('ul[data-needed] li').length") == 0
    assert fingers.count <= MOST_TAPS


def test_what_else_could_be_told_is_opened_by_theme_and_read_back(first: Interviewer) -> None:
    page = first.page
    jump(first, "rest")
    themes = page.locator("[data-rest] button")
    assert themes.evaluate_all("all => all.map(each => each.dataset.section)")[:2] == ["person", "event"]
    page.locator('[data-rest] button[data-section="remedy"]').click()
    first.wait_for("r_comp")
    first.next()
    assert first.card == "r_reprisal"
    first.take("r_reprisal", "no")
    assert first.card == "rest"  # r_wish is of the default path
    first.next()
    assert first.card == "review"
    read_back.open_part(first, "remedy")
    assert page.locator('[data-reread] [data-goto="r_reprisal"]').count() == 1
    first.act("back")
    first.wait_for("review")
    first.act("back")
    first.wait_for("rest")


def test_everything_is_asked_in_the_order_of_the_form_by_one_switch(first: Interviewer) -> None:
    page = first.page
    assert first.card == "n_text"
    assert page.locator('[data-card="n_text"] [data-act="pace"]').count() == 0
    first.answer({}, until="w_role")
    switch = page.locator('[data-card="w_role"] [data-act="pace"]')
    expect(switch).to_have_attribute("aria-pressed", "false")
    switch.click()
    expect(switch).to_have_attribute("aria-pressed", "true")
    first.take("w_role", "victim")
    assert first.card == "w_age"
    first.act("back")
    switch.click()
    expect(switch).to_have_attribute("aria-pressed", "false")
    first.next()
    assert first.card == "i_date"


def test_what_was_answered_off_the_default_path_is_read_back_after_the_switch(account: Interviewer) -> None:
    jump(account, "i_tod")
    account.take("i_tod", "night")
    jump(account, "w_role")
    account.act("pace")
    account.take("w_role", "victim")
    assert account.card == "i_date"
    jump(account, "review")
    read_back.open_part(account, "event")
    assert account.page.locator('[data-reread] [data-goto="i_tod"]').count() == 1
    jump(account, "i_tod")
    account.next()
    assert account.card == "n_text"  # what is still required


QUICK = "quick => quick.map(({ textContent, ariaPressed }) => [textContent.split(' ')[0], ariaPressed])"


def _take_quick(account: Interviewer) -> None:
    """Dates as people say them, with a keyboard: each says the day that it means, and takes its precision with it."""
    page = account.page
    quick = page.locator('[data-card="i_date"] [data-act="take-quick"]')
    today = date.fromisoformat(page.evaluate("() => new Date().toLocaleDateString('sv')"))
    offered = ("Today", "Yesterday", "This", "Last", "This", "Last")
    assert quick.evaluate_all(QUICK) == [[name, "false"] for name in offered]
    assert {str(today.day), str(today.year)} <= {*re.findall(r"\d+", quick.first.inner_text())}
    quick.nth(1).press("Enter")
    assert page.evaluate(ANSWERS)["i_date"] == {"value": (today - timedelta(days=1)).isoformat()}
    expect(page.locator(f'[data-day="{(today - timedelta(days=1)).day}"]')).to_have_attribute("aria-pressed", "true")
    quick.nth(4).press("Enter")
    held = page.evaluate(ANSWERS)
    assert [held[name]["value"] for name in ("i_date", "i_date_prec")] == [today.isoformat()[:7], "month"]
    expect(quick.nth(4)).to_be_focused()
    expect(quick.nth(4)).to_have_attribute("aria-pressed", "true")
    assert account.card == "i_date"  # the date is looked at before anybody goes on


def test_impossible_is_stopped_unlikely_asked_once_and_each_line_of_a_repeat_changed_and_removed(
    account: Interviewer,
) -> None:
    page = account.page
    jump(account, "i_date")
    _take_quick(account)
    account.choose("i_date_prec", "day")
    for part, value in (("year", str(YEAR + 1)), ("month", "12"), ("day", "31")):
        page.locator(f'[data-field="i_date"] select[data-part="{part}"]').select_option(value)
    account.tap_next()
    assert "future" in account.wait_for_complaint()
    account.choose("i_date_prec", "year")  # what is known now is less: the month and the day go
    page.locator('[data-field="i_date"] select[data-part="year"]').select_option("2005")
    account.tap_next()
    assert "long ago" in account.wait_for_complaint()
    account.tap_next()
    page.wait_for_selector('[data-card="i_segment"]:not([hidden])')

    jump(account, "i_type")
    account.choose("i_type", "pb_chain")
    jump(account, "i_chain")
    field = page.locator('[data-field="i_chain"]')
    account._rows(field, [{"from": "SVN", "to": "HRV", "method": "bus"}, {"from": "SRB"}])
    account.tap_next()
    assert "not complete" in account.wait_for_complaint()
    account._piece(field.locator("[data-row]").nth(1).locator('[data-part="to"]'), "BIH")
    account.tap_next()
    assert "line missing" in account.wait_for_complaint()
    field.locator('[data-act="remove-row"]').nth(1).click()
    expect(field.locator("[data-row]")).to_have_count(1)
    for _ in range(7):
        account.act("add-row")
    expect(field.locator('[data-act="add-row"]')).to_be_hidden()  # eight borders are the most

    jump(account, "v_acts")
    search = page.locator('[data-card="v_acts"] [data-narrow]')
    search.fill("DÓG")
    shown = page.locator('[data-field="v_acts"] .options [data-option]:visible')
    assert shown.evaluate_all("all => all.map(each => each.dataset.option)") == ["dog"]
    account.choose("v_acts", "dog")
    search.fill("no such thing")
    expect(shown).to_have_count(1)  # what is ticked stays in sight

    account.act("nothing")
    account.wait_for("none-violence")
    said = page.locator('[data-card="none-violence"] [data-nothing-rows] dt')
    assert said.all_inner_texts() == ["Injuries", "Property taken or destroyed", "Conditions while held"]
    account.act("undo-nothing")
    account.wait_for("v_acts")
    expect(page.locator('[data-field="v_injury"] input:checked')).to_have_count(0)
    expect(page.locator('[data-field="v_acts"] input:checked')).to_have_count(1)

    account.act("needed")
    page.locator('dialog[data-dialog="needed"] [data-goto="g_size"]').click()
    account.wait_for("g_size")
    page.locator('[data-field="g_size"] [data-input]').fill("١٢")
    account.next()
    assert account.card == "g_same_treat"
    jump(account, "g_size")
    assert page.locator('[data-field="g_size"] [data-input]').input_value() in ("12", "١٢")

    jump(account, "d_dead")  # what two answers say together is asked about again when one of them changes
    page.locator('[data-field="d_dead"] [data-input]').fill("20")
    account.tap_next()
    assert "More people died" in account.wait_for_complaint()
    account.tap_next()
    page.wait_for_selector("[data-card=d_dead]", state="hidden")
    jump(account, "g_size")
    page.locator('[data-field="g_size"] [data-input]').fill("4")
    account.tap_next()
    assert "More people died" in account.wait_for_complaint()
