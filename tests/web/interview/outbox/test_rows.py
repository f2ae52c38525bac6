"""Rows of the outbox: told apart by number, time, language and label; withdrawn by PIN or passphrase."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.support.canaries.search import search
from tests.support.interview.driver import WITH_INTERPRETER, Interviewer
from tests.support.journeys.phones import Browser
from tests.support.journeys.stations import Server

LABEL = "blue tent by the river"
PIN, WRONG = "482915", "482916"
TIME = re.compile(r"No\. 1 of .* · \d\d:\d\d · English")


@pytest.fixture
def sealed(interviewer: Interviewer, passphrase: str, node_server: Server) -> Interviewer:
    """Two testimonies of one day, in two languages, on a phone that reaches no node."""
    interviewer.open()
    interviewer.sign_in("interviewer-1", passphrase)
    interviewer.online()
    node_server.stop()
    for lang, talk in (("en", {}), ("ar", {"circumstances": WITH_INTERPRETER})):
        if lang != "en":
            interviewer.act("home")
            interviewer.wait_for("home")
        interviewer.to_account(purposes=["P01"], witness_language=lang, **talk)
        interviewer.act("stop")
        interviewer.act("keep")
        interviewer.seal()
    assert interviewer.states() == ["waiting"] * 2
    return interviewer


def row(who: Interviewer, number: int) -> Locator:
    return who.page.locator("[data-outbox] li", has=who.page.get_by_text(f"No. {number} of", exact=False))


def labelled(who: Interviewer, number: int) -> None:
    row(who, number).locator("[data-act=label]").click()
    who.wait_for("row-label")
    who.page.locator("[data-row-label]").fill(LABEL)
    who.act("keep-label")
    who.wait_for("outbox")


def test_who_set_a_pin_for_pauses_withdraws_with_it_or_with_the_passphrase(
    interviewer: Interviewer, passphrase: str
) -> None:
    interviewer.open()
    interviewer.sign_in("interviewer-1", passphrase, PIN)
    interviewer.to_account(purposes=["P01"])
    interviewer.act("stop")
    interviewer.act("keep")
    interviewer.seal()
    interviewer.act("take-back")
    interviewer.wait_for("take-back")
    expect(interviewer.page.locator("#passphrase-for-row")).to_be_hidden()
    interviewer.act("take-back-really")
    assert interviewer.wait_for_complaint() == "Write six digits."
    interviewer.page.locator("#pin-for-row").fill(WRONG)
    interviewer.act("take-back-really")
    interviewer.page.wait_for_function("() => document.querySelector('[data-error]').innerText.includes('left: 4')")
    assert interviewer.page.locator("#pin-for-row").input_value() == ""
    interviewer.act("use-passphrase")
    expect(interviewer.page.locator("#passphrase-for-row")).to_be_visible()
    expect(interviewer.page.locator("#pin-for-row")).to_be_hidden()
    interviewer.act("keep-row")
    interviewer.wait_for("outbox")
    assert "withdrawn" not in interviewer.states()
    interviewer.act("take-back")
    interviewer.wait_for("take-back")
    interviewer.page.locator("#pin-for-row").fill(PIN)
    interviewer.act("take-back-really")
    interviewer.wait_for("outbox")
    expect(row(interviewer, 1)).to_have_attribute("data-state", "withdrawn")


def test_five_wrong_pins_under_a_withdrawal_leave_the_passphrase_alone_to_open_the_next_pause(
    interviewer: Interviewer, passphrase: str
) -> None:
    interviewer.open()
    interviewer.sign_in("interviewer-1", passphrase, PIN)
    interviewer.to_account(purposes=["P01"])
    interviewer.act("stop")
    interviewer.act("keep")
    interviewer.seal()
    interviewer.act("take-back")
    interviewer.wait_for("take-back")
    for _ in range(5):
        interviewer.page.locator("#pin-for-row").fill(WRONG)
        interviewer.act("take-back-really")
        expect(interviewer.page.locator("#pin-for-row")).to_have_value("")
    expect(interviewer.page.locator("#passphrase-for-row")).to_be_visible()
    interviewer.act("keep-row")
    interviewer.wait_for("outbox")
    interviewer.act("home")
    interviewer.wait_for("home")
    interviewer.begin()
    interviewer.act("pause")
    interviewer.wait_for("locked")
    expect(interviewer.page.locator("#passphrase-again")).to_be_visible()
    expect(interviewer.page.locator("#pin")).to_be_hidden()
    interviewer.unlock(passphrase)
    interviewer.second_step(PIN)
    interviewer.wait_for("safety")
    interviewer.act("pause")
    interviewer.wait_for("locked")
    expect(interviewer.page.locator("#pin")).to_be_visible()


@pytest.mark.whole_browser
def test_two_of_one_day_are_told_apart_after_a_kill_without_the_node_too_and_a_withdrawal_wants_the_passphrase(
    sealed: Interviewer, phone: Browser, passphrase: str, node_server: Server
) -> None:
    """By number, time, language and a label that only their worker sees."""
    expect(row(sealed, 1).locator("[data-day]")).to_have_text(TIME)
    expect(row(sealed, 2).locator("[data-day]")).to_contain_text("العربية")
    assert sealed.page.locator("[data-row-label]").get_attribute("maxlength") == "40"
    labelled(sealed, 2)
    expect(row(sealed, 2).locator("[data-label]")).to_have_text(LABEL)
    expect(row(sealed, 1).locator("[data-label]")).to_have_text("")
    sealed.act("home")
    sealed.act("sign-out")
    sealed.wait_for("sign-in")
    assert LABEL not in sealed.page.content()
    sealed.act("outbox")  # it opens without anybody signed in, so that whoever holds the phone can deliver
    sealed.wait_for("outbox")
    expect(row(sealed, 2).locator("[data-day]")).not_to_contain_text("العربية")
    expect(row(sealed, 2).locator("[data-act=label]")).to_be_hidden()
    assert LABEL not in sealed.page.content()
    phone.kill()
    assert search([phone.folder], [LABEL]) == []
    again = Interviewer(phone.start(), sealed.address)
    again.page.goto(f"{again.address}/interview/")  # as from the home screen
    again.flagged("ready", "true")
    again.sign_in("interviewer-1", passphrase)
    again.act("outbox")
    expect(row(again, 2).locator("[data-label]")).to_have_text(LABEL)
    _a_withdrawal_names_its_row_and_destroys_nothing_before_the_passphrase(again, passphrase)
    _the_label_is_in_nothing_that_leaves_the_phone(again, node_server)
    again.act("home")
    again.begin()  # the node is off again
    again.saved()
    assert again.card == "safety"


def _the_label_is_in_nothing_that_leaves_the_phone(sealed: Interviewer, node_server: Server) -> None:
    labelled(sealed, 1)
    sent: list[bytes] = []
    sealed.page.on("request", lambda request: sent.append(request.post_data_buffer or b""))
    node_server.start()
    sealed.deliver()
    expect(row(sealed, 1)).to_have_attribute("data-state", "node")
    expect(row(sealed, 1).locator("[data-label]")).to_have_text(LABEL)
    whole = b"".join(sent)
    assert whole, "something was sent"
    assert LABEL.encode() not in whole
    assert b"outbox-note" not in whole
    node_server.stop()
    assert search([node_server.home], [LABEL]) == []


def _a_withdrawal_names_its_row_and_destroys_nothing_before_the_passphrase(
    sealed: Interviewer, passphrase: str
) -> None:
    row(sealed, 2).locator("[data-act=take-back]").click()
    sealed.wait_for("take-back")
    named = sealed.page.locator("[data-card=take-back] [data-row-named]")
    for said in ("No. 2 of", "العربية", LABEL):
        expect(named).to_contain_text(said)
    assert "lawyer and a coordinator" in sealed.page.locator("[data-card=take-back]").inner_text()
    sealed.act("take-back-really")
    assert sealed.wait_for_complaint() == "Write your passphrase."
    sealed.page.locator("#passphrase-for-row").fill(passphrase + "x")
    sealed.act("take-back-really")
    assert "does not open the keys" in sealed.wait_for_complaint()
    sealed.act("keep-row")
    sealed.wait_for("outbox")
    assert sealed.states() == ["waiting"] * 2
    assert sealed.page.locator("#passphrase-for-row").input_value() == ""
    row(sealed, 2).locator("[data-act=take-back]").click()
    sealed.wait_for("take-back")
    sealed.page.locator("#passphrase-for-row").fill(passphrase)
    sealed.act("take-back-really")
    sealed.wait_for("outbox")
    expect(row(sealed, 2)).to_have_attribute("data-state", "withdrawn")
    expect(row(sealed, 1)).to_have_attribute("data-state", "waiting")
    expect(row(sealed, 2).locator("[data-label]")).to_have_text("")
    assert LABEL not in sealed.page.content()
