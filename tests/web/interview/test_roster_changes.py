"""A roster that comes between two days of an interview: what was agreed to is kept, and read by whom the words named."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from playwright.sync_api import expect

from testimony.sealing.records import SignedRecord
from testimony.services.organisation import Organisation
from tests.journeys import rosters
from tests.journeys.phones import Browser
from tests.journeys.stations import Server, wait_until
from tests.web.interview.driver import Interviewer
from tests.web.interview.opened import Reader

WAITING = "() => navigator.serviceWorker.getRegistration().then(found => Boolean(found?.waiting))"
P01 = {"purpose": "P01", "recipient": "organisation"}
MORE = [
    P01,
    {"purpose": "P04", "recipient": "lawyers"},
    {"purpose": "P06", "recipient": "public"},
    {"purpose": "P10", "recipient": "partners", "name": "Partner Network"},
]
"""Purposes of a roster that asks for one more."""
LEAVE_UNANSWERED = """async (field) => {
  const name = document.querySelector('script[type=module]').src.replace('interview-page.js', 'sitting-page.js');
  const { answer, sitting } = await import(name);
  answer(field, undefined);
  sitting.state.consent = sitting.state.consent.filter(({ id }) => `purpose_${id}` !== field);
}"""
"""As if the card of a purpose had come to the page only now."""


def change(made: Organisation, node: Server, **told: Any) -> SignedRecord:
    """The node takes over a roster that says something else of the organisation."""
    record = rosters.after(made, made.roster, organisation=rosters.told_by(made.roster, **told))
    node.stop()
    rosters.adopt(node.home, record)
    node.start()
    return record


def with_its_pages(phone: Browser, address: str) -> Interviewer:
    """The phone once it has taken the pages of the roster in force: opened, closed and opened again."""
    first = Interviewer(phone.start(), address)
    first.open(offline_ready=False)
    wait_until(lambda: bool(first.page.evaluate(WAITING)), "the new pages to be there")
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


def test_a_purpose_that_a_newer_roster_asks_for_is_not_agreed_to_and_costs_no_overdue_interview(
    phone: Browser,
    interviewer: Interviewer,
    passphrase: str,
    organisation: Organisation,
    node_server: Server,
    reader: Callable[[str], Reader],
) -> None:
    begin_days_ago(interviewer, passphrase)
    interviewer.to_account(purposes={"P01", "P06"})
    interviewer.saved()
    phone.kill()
    newer = change(organisation, node_server, purposes=MORE)
    again = with_its_pages(phone, interviewer.address)
    again.sign_in("interviewer-1", passphrase)
    expect(again.page.locator("[data-notice]")).to_contain_text("sealed as far as it came", timeout=60_000)
    again.act("outbox")
    again.wait_for("outbox")
    wait_until(lambda: again.states() == ["node"], "the node's receipt")
    lawyer = reader("lawyer-1")
    lawyer.chain.add(newer)
    (record,) = lawyer.manifests()
    events = lawyer.open(record, "lawyers")["consent"]["events"]
    assert {event["purpose"] for event in events if event["event"] == "GRANT"} == {"P01", "P06"}
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


def test_whoever_stops_may_keep_what_was_said_though_a_purpose_was_not_asked(
    signed_in: Interviewer, reader: Callable[[str], Reader]
) -> None:
    signed_in.to_account(purposes={"P01", "P07"})
    signed_in.page.evaluate(LEAVE_UNANSWERED, "purpose_P06")
    signed_in.act("stop")
    signed_in.act("keep")
    signed_in.seal()
    signed_in.page.wait_for_selector('[data-outbox] [data-state="node"]', timeout=60_000)
    lawyer = reader("lawyer-1")
    (record,) = lawyer.manifests()
    granted = [event["purpose"] for event in lawyer.open(record, "lawyers")["consent"]["events"] if event["event"] == "GRANT"]
    assert granted == ["P01", "P07"]
