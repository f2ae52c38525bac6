"""An interviewer whom headquarters confirmed as a speaker says a draft without an interpreter; nobody else does."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from testimony.sealing.roster.chain import RosterChain
from testimony.services.enrolment.organisation import Organisation
from tests.support.interview.driver import TALK, Interviewer
from tests.support.interview.opened_testimonies import Reader
from tests.support.interview.signed_pages import WHOLE
from tests.support.journeys.phones import Browser
from tests.support.journeys.stations import Server, wait_until
from tests.support.services import rosters

SPEAKERS = {"interviewer-1": ["ar"]}


# interview/form/contents.test.mjs
@pytest.mark.long(short="tests/web/interview/test_modules.py::test_the_suites_hold_in_node")
def test_a_confirmed_speaker_says_a_draft_alone_and_the_consent_says_so(
    phone: Browser,
    interviewer: Interviewer,
    passphrase: str,
    organisation: Organisation,
    node_server: Server,
    homes: Path,
) -> None:
    told = rosters.told_by(organisation.roster, speakers=SPEAKERS)
    newer = rosters.after(organisation, organisation.roster, organisation=told)
    node_server.take_over(newer)
    interviewer.open(offline_ready=False)
    wait_until(lambda: interviewer.page.evaluate(WHOLE) == 2, "the new pages to be there")
    phone.close()
    who = Interviewer(phone.start(), interviewer.address)
    who.open("ar")
    who.sign_in("interviewer-1", passphrase)
    who.act("new-interview")
    who.wait_for("languages")
    who.choose("witness_language", "fr")
    expect(who.page.locator("[data-draft-script]")).to_be_visible()
    expect(who.page.locator("[data-speaker]")).to_be_hidden()
    who.choose("witness_language", "ar")
    expect(who.page.locator("[data-speaker]")).to_be_visible()
    expect(who.page.locator("[data-draft-script]")).to_be_hidden()
    who.next()
    who.safety()
    _the_english_is_one_tap_away(who.page)
    who.tell()
    who.consent({"P01", "P04"})
    who.teach_back()
    who.talk(TALK)
    who.act("stop")
    who.act("keep")
    who.seal()
    who.deliver()
    keeper = next(each for each in organisation.keepers if each.id == "lawyer-1")
    chain = RosterChain(organisation.root, [organisation.roster, newer])
    lawyer = Reader(homes / "field", chain, organisation.folder / keeper.file, keeper.passphrase)
    (record,) = lawyer.manifests()
    consent = lawyer.open(record, "lawyers")["consent"]
    assert consent["interviewer_speaks"] is True
    assert consent["interpreter"] == {"used": False}
    granted = {one["purpose"] for one in consent["events"] if one["event"] == "GRANT"}
    assert granted == {"P01", "P04"}


def _the_english_is_one_tap_away(page: Page) -> None:
    """The worker's language is the witness's: what it was written from is folded away on this card and the next."""
    english = page.locator("[data-card]:not([hidden]) [data-source]")
    turn = page.locator("[data-act=turn-source]")
    assert english.count() > 4
    expect(turn).to_have_attribute("aria-expanded", "false")
    assert [one.is_visible() for one in english.all()] == [False] * english.count()
    turn.click()
    expect(turn).to_have_attribute("aria-expanded", "true")
    assert [one.is_visible() for one in english.all()] == [True] * english.count()
    turn.click()
    expect(english.first).to_be_hidden()
