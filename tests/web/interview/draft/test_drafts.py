"""Unfinished interviews: two devices to open one, several on a phone, overdue ones ended, nothing lost unsaid."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag
from playwright.sync_api import Page, Route, expect
from sqlalchemy import func, select

from testimony.services.accounts import draft_shares
from testimony.services.enrolment.organisation import Organisation
from testimony.services.startup import open_station
from testimony.store.models.shares import ShareKeyRow
from tests.support.canaries.search import search
from tests.support.interview.drafts import (
    ON_DISK,
    SAID,
    SITTING_BUCKETS,
    full,
    online,
    opened,
    organisation,
    settings,
    text_of,
    to_text,
)
from tests.support.interview.driver import Interviewer
from tests.support.interview.opened_testimonies import Reader
from tests.support.interview.whole_interview import ALL, ANSWERS
from tests.support.journeys.phones import Browser
from tests.support.journeys.stations import Server, wait_until

__all__ = ["organisation"]

TEAR = """async () => {
  for (const name of (await navigator.storageBuckets.keys()).filter((name) => name.startsWith("draft-"))) {
    const bucket = await navigator.storageBuckets.open(name);
    await new Promise((done) => {
      bucket.indexedDB.open(name).onsuccess = ({ target: { result } }) => {
        const writing = result.transaction("draft", "readwrite");
        const store = writing.objectStore("draft");
        const slots = {};
        for (const slot of ["a", "b"]) store.get(slot).onsuccess = ({ target }) => {
          slots[slot] = target.result;
          if (slot !== "b") return;
          const newest = (slots.a?.seq ?? 0) > (slots.b?.seq ?? 0) ? "a" : "b";
          store.put({ ...slots[newest], bytes: slots[newest].bytes.slice(0, 100) }, newest);
        };
        writing.oncomplete = done;
      };
    });
  }
}"""
"""As if the power had gone while the newest snapshot was written."""
USE_UP = """() => new Promise((done) => indexedDB.open("interview").onsuccess = ({ target: { result } }) => {
  const clearing = result.transaction("stock", "readwrite");
  clearing.objectStore("stock").clear();
  clearing.oncomplete = done;
})"""
"""No key for a share is left on the phone."""


HELD = """() => {
  const set = self.setTimeout;
  self.setTimeout = (act, wait, ...given) => (wait === 3000 ? 0 : set(act, wait, ...given));
  navigator.storage.persisted = () => new Promise((done) => (self.answer = () => done(true)));
}"""
"""The browser answers about its storage when it is told to, and nobody goes on without the answer."""
PATIENT = "() => (AbortSignal.timeout = () => new AbortController().signal)"
"""The page waits for the node as long as it takes."""
OFTEN = """(() => {
  const set = self.setInterval;
  self.setInterval = (act, wait) => set(act, Math.min(wait, 1000));
})()"""
"""The page looks for the node every second, and not every 15."""


@pytest.fixture
def page(page: Page) -> Page:
    page.add_init_script(OFTEN)
    return page


def rows(who: Interviewer) -> list[str]:
    """The state of each unfinished interview on the home card."""
    lines = who.page.locator("[data-draft-list] li")
    return [str(state) for state in lines.evaluate_all("lines => lines.map(line => line.dataset.state)")]


def _state_of(who: Interviewer) -> str:
    """What the page says of the drafts and of the node, for a test that waits in vain."""
    said = who.page.evaluate("() => ({...document.documentElement.dataset})")
    return f"{rows(who)} {who.card} {said}"


def keys_at(home: Path) -> int:
    with open_station(home) as node, node.database.reading() as session:
        return session.execute(select(func.count()).select_from(ShareKeyRow)).scalar_one()


def begun_and_killed(
    phone: Browser, who: Interviewer, words: str, *, days_ago: float = 0, far: bool = False
) -> Interviewer:
    """An interview, its browser killed, and the same phone with its browser started again."""
    if days_ago:
        who.page.clock.install(time=datetime.now(UTC) - timedelta(days=days_ago))
    who.open()
    who.sign_in("interviewer-1", words)
    online(who)
    if far:
        to_text(who)
    else:
        who.begin()
        who.saved()
    phone.kill()
    page = phone.start()
    page.add_init_script(OFTEN)
    return Interviewer(page, who.address)


def back_out_of_reach(phone: Browser, who: Interviewer, words: str, node_server: Server) -> Interviewer:
    """An interview up to the person's own words, killed; the phone started again with the node switched off."""
    again = begun_and_killed(phone, who, words, far=True)
    node_server.stop()
    again.open(offline_ready=False)
    again.sign_in("interviewer-1", words)
    again.page.wait_for_selector("html[data-signed=offline]", timeout=30_000)
    return again


# Two devices


def test_killed_out_of_the_nodes_reach_a_draft_waits_and_opens_by_itself_when_the_node_is_near(
    phone: Browser, interviewer: Interviewer, passphrase: str, node_server: Server
) -> None:
    """Also near a busy node; and a tap that began before goes into it."""
    again = back_out_of_reach(phone, interviewer, passphrase, node_server)
    assert rows(again) == ["share"]
    assert "opens only near the node" in again.page.locator("[data-fact=opens-node]").inner_text()
    said = again.page.locator("[data-draft-list]").inner_text()
    assert "Nothing is lost. Go near the node" in said
    assert SAID not in again.page.content()
    again.act("resume")
    assert "Waits for the node" in again.wait_for_complaint()
    again.begin()  # another interview can begin meanwhile
    again.saved()
    again.act("pause")
    again.wait_for("locked")
    assert "the node must be near" in again.page.locator("[data-pause-node]").inner_text()
    again.unlock(passphrase)
    again.wait_for("safety")
    again.act("pause")
    again.act("other-person")
    again.sign_in("interviewer-1", passphrase)
    _near_a_busy_node_it_opens_by_itself_under_a_finger(again, node_server)
    online(again)
    again.act("pause")
    again.unlock(passphrase)
    again.wait_for("n_text")


def _near_a_busy_node_it_opens_by_itself_under_a_finger(again: Interviewer, node_server: Server) -> None:
    assert rows(again) == ["share"] * 2
    again.page.locator('[data-draft-list] [data-act="resume"]').last.hover()
    again.page.mouse.down()  # the finger is on the button while its line changes
    busy = {"Retry-After": "1"}
    again.page.route("**/shares/open", lambda route: route.fulfill(status=429, headers=busy, body="{}"))
    node_server.start()
    expect(again.page.locator("[data-draft-list]")).to_contain_text("The node is busy.", timeout=60_000)
    again.page.unroute("**/shares/open")
    wait_until(lambda: rows(again) == ["open"] * 2, "the node to open the drafts")
    again.page.mouse.up()
    again.wait_for("n_text")
    assert text_of(again) == SAID


@pytest.mark.long(short="test_killed_out_of_the_nodes_reach_a_draft_waits_and_opens_by_itself_when_the_node_is_near")
def test_it_opens_without_a_touch_once_the_node_is_near(
    phone: Browser, interviewer: Interviewer, passphrase: str, node_server: Server
) -> None:
    again = back_out_of_reach(phone, interviewer, passphrase, node_server)
    node_server.start()
    wait_until(lambda: rows(again) == ["open"], "the node to open the draft")
    again.act("resume")
    again.wait_for("n_text")
    assert text_of(again) == SAID


@pytest.mark.long(short="test_killed_out_of_the_nodes_reach_a_draft_waits_and_opens_by_itself_when_the_node_is_near")
def test_a_pause_out_of_the_nodes_reach_opens_with_the_passphrase(
    signed_in: Interviewer, passphrase: str, node_server: Server
) -> None:
    online(signed_in)
    to_text(signed_in)
    node_server.stop()
    signed_in.act("pause")
    signed_in.wait_for("locked")
    assert "the node must be near" in signed_in.page.locator("[data-pause-node]").inner_text()
    signed_in.unlock(passphrase)
    signed_in.wait_for("n_text")
    assert text_of(signed_in) == SAID


@pytest.mark.whole_browser
def test_a_stolen_phone_and_the_passphrase_open_nothing_without_the_node_and_a_stolen_node_holds_nothing(
    phone: Browser, interviewer: Interviewer, passphrase: str, node_server: Server, homes: Path
) -> None:
    again = begun_and_killed(phone, interviewer, passphrase, far=True)
    assert search([phone.folder], [SAID, passphrase]) == []
    again.page.goto(f"{again.address}/interview/en/")
    (draft,) = again.page.evaluate(ON_DISK)
    assert again.page.evaluate(SITTING_BUCKETS) == []
    node_server.stop()
    secrets = [SAID, passphrase, draft["id"], draft["share"]["sealed"], draft["wrapped"]]
    assert search([homes / "field"], secrets) == []
    with pytest.raises(InvalidTag):
        opened(draft, passphrase, b"")
    with open_station(homes / "field") as node, node.database.reading() as session:
        share = draft["share"]
        sealed = bytes.fromhex(share["sealed"])
        half = draft_shares.open_share(
            node, session, id=share["id"], at=share["station"], person="interviewer-1", sealed=sealed
        )
    with pytest.raises(InvalidTag):
        opened(draft, "another passphrase", half)
    assert SAID.encode() in opened(draft, passphrase, half), (
        "both together do open it, so the test tried the right thing"
    )
    node_server.start()
    _a_torn_slot_costs_the_last_saving_and_no_more(again, passphrase)
    _a_lost_phones_draft_is_gone_and_the_page_says_so(again, passphrase, homes)


def _a_torn_slot_costs_the_last_saving_and_no_more(again: Interviewer, passphrase: str) -> None:
    again.page.evaluate(TEAR)
    again.open()
    again.sign_in("interviewer-1", passphrase)
    wait_until(lambda: rows(again) == ["open"], "the draft")
    again.act("resume")
    # the saving before the torn one was made on the account's card: before the words, or with them and once more
    again.wait_for("n_text")
    assert text_of(again) in ("", SAID)


def _a_lost_phones_draft_is_gone_and_the_page_says_so(again: Interviewer, passphrase: str, homes: Path) -> None:
    with open_station(homes / "field") as node, node.database.transaction() as session:
        assert draft_shares.lose(node, session, "phone-1").people == ("interviewer-1",)
    again.open()
    again.sign_in("interviewer-1", passphrase)
    wait_until(lambda: rows(again) == ["gone"], "the node's answer")
    assert "destroyed its half" in again.page.locator("[data-draft-list]").inner_text()
    assert not again.page.locator('[data-act="resume"]').is_visible()


# interview/draft/store.test.mjs
@pytest.mark.long(short="tests/web/interview/test_modules.py::test_the_suites_hold_in_node")
def test_two_drafts_never_share_a_key_of_the_node(signed_in: Interviewer, passphrase: str) -> None:
    online(signed_in)
    for _ in range(3):
        signed_in.begin()
        signed_in.saved()
        signed_in.act("pause")
        signed_in.unlock(passphrase)
        signed_in.wait_for("safety")
        signed_in.act("pause")
        signed_in.act("other-person")
        signed_in.sign_in("interviewer-1", passphrase)
        online(signed_in)
    drafts = signed_in.page.evaluate(ON_DISK)
    assert len({draft["share"]["id"] for draft in drafts}) == len(drafts) == 3


def test_with_the_stock_used_up_and_the_node_away_it_is_said_and_mended_when_the_node_is_near(
    signed_in: Interviewer, passphrase: str, node_server: Server
) -> None:
    online(signed_in)
    signed_in.page.evaluate(USE_UP)
    node_server.stop()
    signed_in.act("new-interview")
    signed_in.wait_for("languages")
    assert "your passphrase alone" in signed_in.wait_for_complaint()
    expect(signed_in.find('[data-card="languages"] h2')).to_be_in_viewport(ratio=1)
    signed_in.choose("witness_language", "en")
    signed_in.next()
    signed_in.saved()
    (weak,) = signed_in.page.evaluate(ON_DISK)
    assert weak["share"] is None
    signed_in.act("pause")
    signed_in.unlock(passphrase)
    signed_in.wait_for("safety")
    node_server.start()
    online(signed_in)
    wait_until(lambda: [bool(draft["share"]) for draft in signed_in.page.evaluate(ON_DISK)] == [True], "the share")
    (strong,) = signed_in.page.evaluate(ON_DISK)
    assert strong["id"] != weak["id"], "the old one is thrown away with all that it stood in"
    signed_in.safety()
    signed_in.saved()
    signed_in.act("pause")
    signed_in.unlock(passphrase)
    signed_in.wait_for("told-1")


# interview/draft/key_shares.test.mjs
@pytest.mark.long(short="tests/web/interview/test_modules.py::test_the_suites_hold_in_node")
def test_a_tap_goes_into_the_draft_that_is_given_a_share_under_it(
    signed_in: Interviewer, passphrase: str, node_server: Server
) -> None:
    """It is begun again under another id, while the tap waits for the node."""
    online(signed_in)
    signed_in.page.evaluate(USE_UP)
    node_server.stop()
    signed_in.begin()
    signed_in.saved()
    signed_in.act("pause")
    signed_in.act("other-person")
    node_server.start()
    waiting: list[Route] = []
    signed_in.page.route("**/session/nonce", lambda route: waiting.append(route), times=1)
    signed_in.sign_in("interviewer-1", passphrase)
    wait_until(lambda: bool(signed_in.page.title() and waiting), "the phone to ask the node")
    signed_in.act("resume")
    signed_in.page.wait_for_selector('[data-act="resume"][data-busy]')
    waiting[0].continue_()
    signed_in.wait_for("safety")
    assert [bool(draft["share"]) for draft in signed_in.page.evaluate(ON_DISK)] == [True]


def test_deleted_out_of_reach_the_share_is_destroyed_when_the_node_is_near(
    signed_in: Interviewer, node_server: Server, homes: Path
) -> None:
    online(signed_in)
    signed_in.begin()
    signed_in.saved()
    (draft,) = signed_in.page.evaluate(ON_DISK)
    node_server.stop()
    signed_in.act("stop")
    signed_in.act("delete")
    signed_in.act("delete-really")
    signed_in.wait_for("outbox")
    assert signed_in.page.evaluate(ON_DISK) == []
    node_server.start()

    def destroyed() -> bool:
        with open_station(homes / "field") as node:
            return node.share_keys.find(draft["share"]["id"]) is None

    wait_until(destroyed, "the node to destroy the key")


# Several on one phone


def test_several_drafts_wait_beside_each_other_and_a_phone_that_changes_hands_shows_nothing_of_them(
    signed_in: Interviewer, passphrase: str, organisation: Organisation
) -> None:
    """Each comes back as it was."""
    online(signed_in)
    to_text(signed_in)
    signed_in.act("pause")
    signed_in.act("other-person")
    signed_in.sign_in("interviewer-1", passphrase)
    wait_until(lambda: rows(signed_in) == ["open"], "the first draft")
    signed_in.begin(witness_language="fr")
    signed_in.saved()
    signed_in.act("pause")
    signed_in.act("other-person")
    signed_in.sign_in("interviewer-1", passphrase)
    wait_until(lambda: rows(signed_in) == ["open", "open"], "both drafts", otherwise=lambda: _state_of(signed_in))
    newer, older = signed_in.page.locator("[data-draft-list] li").all()
    expect(newer).to_contain_text("français")
    expect(older).to_contain_text("English")
    for line in (newer, older):
        assert f"{datetime.now():%B}" in line.locator("[data-begun]").inner_text(), "a day in words, no ISO time"
    newer.locator('[data-act="discard-draft"]').click()
    assert "gone for ever" in signed_in.complaint()
    newer.locator('[data-act="discard-draft"]').click()
    wait_until(lambda: len(rows(signed_in)) == 1, "the newer one to go")
    assert len(signed_in.page.evaluate(ON_DISK)) == 1
    signed_in.act("resume")
    signed_in.wait_for("n_text")
    assert text_of(signed_in) == SAID
    _a_phone_that_changes_hands_shows_nothing_of_the_first_person(signed_in, passphrase, organisation)


def test_a_draft_that_the_node_opens_while_the_home_card_is_filled_is_offered_on_it(
    signed_in: Interviewer, passphrase: str
) -> None:
    page, held = signed_in.page, list[Route]()
    online(signed_in)
    signed_in.begin()
    signed_in.saved()
    signed_in.act("pause")
    signed_in.act("other-person")
    page.evaluate(PATIENT)
    page.route("**/shares/open", lambda route: held.append(route))
    signed_in.find("#person").fill("interviewer-1")
    signed_in.find("#passphrase").fill(passphrase)
    signed_in.act("sign-in")
    signed_in.wait_for("new-pin")
    wait_until(lambda: bool(page.title() and held), "the node to be asked", otherwise=lambda: _state_of(signed_in))
    page.evaluate(HELD)
    signed_in.act("skip-pin")
    page.wait_for_function("() => self.answer")
    held[0].continue_()
    online(signed_in)
    assert signed_in.card == "new-pin"
    page.evaluate("() => self.answer()")
    signed_in.wait_for("home")
    wait_until(lambda: rows(signed_in) == ["open"], "the draft to be offered", otherwise=lambda: _state_of(signed_in))


def _a_phone_that_changes_hands_shows_nothing_of_the_first_person(
    signed_in: Interviewer, passphrase: str, organisation: Organisation
) -> None:
    signed_in.act("pause")
    signed_in.act("other-person")
    signed_in.wait_for("sign-in")
    assert signed_in.page.locator("#person").input_value() == ""
    assert "interviewer-1" not in signed_in.page.content()
    second = next(keeper.passphrase for keeper in organisation.keepers if keeper.id == "interviewer-2")
    signed_in.sign_in("interviewer-2", second)
    online(signed_in)
    assert rows(signed_in) == []
    assert not any(word in signed_in.page.content() for word in (SAID, "interviewer-1"))
    signed_in.begin()
    signed_in.saved()
    signed_in.act("pause")
    signed_in.act("other-person")
    signed_in.sign_in("interviewer-1", passphrase)
    wait_until(lambda: rows(signed_in) == ["open"], "the first person's own draft alone")
    signed_in.act("resume")
    signed_in.wait_for("n_text")
    assert text_of(signed_in) == SAID


# Overdue


@pytest.mark.long(
    short="tests/web/interview/consent/test_roster_changes.py::"
    "test_an_overdue_interview_is_sealed_after_the_roster_that_was_named_and_agrees_to_nothing_of_a_newer_one"
)
def test_an_overdue_draft_with_consent_is_sealed_as_partial_and_it_is_said(
    phone: Browser,
    interviewer: Interviewer,
    passphrase: str,
    node_server: Server,
    reader: Callable[[str], Reader],
) -> None:
    again = begun_and_killed(phone, interviewer, passphrase, days_ago=2, far=True)
    again.open()
    again.sign_in("interviewer-1", passphrase)
    notice = again.page.locator("[data-notice]")
    expect(notice).to_be_visible(timeout=60_000)
    assert "sealed as far as it came" in notice.inner_text()
    assert rows(again) == []
    again.act("notice-read")
    expect(notice).not_to_be_visible()
    again.act("outbox")
    again.wait_for("outbox")
    wait_until(lambda: again.states() == ["node"], "the node's receipt")
    node_server.stop()
    (record,) = reader("lawyer-1").manifests()
    contents = reader("lawyer-1").open(record, "lawyers")
    assert contents["provenance"]["partial"] is True
    assert contents["narrative"]["statements"][0]["text"] == SAID


def test_an_overdue_draft_without_consent_is_destroyed_counted_and_it_is_said(
    phone: Browser,
    interviewer: Interviewer,
    passphrase: str,
    node_server: Server,
    reader: Callable[[str], Reader],
) -> None:
    again = begun_and_killed(phone, interviewer, passphrase, days_ago=1.1)
    again.open()
    again.sign_in("interviewer-1", passphrase)
    notice = again.page.locator("[data-notice]")
    expect(notice).to_be_visible(timeout=60_000)
    assert "It was deleted" in notice.inner_text()
    assert again.page.evaluate(ON_DISK) == []
    again.act("notice-read")
    expect(notice).not_to_be_visible()
    again.act("outbox")
    again.wait_for("outbox")
    wait_until(lambda: again.states() == [], "the refusal to be counted")
    node_server.stop()
    assert reader("lawyer-1").refusals() == 1
    assert reader("lawyer-1").manifests() == []


# interview/draft/store.test.mjs
@pytest.mark.long(short="tests/web/interview/test_modules.py::test_the_suites_hold_in_node")
@pytest.mark.parametrize("days_ago", [-2, 400])
def test_with_a_clock_that_must_be_wrong_nothing_is_sealed_or_destroyed_unasked(
    days_ago: float, phone: Browser, interviewer: Interviewer, passphrase: str
) -> None:
    again = begun_and_killed(phone, interviewer, passphrase, days_ago=days_ago)
    again.open()
    again.sign_in("interviewer-1", passphrase)
    wait_until(lambda: rows(again) == ["open"], "the draft")
    assert "clock of this phone" in again.page.locator("[data-draft-list]").inner_text()
    assert not again.page.locator("[data-notice]").is_visible()
    again.act("resume")
    again.wait_for("safety")


# Nothing typed is lost


@pytest.mark.long(
    short="tests/web/interview/draft/test_save_failures.py::"
    "test_a_full_phone_locks_without_losing_a_word_opens_again_and_is_written_to_while_it_is_locked"
)
def test_a_full_phone_is_said_keeps_the_words_on_the_screen_and_tries_again(
    signed_in: Interviewer, passphrase: str
) -> None:
    online(signed_in)
    to_text(signed_in)
    full(signed_in.page, True)
    signed_in.give("n_text", SAID + " and more")
    assert "Not saved" in signed_in.wait_for_complaint()
    assert text_of(signed_in) == SAID + " and more"
    full(signed_in.page, False)
    signed_in.saved()
    assert signed_in.complaint() == ""
    signed_in.act("pause")
    signed_in.unlock(passphrase)
    signed_in.wait_for("n_text")
    assert text_of(signed_in) == SAID + " and more"


# interview/draft/store.test.mjs
@pytest.mark.long(short="tests/web/interview/test_modules.py::test_the_suites_hold_in_node")
def test_a_refusal_that_was_counted_before_a_crash_is_not_counted_twice(
    signed_in: Interviewer, passphrase: str, node_server: Server, reader: Callable[[str], Reader]
) -> None:
    signed_in.begin()
    signed_in.saved()
    signed_in.act("pause")
    signed_in.act("stop-locked")
    signed_in.act("stop-locked")
    signed_in.wait_for("sign-in")
    owed = "settings => settings.owed"
    kept = settings(signed_in.page, owed)
    for _ in range(2):  # the second time as if the crash had come before the debt was struck out
        signed_in.sign_in("interviewer-1", passphrase)
        signed_in.act("outbox")
        wait_until(lambda: signed_in.states() == [], "the refusal to be counted")
        signed_in.act("home")
        signed_in.act("sign-out")
        settings(signed_in.page, owed, kept)
    node_server.stop()
    assert reader("lawyer-1").refusals() == 1


@pytest.mark.long(short="test_deleted_out_of_reach_the_share_is_destroyed_when_the_node_is_near")
def test_the_share_key_of_a_sealed_interview_is_destroyed(
    signed_in: Interviewer, node_server: Server, homes: Path
) -> None:
    online(signed_in)
    before = hashlib.sha256((homes / "field" / "share.keys").read_bytes()).digest()
    signed_in.to_account(purposes=ALL)
    signed_in.answer(ANSWERS)
    (draft,) = signed_in.page.evaluate(ON_DISK)
    signed_in.seal()

    def destroyed() -> bool:
        with open_station(homes / "field") as node:
            return node.share_keys.find(draft["share"]["id"]) is None

    wait_until(destroyed, "the node to destroy the key")
    assert hashlib.sha256((homes / "field" / "share.keys").read_bytes()).digest() != before
    assert signed_in.page.evaluate(ON_DISK) == []
