"""The node switched off, the browser killed: the interview goes on, nothing is lost, nothing is sent twice."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.support.interview.driver import Interviewer
from tests.support.interview.opened_testimonies import Reader
from tests.support.interview.questionnaire import jump
from tests.support.interview.whole_interview import ALL, ANSWERS
from tests.support.journeys.phones import Browser
from tests.support.journeys.stations import Server, wait_until


@pytest.mark.long(
    short="tests/web/interview/outbox/test_delivery.py::"
    "test_single_uses_are_taken_back_out_of_reach_and_go_first_sealed_to_who_acts_on_them"
)
def test_a_whole_interview_with_the_node_switched_off_is_delivered_when_it_is_back(
    interviewer: Interviewer, passphrase: str, node_server: Server, reader: Callable[[str], Reader]
) -> None:
    interviewer.open()
    interviewer.sign_in("interviewer-1", passphrase)  # once near the node, so that the phone holds the locked keys
    node_server.stop()
    interviewer.open("fr", offline_ready=False)  # a page that was never looked at, from the phone's own store
    interviewer.sign_in("interviewer-1", passphrase)
    interviewer.page.wait_for_selector("html[data-signed=offline]", timeout=30_000)
    interviewer.to_account(purposes=ALL)
    interviewer.answer(ANSWERS)
    interviewer.seal()
    assert interviewer.states() == ["waiting"]
    node_server.start()
    interviewer.act("send-now")
    wait_until(lambda: interviewer.states() == ["node"], "the node's receipt")
    node_server.stop()
    (record,) = reader("lawyer-1").manifests()
    assert reader("lawyer-1").open(record, "lawyers")["identity"]["answers"]["w_name"] == {"value": "Karim Beispiel"}


@pytest.mark.long(
    short="tests/web/interview/draft/test_crashes.py::"
    "test_two_kills_while_somebody_types_cost_instants_and_make_one_testimony"
)
def test_a_killed_browser_comes_back_where_it_was_with_the_passphrase_and_the_node(
    phone: Browser, interviewer: Interviewer, passphrase: str, node_server: Server
) -> None:
    interviewer.open()
    interviewer.sign_in("interviewer-1", passphrase)
    interviewer.to_account(purposes=ALL)
    interviewer.answer(ANSWERS, until="w_vuln")
    interviewer.saved()
    phone.kill()
    again = Interviewer(phone.start(), interviewer.address)
    again.open(offline_ready=False)
    again.page.fill("#person", "interviewer-1")
    again.page.fill("#passphrase", "not the right words at all")
    again.act("sign-in")
    assert "does not open" in again.wait_for_complaint()
    again.sign_in("interviewer-1", passphrase)
    wait_until(lambda: again.page.locator('[data-draft-list] [data-state="open"]').count() == 1, "the node's half")
    node_server.stop()
    again.act("resume")
    again.wait_for("w_vuln")
    while again.card != "w_age":
        again.act("back")
    assert "Afghanistan" in again.page.locator('[data-field="w_nat"] [data-chosen]').inner_text()
    while again.card != "n_text":
        again.act("back")
    assert again.page.locator('[data-field="n_text"] textarea').input_value() == ANSWERS["n_text"]


def test_pausing_locks_and_the_passphrase_goes_on_in_another_language(signed_in: Interviewer, passphrase: str) -> None:
    signed_in.to_account(purposes=ALL)
    signed_in.answer(ANSWERS, until="w_role")
    signed_in.act("pause")
    signed_in.wait_for("locked")
    assert signed_in.page.locator('[data-field="n_text"] textarea').input_value() == ""
    assert signed_in.page.locator('[data-field="w_lang"] input:checked').count() == 0
    signed_in.unlock("wrong words")
    assert "does not open" in signed_in.wait_for_complaint()
    signed_in.unlock(passphrase)
    signed_in.wait_for("w_role")
    signed_in.act("back")
    assert signed_in.page.locator('[data-field="n_text"] textarea').input_value() == ANSWERS["n_text"]
    jump(signed_in, "languages")
    signed_in.page.locator('[data-card="languages"] [data-language="ar"]').click()
    signed_in.page.wait_for_selector("html[lang=ar]")
    assert signed_in.card == "languages"
    jump(signed_in, "n_text")
    assert signed_in.page.locator('[data-field="n_text"] textarea').input_value() == ANSWERS["n_text"]


def test_ten_minutes_without_a_touch_lock_and_after_a_day_nothing_without_consent_is_left(
    interviewer: Interviewer, passphrase: str
) -> None:
    interviewer.page.clock.install()
    interviewer.open()
    interviewer.sign_in("interviewer-1", passphrase)
    interviewer.begin()
    interviewer.saved()
    interviewer.page.clock.fast_forward("09:30")
    assert interviewer.card == "safety"
    interviewer.page.clock.fast_forward("00:45")
    interviewer.wait_for("locked")
    interviewer.page.clock.fast_forward("25:00:00")
    interviewer.unlock(passphrase)
    interviewer.wait_for("home")
    wait_until(lambda: "It was deleted" in interviewer.page.locator("[data-notice]").inner_text(), "the notice")
    assert interviewer.page.locator("[data-draft-list] li").count() == 0
