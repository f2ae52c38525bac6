"""A phone whose storage fills up: it warns, begins nothing that it cannot keep, and loses nothing of what was begun."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.support.interview.driver import Interviewer

MIB = 1024 * 1024
FULL = """full => {
  const { prototype } = IDBObjectStore;
  prototype.kept ??= prototype.put;
  prototype.put = full ? () => { throw new DOMException('full', 'QuotaExceededError'); } : prototype.kept;
}"""
FREE = "free => { navigator.storage.estimate = async () => ({ quota: free, usage: 0 }); }"


class Storage:
    """What the browser says is left, and whether it takes anything: newer ones say 10 GiB whatever there is."""

    def __init__(self, page: Page) -> None:
        self._page = page

    def says(self, free: int) -> None:
        self._page.evaluate(FREE, free)

    def takes(self, *, nothing: bool) -> None:
        self._page.evaluate(FULL, nothing)


@pytest.mark.comes_home
def test_it_warns_in_time_and_begins_nothing_without_room(signed_in: Interviewer) -> None:
    storage = Storage(signed_in.page)
    storage.says(20 * MIB)
    signed_in.act("outbox")
    signed_in.act("home")
    expect(signed_in.page.locator('[data-fact="room-low"]')).to_be_visible()
    storage.says(4 * MIB)
    signed_in.act("new-interview")
    assert "not enough room" in signed_in.wait_for_complaint()
    assert signed_in.card == "home"
    storage.says(1000 * MIB)
    signed_in.begin()
    assert signed_in.card == "safety"


@pytest.mark.comes_home
def test_what_does_not_fit_any_more_is_said_and_kept_until_it_does(signed_in: Interviewer) -> None:
    storage = Storage(signed_in.page)
    signed_in.to_account(purposes=["P01"])
    signed_in.act("stop")
    signed_in.act("keep")
    signed_in.to_sealing()
    signed_in.saved()
    storage.takes(nothing=True)
    signed_in.act("seal")
    assert "not sealed" in signed_in.wait_for_complaint()
    assert signed_in.card == "finish"
    storage.takes(nothing=False)
    signed_in.finish()
    assert len(signed_in.states()) == 1
