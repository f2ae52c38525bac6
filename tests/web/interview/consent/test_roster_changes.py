"""A roster that comes between two days of an interview: what was agreed to is kept, for those whom the words named."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import expect

from testimony.sealing.records.records import SignedRecord
from testimony.services.enrolment.organisation import Organisation
from tests.support.interview.consent import GO
from tests.support.interview.driver import Interviewer
from tests.support.interview.opened_testimonies import Reader
from tests.support.interview.signed_pages import WHOLE
from tests.support.journeys.phones import Browser
from tests.support.journeys.stations import Server, wait_until
from tests.support.services import rosters

P01 = {"purpose": "P01", "recipient": "organisation"}
MORE = [
    P01,
    {"purpose": "P04", "recipient": "lawyers"},
    {"purpose": "P06", "recipient": "public"},
    {"purpose": "P10", "recipient": "partners", "name": "Partner Network"},
]
"""Purposes of a roster that asks for one more."""
LEAVE_UNANSWERED = """async (field) => {
  const start = document.querySelector('script[type=module]').src;
  const name = start.replace('pages/home/start.js', 'pages/base/interview_state.js');
  const { answer, sitting } = await import(name);
  answer(field, undefined);
  sitting.state.consent = sitting.state.consent.filter(({ id }) => `purpose_${id}` !== field);
}"""
"""As if the card of a purpose had come to the page only now."""

PINNED = """() => new Promise((resolve) => {
  indexedDB.open("interview").onsuccess = ({ target: { result } }) => {
    const asked = result.transaction("trust").objectStore("trust").get("pin");
    asked.onsuccess = () => resolve(asked.result.sha256s);
  };
})"""
"""The rosters that the phone holds, by SHA-256."""


def change(made: Organisation, node: Server, **told: Any) -> SignedRecord:
    """The node takes over a roster that says something else of the organisation."""
    record = rosters.after(made, made.roster, organisation=rosters.told_by(made.roster, **told))
    node.take_over(record)
    return record


def with_its_pages(phone: Browser, address: str) -> Interviewer:
    """The phone once it has taken the pages of the roster in force: opened, closed and opened again."""
    first = Interviewer(phone.start(), address)
    first.open(offline_ready=False)
    wait_until(lambda: first.page.evaluate(WHOLE) == 2, "the new pages to be there")
    phone.close()
    again = Interviewer(phone.start(), address)
    again.open()
    return again


def begin_days_ago(who: Interviewer, passphrase: str) -> None:
    """Signed in, on the clock of two days ago."""
    who.page.clock.install(time=datetime.now(UTC) - timedelta(days=2))
    who.open()
    who.sign_in("interviewer-1", passphrase)
    who.online()


def an_officer_comes(who: Interviewer) -> None:
    who.page.evaluate(GO, "safety")
    who.choose("safety_officer", "yes")
    who.saved()


def test_an_overdue_interview_is_sealed_after_the_roster_that_was_named_and_agrees_to_nothing_of_a_newer_one(
    phone: Browser,
    interviewer: Interviewer,
    passphrase: str,
    organisation: Organisation,
    node_server: Server,
    reader: Callable[[str], Reader],
) -> None:
    begin_days_ago(interviewer, passphrase)
    interviewer.to_account(purposes={"P01", "P04", "P06"})
    an_officer_comes(interviewer)
    phone.kill()
    newer = change(organisation, node_server, purposes=MORE, lawyers="Mara Example and Ana Newcomer")
    again = with_its_pages(phone, interviewer.address)
    again.sign_in("interviewer-1", passphrase)
    expect(again.page.locator("[data-notice]")).to_contain_text("sealed as far as it came", timeout=60_000)
    again.act("outbox")
    again.wait_for("outbox")
    wait_until(lambda: again.states() == ["node"], "the node's receipt")
    lawyer = reader("lawyer-1")
    lawyer.chain.add(newer)
    (record,) = lawyer.manifests()
    assert record.value["roster"] == organisation.roster.id
    opened = lawyer.open(record, "lawyers")
    assert "narrative" in opened
    assert opened["provenance"]["partial"] is True
    assert opened["consent"]["age"] == "adult"  # said before it was not safe any more
    events = opened["consent"]["events"]
    assert {event["purpose"] for event in events if event["event"] == "GRANT"} == {"P01", "P04", "P06"}
    assert "P10" not in {event["purpose"] for event in events}
    assert lawyer.refusals() == 0


def test_an_overdue_interview_with_an_unfinished_consent_stays_and_says_what_it_waits_for(
    phone: Browser, interviewer: Interviewer, passphrase: str
) -> None:
    begin_days_ago(interviewer, passphrase)
    interviewer.begin()
    interviewer.safety()
    interviewer.tell()
    interviewer.take("purpose_P01", "yes")
    interviewer.saved()
    phone.kill()
    again = Interviewer(phone.start(), interviewer.address)
    again.open()
    again.sign_in("interviewer-1", passphrase)
    expect(again.page.locator("[data-why]:visible")).to_contain_text("agreed to be recorded", timeout=60_000)
    assert again.draft_states() == ["open"]
    expect(again.page.locator("[data-notice]")).to_be_hidden()
    again.resume()
    again.act("go-on")
    assert again.card == "purpose-P04"


@pytest.mark.comes_home
def test_who_stops_may_keep_what_was_said_though_a_purpose_was_not_asked_and_an_officer_came(
    signed_in: Interviewer, reader: Callable[[str], Reader]
) -> None:
    signed_in.to_account(purposes={"P01", "P07"})
    signed_in.page.evaluate(LEAVE_UNANSWERED, "purpose_P06")
    an_officer_comes(signed_in)
    signed_in.act("stop")
    signed_in.act("keep")
    signed_in.wait_for("readers")
    signed_in.act("stop")
    signed_in.act("go-on")
    signed_in.wait_for("unsafe")
    signed_in.act("stop")
    signed_in.act("keep")
    signed_in.seal()
    signed_in.page.wait_for_selector('[data-outbox] [data-state="node"]', timeout=60_000)
    lawyer = reader("lawyer-1")
    (record,) = lawyer.manifests()
    events = lawyer.open(record, "lawyers")["consent"]["events"]
    assert [event["purpose"] for event in events if event["event"] == "GRANT"] == ["P01", "P07"]


def kept(who: Interviewer) -> None:
    """Stopped, sealed, and at the node."""
    who.act("stop")
    who.act("keep")
    who.seal()
    who.deliver()


# interview/consent/script_record.test.mjs
@pytest.mark.long(short="tests/web/interview/test_modules.py::test_the_suites_hold_in_node")
def test_what_names_somebody_else_since_the_interview_began_is_said_and_asked_again(
    phone: Browser,
    interviewer: Interviewer,
    passphrase: str,
    organisation: Organisation,
    node_server: Server,
    reader: Callable[[str], Reader],
) -> None:
    interviewer.open()
    interviewer.sign_in("interviewer-1", passphrase)
    interviewer.online()
    interviewer.to_account(purposes={"P01", "P04"})
    interviewer.saved()
    phone.kill()
    newer = change(organisation, node_server, lawyers="Mara Example and Ana Newcomer")
    again = with_its_pages(phone, interviewer.address)
    again.sign_in("interviewer-1", passphrase)
    again.resume()
    assert "What changed is said and asked again" in again.wait_for_complaint()
    assert again.card == "purpose-P04"
    expect(again.page.locator('[data-card="purpose-P04"] [data-words="en"]').first).to_contain_text("Ana Newcomer")
    again.act("stop")
    expect(again.page.locator('[data-act="keep"]')).to_be_visible()  # with what names nobody else
    again.act("go-on")
    again.take("purpose_P04", "yes")
    kept(again)
    lawyer = reader("lawyer-1")
    lawyer.chain.add(newer)
    (record,) = lawyer.manifests()
    assert record.value["roster"] == newer.id
    events = lawyer.open(record, "lawyers")["consent"]["events"]
    assert [event["event"] for event in events if event["purpose"] == "P04"] == ["ASK", "GRANT", "INVALIDATE", "GRANT"]


def _near_the_node_one_begins_with_the_words_of_the_roster_in_force(signed_in: Interviewer, passphrase: str) -> None:
    signed_in.act("new-interview")
    signed_in.wait_for("sign-in")
    assert "took the words that belong to it" in signed_in.wait_for_complaint()
    signed_in.page.wait_for_selector("html[data-ready=true]")
    signed_in.sign_in("interviewer-1", passphrase)
    signed_in.to_account(purposes={"P01", "P04"})
    kept(signed_in)


def test_out_of_reach_an_interview_is_sealed_after_the_roster_whose_words_are_said_and_near_the_node_after_the_newest(
    signed_in: Interviewer,
    passphrase: str,
    organisation: Organisation,
    node_server: Server,
    reader: Callable[[str], Reader],
) -> None:
    signed_in.online()
    newer = change(organisation, node_server, lawyers="Mara Example and Ana Newcomer")
    signed_in.act("sign-out")
    signed_in.sign_in("interviewer-1", passphrase)  # the phone learns the newer roster, and its pages are the old ones
    signed_in.online()
    assert newer.id in signed_in.page.evaluate(PINNED)
    node_server.stop()
    signed_in.to_account(purposes={"P01", "P04"})
    signed_in.act("stop")
    signed_in.act("keep")
    signed_in.seal()
    node_server.start()
    signed_in.deliver()
    signed_in.act("home")
    signed_in.wait_for("home")
    _near_the_node_one_begins_with_the_words_of_the_roster_in_force(signed_in, passphrase)
    lawyer = reader("lawyer-1")
    lawyer.chain.add(newer)
    first, second = lawyer.manifests()
    assert first.value["roster"] == organisation.roster.id
    assert "narrative" in lawyer.open(first, "lawyers")
    assert second.value["roster"] == newer.id
