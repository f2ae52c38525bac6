"""Sets a node up by its first pages in Chromium, as a coordinator with a laptop does, and answers as headquarters."""

from __future__ import annotations

from datetime import UTC, datetime

from playwright.sync_api import Page

from testimony.certificates.authority import Authority
from testimony.certificates.request import Request
from testimony.sealing.roster.admission import read_admission
from testimony.sealing.roster.chain import RosterChain
from testimony.services.certificates import store as certificate_store
from testimony.services.enrolment.organisation import Organisation
from testimony.services.roster import changes as roster_changes
from testimony.sync.bundle import trust as bundle_trust
from tests.support.services import rosters


def enter(page: Page, base: str, words: str, *, patience: float = 60) -> None:
    """Open the first page with the words that the machine shows."""
    page.set_default_timeout(patience * 1000)
    page.goto(f"{base}/en/start")
    page.fill("#token", words)
    page.get_by_role("button", name="Open", exact=True).click()
    page.get_by_role("heading", name="Set up this station").wait_for()


def set_clock(page: Page) -> None:
    """Set the clock of the machine to that of this one, and come back to the first page."""
    page.get_by_role("link", name="Clock and hotspot").click()
    page.get_by_role("button", name="Set the clock as on my device").click()
    page.get_by_text("The clock is set.").wait_for()
    page.get_by_role("link", name="Set up this station").click()
    page.get_by_role("heading", name="Set up this station").wait_for()


def make_station(page: Page, name: str) -> None:
    page.fill("#station", name)
    page.get_by_role("button", name="Make the station").click()
    page.get_by_role("heading", name="This station waits to be admitted").wait_for()


def join(page: Page, base: str, made: Organisation) -> None:
    """Take the request to headquarters, and bring back what admits the station."""
    asked = read_admission(page.request.get(f"{base}/enrolment.json").body())
    draft = roster_changes.admit(RosterChain(made.root, [made.roster]), asked)
    records = [made.roster, rosters.after(made, made.roster, devices=draft["devices"])]
    bundle = bundle_trust.write(made.root.data, records, [], [])
    page.set_input_files("#bundle", {"name": "roster-2.bundle", "mimeType": "", "buffer": bundle})
    page.get_by_role("button", name="Look at it").click()
    page.get_by_role("button", name="Headquarters said these words: join").click()
    page.get_by_role("heading", name="A certificate for phones").wait_for()


def certify(page: Page, base: str, ours: Authority) -> None:
    """Have the certificate for phones signed. The node serves phones soon after."""
    asked = Request.parse(page.request.get(f"{base}/node.req").body())
    signed = certificate_store.sign(ours, asked, now=datetime.now(UTC), days=90)
    page.set_input_files("#certificate", {"name": "node.crt", "mimeType": "", "buffer": signed})
    page.get_by_role("button", name="Take it in").click()
