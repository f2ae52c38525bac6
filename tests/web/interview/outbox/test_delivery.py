"""From the phone onwards: answers get lost, windows race, no node is near; each arrives once and none is dropped."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from tests.support.canaries.search import search
from tests.support.interview.driver import Interviewer
from tests.support.interview.opened_testimonies import Reader
from tests.support.journeys.phones import Browser
from tests.support.journeys.stations import Server, wait_until

HELPS = "Im März bei Bregana, ein Mann mit einem Wolpertinger auf der Mütze hat gefragt."


@pytest.fixture
def sealed(interviewer: Interviewer, passphrase: str, node_server: Server) -> Interviewer:
    """One testimony waits on the phone: the node was switched off before it was sealed."""
    interviewer.open()
    interviewer.sign_in("interviewer-1", passphrase)
    node_server.stop()
    interviewer.to_account(purposes=["P01"])
    interviewer.act("stop")
    interviewer.act("keep")
    interviewer.seal()
    assert interviewer.states() == ["waiting"]
    return interviewer


def arrives(interviewer: Interviewer) -> None:
    interviewer.act("send-now")
    wait_until(lambda: interviewer.states() == ["node"], "the node's receipt")


# interview/outbox/media_delivery.test.mjs
@pytest.mark.long(short="tests/web/interview/test_modules.py::test_the_suites_hold_in_node")
def test_an_answer_that_gets_lost_makes_no_second_testimony(
    sealed: Interviewer, node_server: Server, reader: Callable[[str], Reader]
) -> None:
    lost: list[int] = []

    def lose(route: Route) -> None:
        lost.append(route.fetch().status)  # the node took it in, and the phone does not hear of it
        route.abort()

    sealed.page.route("**/sync/batch", lose)
    node_server.start()
    sealed.act("send-now")
    wait_until(lambda: sealed.states() == ["waiting"] and bool(lost), "the node to take it in")
    assert lost == [200]
    node_server.kill()
    node_server.start()
    sealed.page.unroute("**/sync/batch")
    arrives(sealed)
    node_server.stop()
    assert len(reader("lawyer-1").manifests()) == 1


# interview/outbox/store.test.mjs
@pytest.mark.long(short="tests/web/interview/test_modules.py::test_the_suites_hold_in_node")
def test_two_windows_that_deliver_at_once_deliver_once(
    sealed: Interviewer, node_server: Server, reader: Callable[[str], Reader]
) -> None:
    second = sealed.page.context.new_page()
    other = Interviewer(second, sealed.address)
    other.open(offline_ready=False)
    node_server.start()
    other.act("outbox")
    sealed.act("send-now")
    wait_until(lambda: sealed.states() == other.states() == ["node"], "both windows to know")
    node_server.stop()
    assert len(reader("lawyer-1").manifests()) == 1


def test_a_file_brings_it_to_a_node_and_the_receipts_bring_it_off_the_waiting_list(
    sealed: Interviewer, node_server: Server, tmp_path: Path, reader: Callable[[str], Reader]
) -> None:
    sealed.page.route("**/sync/**", lambda route: route.abort())  # this phone reaches no node
    sealed.page.locator("details.more summary").first.click()
    with sealed.page.expect_download() as saving:
        sealed.act("save-file")
    carried = tmp_path / saving.value.suggested_filename
    saving.value.save_as(carried)
    assert carried.name.startswith("notes-")
    assert sealed.states() == ["waiting"]
    expect(sealed.page.locator("[data-outbox] [data-rule]")).to_contain_text("file")
    node_server.start()
    receipts = hand_in(sealed.page.context.new_page(), sealed.address, carried, tmp_path)
    sealed.page.set_input_files("[data-receipts]", receipts)
    wait_until(lambda: sealed.states() == ["node"], "the receipt to be read")
    sealed.act("clear-delivered")
    wait_until(lambda: sealed.states() == [], "the list to be cleared")
    node_server.stop()
    assert len(reader("lawyer-1").manifests()) == 1


def hand_in(page: Page, address: str, file: Path, folder: Path) -> Path:
    """The file into the node, on its own page; the file of receipts back."""
    page.goto(f"{address}/en/carry")
    page.set_input_files("[data-carry-file]", file)
    expect(page.locator("[data-carry-said]")).to_contain_text("1 of 1")
    with page.expect_download() as saving:
        page.click("[data-carry-receipts]")
    back = folder / saving.value.suggested_filename
    saving.value.save_as(back)
    return back


@pytest.mark.long(
    short="tests/web/interview/outbox/test_rows.py::"
    "test_two_of_one_day_are_told_apart_after_a_kill_without_the_node_too_and_a_withdrawal_wants_the_passphrase"
)
def test_a_phone_started_without_the_node_opens_from_the_home_screen_and_begins_an_interview(
    phone: Browser, interviewer: Interviewer, passphrase: str, node_server: Server
) -> None:
    interviewer.open()
    interviewer.sign_in("interviewer-1", passphrase)
    node_server.stop()
    phone.kill()
    page = phone.start()
    again = Interviewer(page, interviewer.address)
    page.goto(f"{again.address}/interview/")
    page.wait_for_selector("html[data-ready=true]")
    again.sign_in("interviewer-1", passphrase)
    again.begin()
    again.saved()
    assert again.card == "safety"


def test_single_uses_are_taken_back_out_of_reach_and_go_first_sealed_to_who_acts_on_them(
    sealed: Interviewer, node_server: Server, reader: Callable[[str], Reader]
) -> None:
    """An interviewer whose phone has no row for it asks the lawyers; nobody else can read it."""
    page = sealed.page
    sealed.act("take-back-uses")
    sealed.wait_for("uses")
    sealed.act("take-back-ticked")
    expect(page.locator("[data-error]")).to_have_text("Nothing is ticked.")
    page.locator("[data-use][data-purpose=P06]").check()
    sealed.act("take-back-ticked")
    sealed.wait_for("outbox")
    wait_until(lambda: sealed.states() == ["waiting"] * 2, "a line for what was taken back")
    said = page.locator("[data-outbox] [data-kind=uses]")
    expect(said.locator("[data-state-text]")).to_contain_text("goes before everything else")
    expect(said.locator("[data-taking]")).to_be_hidden()
    expect(page.locator("[data-use]:checked")).to_have_count(0)
    page.locator("details", has=page.locator("[data-request]")).locator("summary").click()
    page.locator("[data-request]").fill(HELPS)
    sealed.act("ask-withdrawal")
    expect(page.locator("[data-request-said]")).to_be_visible()
    wait_until(lambda: sealed.states() == ["waiting"] * 3, "a line for the request")
    node_server.start()
    sealed.act("send-now")
    wait_until(lambda: sealed.states() == ["node"] * 3, "the node's receipts")
    node_server.stop()
    assert reader("lawyer-1").requests() == [("0" * 32, HELPS)]
    assert search([node_server.home], [HELPS]) == []
    [manifest] = reader("lawyer-1").manifests()
    [(tid, events)] = reader("lawyer-1").said()
    assert tid == manifest.value["tid"]
    assert [(one["event"], one["purpose"], one["recipient"]) for one in events] == [("WITHDRAW", "P06", "public")]
