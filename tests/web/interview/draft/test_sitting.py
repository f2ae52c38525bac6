"""An organisation whose drafts open within the sitting: the passphrase opens them, for four hours."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag
from playwright.sync_api import expect

from testimony.services.enrolment.organisation import Organisation
from tests.support.canaries.search import search
from tests.support.each_time import each_time
from tests.support.interview.drafts import (
    ON_DISK,
    SAID,
    SITTING_BUCKETS,
    SITTINGS,
    kept_share,
    online,
    opened,
    text_of,
    to_text,
)
from tests.support.interview.driver import SHOWN as CODE_SHOWN
from tests.support.interview.driver import TALK, Interviewer
from tests.support.interview.fast_interview import Hurried
from tests.support.interview.whole_interview import ALL, ANSWERS
from tests.support.journeys.phones import SLOW, Browser
from tests.support.journeys.stations import Server, wait_until
from tests.support.services import rosters

FOUR_HOURS = timedelta(hours=4, minutes=1)
WARNED = "() => document.querySelectorAll('[data-card=home] .warn').forEach((each) => (each.hidden = false))"
"""Every warning of the home card stands on it: what waits comes before them."""


def to_consent(who: Interviewer) -> None:
    who.begin()
    who.safety()
    who.tell()
    who.saved()


def to_review(who: Interviewer) -> None:
    who.to_account(purposes=ALL)
    who.fill(ANSWERS)
    who.saved()


def from_consent(who: Interviewer) -> None:
    who.consent(ALL)
    who.teach_back()
    who.talk()
    who.fill(ANSWERS)


STOPS: dict[str, Any] = {
    "purpose-P01": (to_consent, from_consent),
    "n_text": (to_text, lambda who: who.fill(ANSWERS)),
    "review": (to_review, lambda who: None),
}
"""By the card at which the browser is killed: how it is reached, and how the interview goes on from there."""


SAFE = {
    "safety_private": "yes",
    "safety_officer": "no",
    "safety_urgent": "no",
    "safety_return": "no",
    "cs_age": "adult",
}


def begun(who: Interviewer, passphrase: str) -> Interviewer:
    who.open()
    who.sign_in("interviewer-1", passphrase)
    online(who)
    return who


def away(phone: Browser, who: Interviewer, node: Server, passphrase: str, *, at: datetime | None = None) -> Interviewer:
    """The browser killed, the node switched off, and the phone started again, at another time where one is given."""
    phone.kill()  # a second time does nothing
    node.kill()
    again = Hurried(phone.start(), who.address)
    if at is not None:
        again.page.clock.install(time=at)
    again.open(offline_ready=False)
    again.sign_in("interviewer-1", passphrase)
    return again


def kept(who: Interviewer) -> list[str]:
    found: list[str] = who.page.evaluate(SITTINGS)
    return found


def buckets(who: Interviewer) -> list[str]:
    found: list[str] = who.page.evaluate(SITTING_BUCKETS)
    return found


def files_with(share: bytes, profile: Path) -> list[Path]:
    return [file for file in profile.rglob("*") if file.is_file() and share in file.read_bytes()]


@pytest.mark.parametrize("stop", each_time(STOPS, "n_text"))
@pytest.mark.parametrize("model", each_time(("320x568", *SLOW), "320x568"), indirect=True)
def test_killed_away_from_the_node_an_interview_opens_with_the_passphrase_goes_on_and_is_sealed(
    stop: str, phone: Browser, interviewer: Interviewer, passphrase: str, node_server: Server
) -> None:
    there, on = STOPS[stop]
    there(begun(interviewer, passphrase))
    again = away(phone, interviewer, node_server, passphrase)
    assert again.draft_states() == ["open"]
    assert "Your passphrase opens it until" in again.page.locator("[data-draft-list]").inner_text()
    again.page.evaluate(WARNED)
    expect(again.find('[data-act="resume"]:visible')).to_be_in_viewport(ratio=1)
    again.act("resume")
    again.wait_for(stop)
    on(again)
    again.seal()
    assert again.states() == ["waiting"]
    assert again.page.evaluate(ON_DISK) == []
    assert buckets(again) == []


@pytest.mark.long(short="test_killed_away_from_the_node_an_interview_opens_with_the_passphrase_goes_on_and_is_sealed")
@pytest.mark.parametrize("model", SLOW, indirect=True)
def test_one_interview_survives_a_killed_browser_at_each_of_the_other_stops_with_all_that_was_answered(
    phone: Browser, interviewer: Interviewer, passphrase: str, node_server: Server
) -> None:
    """Prepare, Explain, Facts and Seal, one after the other."""

    def killed(who: Interviewer, stop: str) -> Interviewer:
        who.wait_for(stop)
        who.saved()
        again = away(phone, who, node_server, passphrase)
        again.act("resume")
        again.wait_for(stop)
        return again

    who = begun(interviewer, passphrase)
    who.begin()
    for field, code in SAFE.items():
        who.choose(field, code)
    who.next()
    who.choose("interpreter", "no")
    who = killed(who, "talk-setting")
    assert chosen(who, "interpreter") == ["no"]
    who.answer_several(TALK)
    who.told()
    who = killed(who, "told-2")
    who.tell()
    who.consent(ALL)
    who.teach_back()
    who.talk()
    who.answer(ANSWERS, until="g_size")
    who = killed(who, "g_size")
    who.answer(ANSWERS)
    who.pass_readers()
    who.wait_for("code")
    who.page.wait_for_function(CODE_SHOWN)
    written_down = who.page.locator("[data-code]").inner_text().replace(" ", "")
    who = killed(who, "code")
    assert who.hand_code() == written_down
    who.finish()
    assert who.states() == ["waiting"]
    assert who.page.evaluate(ON_DISK) == []


def chosen(who: Interviewer, field: str) -> list[str]:
    """The codes that are ticked of a question on the card."""
    ticked = who.page.locator(f'[data-field="{field}"] [data-option]:has(:checked)')
    return [str(code) for code in ticked.evaluate_all("options => options.map(({ dataset }) => dataset.option)")]


# the share goes after four hours of a clock that is set back too: interview/draft/kept_shares.test.mjs
@pytest.mark.long(short="test_a_page_that_stays_open_throws_the_share_away_when_the_time_has_come")
@pytest.mark.whole_browser
def test_after_four_hours_the_share_is_gone_from_the_phone_and_only_the_node_opens_the_interview(
    phone: Browser, interviewer: Interviewer, passphrase: str, node_server: Server
) -> None:
    to_text(begun(interviewer, passphrase))
    share = bytes.fromhex(*kept(interviewer))
    phone.kill()
    assert files_with(share, phone.folder) != []
    again = away(phone, interviewer, node_server, passphrase, at=datetime.now(UTC) + FOUR_HOURS)
    assert again.draft_states() == ["share"]
    assert buckets(again) == []
    phone.kill()
    assert files_with(share, phone.folder) == []
    back = away(phone, again, node_server, passphrase)  # by a clock that was set back
    assert back.draft_states() == ["share"]
    node_server.start()
    back.resume()
    assert text_of(back) == SAID


# interview/draft/kept_shares.test.mjs
@pytest.mark.long(short="tests/web/interview/test_modules.py::test_the_suites_hold_in_node")
def test_the_share_goes_by_itself_from_a_page_on_which_nobody_signs_in(
    phone: Browser, interviewer: Interviewer, passphrase: str, node_server: Server
) -> None:
    begun(interviewer, passphrase).begin()
    interviewer.saved()
    assert len(buckets(interviewer)) == 1
    phone.kill()
    again = Interviewer(phone.start(), interviewer.address)
    again.page.clock.install(time=datetime.now(UTC) + FOUR_HOURS)
    again.open()
    wait_until(lambda: buckets(again) == [], "the share to go")


@pytest.mark.whole_browser
def test_a_page_that_stays_open_throws_the_share_away_when_the_time_has_come(
    phone: Browser, interviewer: Interviewer, passphrase: str
) -> None:
    """Then it is in no file of the browser, and only the node opens the interview."""
    interviewer.page.clock.install()
    begun(interviewer, passphrase).begin()
    interviewer.saved()
    interviewer.act("pause")
    interviewer.wait_for("locked")
    assert "your passphrase opens this interview until" in interviewer.page.locator("[data-pause-sitting]").inner_text()
    assert not interviewer.page.locator("[data-pause-node]").is_visible()
    share = bytes.fromhex(*kept(interviewer))
    wait_until(lambda: files_with(share, phone.folder) != [], "the share to be on the disk")
    interviewer.page.clock.fast_forward(FOUR_HOURS.total_seconds() * 1000)
    wait_until(lambda: buckets(interviewer) == [], "the share to go")
    phone.kill()
    assert files_with(share, phone.folder) == []


@pytest.mark.long(short="test_what_the_disk_holds_opens_as_documented_with_the_passphrase_and_with_no_other")
@pytest.mark.whole_browser
def test_another_passphrase_opens_nothing(
    phone: Browser, interviewer: Interviewer, passphrase: str, organisation: Organisation, node_server: Server
) -> None:
    to_text(begun(interviewer, passphrase))
    phone.kill()
    node_server.kill()
    again = Interviewer(phone.start(), interviewer.address)
    again.open(offline_ready=False)
    again.find("#person").fill("interviewer-1")
    again.find("#passphrase").fill(passphrase + "x")
    again.act("sign-in")
    assert "does not open the keys" in again.wait_for_complaint()
    assert again.draft_states() == []
    assert SAID not in again.page.content()
    assert search([phone.folder], [SAID, passphrase]) == []


def test_what_the_disk_holds_opens_as_documented_with_the_passphrase_and_with_no_other(
    interviewer: Interviewer, passphrase: str
) -> None:
    to_text(begun(interviewer, passphrase))
    (draft,) = interviewer.page.evaluate(ON_DISK)
    assert "kept" not in draft, "it lies apart, so that it can be thrown away"
    (share,) = kept(interviewer)
    assert SAID.encode() in opened(draft, passphrase, kept_share(draft, passphrase, share))
    with pytest.raises(InvalidTag):
        kept_share(draft, passphrase + "x", share)


# interview/draft/kept_shares.test.mjs
@pytest.mark.long(short="tests/web/interview/test_modules.py::test_the_suites_hold_in_node")
def test_once_the_organisation_wants_the_node_the_share_is_thrown_away_and_the_draft_opens_near_it(
    phone: Browser, interviewer: Interviewer, passphrase: str, organisation: Organisation, node_server: Server
) -> None:
    to_text(begun(interviewer, passphrase))
    assert len(buckets(interviewer)) == 1
    phone.kill()
    node_server.stop()
    rosters.adopt(node_server.home, rosters.after(organisation, organisation.roster, drafts={"share": "node"}))
    node_server.start()
    again = begun(Hurried(phone.start(), interviewer.address), passphrase)
    again.resume()
    again.act("pause")
    wait_until(lambda: buckets(again) == [], "the share to go")
    again.unlock(passphrase)
    again.wait_for("n_text")
    assert text_of(again) == SAID
