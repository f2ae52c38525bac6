"""An organisation with page keys, and its node that serves statements of its page's files."""

from __future__ import annotations

import json
import urllib.request
from typing import Any

from playwright.sync_api import Page, expect

from testimony.sealing.records.records import SignedRecord
from testimony.sealing.records.signatures import ROOT_ALGORITHMS, Signer
from testimony.sealing.roster.pages import PageFile, unsigned, with_signature
from testimony.sealing.roster.roster import Roster
from testimony.services.enrolment.organisation import Organisation
from testimony.services.roster import page_statement
from tests.support.interview.driver import Interviewer
from tests.support.journeys.phones import Browser
from tests.support.journeys.stations import Server
from tests.support.services import rosters

KEYS = tuple(Signer.generate(ROOT_ALGORITHMS) for _ in range(3))
WHOLE = """async () => {
  const names = (await caches.keys()).filter((name) => name.startsWith("interview-"));
  const marks = await Promise.all(names.map(async (name) => (await caches.open(name)).match("/interview/mark")));
  return marks.filter(Boolean).length;
}"""
"""How many sets of files the phone holds whole: two, while a newer page waits for the old one to be closed."""
FOUND = "() => document.documentElement.dataset.pages"
"""What the page found when it looked at what the node offers."""
REFUSED = "[data-pages-refused]"
MINUTE = 60_000
ROSTER = "() => JSON.parse(document.querySelector('#page-data').textContent).roster"
"""Of which roster the page on the screen is."""


def releases(*keys: Signer) -> dict[str, Any]:
    """`trust` of a roster that names these page keys."""
    return {"files": [], "releases": [[key.describe() for key in one.public_keys] for one in keys or KEYS]}


def served_at(address: str) -> list[PageFile]:
    """The files of the page as the node at `address` lists them."""
    with urllib.request.urlopen(f"{address}/interview/files") as answer:
        listed = json.loads(answer.read())["files"]
    return [PageFile(one["path"], one["sha256"], one["len"]) for one in listed]


def signed(files: list[PageFile], roster: Roster, *, version: int, day: str, keys: tuple[Signer, ...]) -> SignedRecord:
    """A statement about `files`, signed by two of `keys`."""
    record = unsigned(files, version=version, day=day)
    for key in keys[:2]:
        record = with_signature(record, key, roster)
    return record


def opened(phone: Browser, address: str, found: str) -> Page:
    """The page, opened anew, once it looked at what the node offers and found `found`."""
    phone.close()
    page = phone.start()
    Interviewer(page, address).open()
    page.wait_for_function(FOUND, timeout=MINUTE)
    assert page.evaluate(FOUND) == found
    return page


def goes_on(page: Page, roster: str) -> None:
    """The old page is there whole, and says that it refused another."""
    assert page.evaluate(ROSTER) == roster
    expect(page.locator(REFUSED)).to_be_visible()
    expect(page.locator(REFUSED)).to_contain_text("did not sign")
    assert page.evaluate(WHOLE) == 1


class SignedNode:
    """A node that is stopped and started for each change. `last`: its newest roster."""

    def __init__(self, made: Organisation, node: Server) -> None:
        self.made, self.node, self.last = made, node, made.roster

    def change(
        self, version: int | None, *, day: str = "2026-11-30", keys: tuple[Signer, ...] = KEYS, **told: Any
    ) -> str:
        """A newer roster that names `keys`, and its pages signed as `version` if it is given. Returns its SHA-256."""
        self._adopt(releases(*keys), told)
        if version is not None:
            self._sign(version, day, keys)
        return self.last.id

    def forget_keys(self, **told: Any) -> str:
        """A newer roster that names no page keys. Returns its SHA-256."""
        self._adopt({"files": []}, told)
        return self.last.id

    def _adopt(self, trust: dict[str, Any], told: dict[str, Any]) -> None:
        organisation = rosters.told_by(self.last, **told)
        self.last = rosters.after(self.made, self.last, organisation=organisation, trust=trust)
        self.node.take_over(self.last)

    def _sign(self, version: int, day: str, keys: tuple[Signer, ...]) -> None:
        """Of what the node serves now: its program is a little changed by the tests."""
        files = served_at(f"http://127.0.0.1:{self.node.port}")
        record = signed(files, Roster.parse(self.last.data), version=version, day=day, keys=keys)
        (self.node.home / page_statement.FILE).write_bytes(record.encode())

    def statement(self) -> bytes:
        """What the node serves as its statement."""
        return (self.node.home / page_statement.FILE).read_bytes()
