"""Signing in: the passphrase stays on the phone, one organisation is trusted, and what goes wrong is said in words."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Route, expect

from testimony.sealing.keys import locked_seeds
from testimony.services.accounts import interviewers
from testimony.services.enrolment import organisation as enrolment_organisation
from testimony.services.enrolment.organisation import Organisation, Plan
from testimony.services.startup import open_station
from tests.support.interview.driver import Interviewer
from tests.support.journeys.phones import Browser
from tests.support.journeys.stations import Server, wait_until

TRUST = "**/interview/trust"


@pytest.mark.new_phone
def test_the_node_hears_a_signature_and_never_the_passphrase(interviewer: Interviewer, passphrase: str) -> None:
    sent: list[str] = []
    interviewer.page.on("request", lambda request: sent.append(f"{request.url} {request.post_data or ''}"))
    interviewer.open()
    interviewer.sign_in("interviewer-1", passphrase)
    interviewer.page.wait_for_selector("html[data-signed=online]")
    assert any("/session {" in each for each in sent)
    assert not any(word in each for each in sent for word in (passphrase, passphrase.split()[0]))
    assert interviewer.page.locator("#passphrase").input_value() == ""


def _a_roster_that_ended_is_said_and_interviews_go_on(
    interviewer: Interviewer, passphrase: str, organisation: Organisation
) -> None:
    ended = datetime.fromisoformat(json.loads(organisation.roster.data)["expires"]) + timedelta(days=2)
    interviewer.page.clock.set_fixed_time(ended)
    interviewer.open()
    interviewer.sign_in("interviewer-1", passphrase)
    assert interviewer.page.locator('[data-fact="roster-ended"]').is_visible()
    interviewer.begin()
    interviewer.safety()


def test_a_wrong_passphrase_and_an_unknown_name_are_told_the_same_and_a_roster_that_ended_stops_no_interview(
    interviewer: Interviewer, passphrase: str, organisation: Organisation, node_server: Server
) -> None:
    """And without the node a name that never was here is told so."""
    _a_wrong_passphrase_and_an_unknown_name_are_told_the_same(interviewer)
    _a_roster_that_ended_is_said_and_interviews_go_on(interviewer, passphrase, organisation)
    node_server.stop()
    _without_the_node_a_name_that_never_was_here_is_told_so(interviewer, passphrase)


def _a_wrong_passphrase_and_an_unknown_name_are_told_the_same(interviewer: Interviewer) -> None:
    said = []
    for name in ("interviewer-1", "nobody-of-that-name"):
        interviewer.open()  # anew, so that what was said to the first name is gone
        interviewer.page.fill("#person", name)
        interviewer.page.fill("#passphrase", "six words that are not right")
        interviewer.act("sign-in")
        said.append(interviewer.wait_for_complaint())
    assert said[0] == said[1]
    assert "does not open the keys" in said[0]


TRIED = """wrong => new Promise((done) => indexedDB.open("interview").onsuccess = ({ target: { result } }) => {
  const act = result.transaction("settings", "readwrite");
  act.objectStore("settings").put(wrong, "tries");
  act.oncomplete = () => (result.close(), done());
})"""
"""As after so many wrong passphrases."""


def test_after_wrong_passphrases_the_page_counts_down_how_long_the_right_one_waits(
    interviewer: Interviewer, passphrase: str
) -> None:
    page = interviewer.page
    page.clock.install()
    interviewer.open()
    page.evaluate(TRIED, 9)
    page.fill("#person", "interviewer-1")
    page.fill("#passphrase", passphrase)
    page.clock.pause_at(page.evaluate("Date.now()") / 1000 + 60)
    interviewer.act("sign-in")
    said = page.locator('[data-card="sign-in"] [data-wait]')
    expect(said).to_contain_text("waits 0:30")
    expect(said).to_contain_text("Nothing is lost")
    expect(page.locator("[data-live]")).to_contain_text("waits 0:30")
    page.clock.run_for(12_000)
    expect(said).to_contain_text("waits 0:18")
    expect(page.locator("[data-live]")).to_contain_text("waits 0:30")  # not read out each second
    page.clock.resume()
    page.clock.run_for(20_000)
    interviewer.wait_for("new-pin")
    expect(said).to_be_hidden()


def test_a_reissued_passphrase_signs_in_and_the_old_draft_stays_closed(
    signed_in: Interviewer, passphrase: str, organisation: Organisation, homes: Path, node_server: Server
) -> None:
    signed_in.begin()
    signed_in.saved()
    node_server.stop()
    file = next(keeper.file for keeper in organisation.keepers if keeper.id == "interviewer-1")
    seeds = locked_seeds.unlock(json.loads((homes / file).read_text()), passphrase)
    anew = locked_seeds.lock(seeds, "six fresh words for the person", person="interviewer-1", device="phone-1")
    with open_station(homes / "field") as station, station.database.transaction() as session:
        interviewers.add_locked(session, "interviewer-1", anew)
    node_server.start()
    signed_in.open()
    signed_in.sign_in("interviewer-1", "six fresh words for the person")
    assert signed_in.page.locator("[data-draft-closed]").is_visible()
    assert not signed_in.page.locator('[data-act="resume"]').is_visible()
    signed_in.act("discard-draft")
    assert signed_in.complaint() != ""
    signed_in.act("discard-draft")
    signed_in.page.locator('[data-act="new-interview"]:visible').wait_for()


def _without_the_node_a_name_that_never_was_here_is_told_so(interviewer: Interviewer, passphrase: str) -> None:
    interviewer.open(offline_ready=False)
    interviewer.page.fill("#person", "interviewer-2")
    interviewer.page.fill("#passphrase", passphrase)
    interviewer.act("sign-in")
    assert "never signed in on this phone" in interviewer.wait_for_complaint()


@pytest.fixture
def offered(interviewer: Interviewer) -> Callable[[Any], None]:
    """A function that makes the node offer another trust."""

    def offer(trust: Any) -> None:
        interviewer.page.context.route(TRUST, lambda route: route.fulfill(body=json.dumps(trust)))

    return offer


# interview/node/trust.test.mjs
@pytest.mark.long(short="tests/web/interview/test_modules.py::test_the_suites_hold_in_node")
def test_another_organisation_is_refused_once_one_is_pinned(
    signed_in: Interviewer, passphrase: str, offered: Callable[[Any], None], tmp_path: Path
) -> None:
    plan = Plan(name="Others", lawyer_names=("A", "B"), issued=date(2026, 1, 5), key_file_work=10)
    other = enrolment_organisation.create(tmp_path / "others", plan)
    roster = {"record": other.roster.data.decode(), "sigs": other.roster.sigs}
    offered({"root": other.root.data.decode(), "rosters": [roster], "station": "0" * 16})
    signed_in.open()
    signed_in.sign_in("interviewer-1", passphrase)
    assert "another organisation" in signed_in.page.locator('[data-fact="trust"]').inner_text()


# interview/node/trust.test.mjs
@pytest.mark.long(short="tests/web/interview/test_modules.py::test_the_suites_hold_in_node")
@pytest.mark.new_phone
def test_a_roster_that_was_tampered_with_is_refused(
    interviewer: Interviewer, passphrase: str, organisation: Organisation, offered: Callable[[Any], None]
) -> None:
    forged = organisation.roster.data.decode().replace('"expires":"2026', '"expires":"2036')
    offered(
        {
            "root": organisation.root.data.decode(),
            "rosters": [{"record": forged, "sigs": organisation.roster.sigs}],
            "station": "0" * 16,
        }
    )
    interviewer.open()
    interviewer.page.fill("#person", "interviewer-1")
    interviewer.page.fill("#passphrase", passphrase)
    interviewer.act("sign-in")
    assert "damaged or false" in interviewer.wait_for_complaint()


@pytest.mark.new_phone
def test_a_browser_that_runs_no_scripts_or_asks_an_address_that_is_not_secure_is_told_what_to_do(
    phone: Browser, node_server: Server
) -> None:
    page = phone.start()
    page.context.route("**/*.js", lambda route: route.abort())
    page.goto(f"http://localhost:{node_server.port}/interview/en/")
    assert page.locator('[data-card="cannot"]').is_visible()
    assert "Switch scripts on" in page.locator('[data-card="cannot"]').inner_text()
    page.context.unroute("**/*.js")
    page.add_init_script("Object.defineProperty(window, 'isSecureContext', {value: false})")
    page.goto(f"http://localhost:{node_server.port}/interview/en/")
    page.locator('[data-cannot="secure"]').wait_for()
    assert not page.locator('[data-card="sign-in"]').is_visible()


# interview/draft/store.test.mjs
@pytest.mark.long(short="tests/web/interview/test_modules.py::test_the_suites_hold_in_node")
def test_two_windows_never_write_one_draft(signed_in: Interviewer, passphrase: str) -> None:
    signed_in.begin()
    signed_in.saved()
    second = Interviewer(signed_in.page.context.new_page(), signed_in.address)
    second.open()
    second.sign_in("interviewer-1", passphrase)
    second.act("resume")
    assert "another window" in second.wait_for_complaint()


def named_at_the_node(who: Interviewer) -> bool:
    """Whether the node's own page, asked by this browser, says who is signed in."""
    with who.page.context.expect_page() as opened:
        who.page.evaluate("() => { window.open('/en/', '_blank', 'noopener'); }")
    beside = opened.value
    beside.wait_for_load_state()
    named = "interviewer-1" in beside.content()
    beside.close()
    return named


def test_locked_while_the_node_was_asked_the_next_signing_in_reaches_it(
    signed_in: Interviewer, passphrase: str
) -> None:
    signed_in.online()
    signed_in.act("sign-out")
    asked: list[Route] = []

    def hold(route: Route) -> None:
        asked.append(route)

    signed_in.page.route("**/session/nonce", hold, times=1)
    signed_in.sign_in("interviewer-1", passphrase)
    wait_until(lambda: bool(signed_in.page.title() and asked), "the phone to ask for a nonce")
    signed_in.begin()
    signed_in.act("pause")
    signed_in.wait_for("locked")
    asked[0].continue_()  # the answer comes to a page whose keys are gone
    signed_in.act("other-person")
    signed_in.sign_in("interviewer-1", passphrase)
    signed_in.online()
    assert signed_in.page.evaluate("document.documentElement.dataset.failed") is None


def test_once_the_phone_was_handed_over_the_node_names_nobody(
    signed_in: Interviewer, passphrase: str, node_server: Server
) -> None:
    signed_in.online()
    assert named_at_the_node(signed_in)
    with signed_in.page.expect_response("**/session/leave"):
        signed_in.act("sign-out")
    assert not named_at_the_node(signed_in)
    signed_in.sign_in("interviewer-1", passphrase)
    signed_in.page.wait_for_selector("html[data-signed=online]")
    assert named_at_the_node(signed_in)
    _handed_over_out_of_reach_the_session_ends_when_the_node_is_near_again(signed_in, node_server)


def _handed_over_out_of_reach_the_session_ends_when_the_node_is_near_again(
    signed_in: Interviewer, node_server: Server
) -> None:
    node_server.stop()
    signed_in.begin()
    signed_in.act("pause")
    signed_in.wait_for("locked")
    signed_in.act("other-person")
    signed_in.wait_for("sign-in")
    node_server.start()
    assert named_at_the_node(signed_in)  # the cookie outlives the node's program
    with signed_in.page.expect_response("**/session/leave"):
        signed_in.page.reload()
    assert not named_at_the_node(signed_in)
