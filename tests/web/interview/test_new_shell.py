"""A new version of the page waits until the old one is closed: nothing is exchanged under somebody's hands."""

from __future__ import annotations

import json

from playwright.sync_api import Page

from testimony.canonical import sha256_hex
from tests.support.interview.altering_front import Front
from tests.support.interview.driver import Interviewer
from tests.support.interview.signed_pages import WHOLE
from tests.support.journeys.phones import Browser
from tests.support.journeys.stations import wait_until

CACHES = "() => caches.keys().then(names => names.filter(name => name.startsWith('interview-')).sort())"
PAGE = "/interview/en/"
NEWER = b'<main id="newer">'


def renew(front: Front) -> None:
    """From now on the node serves the next version of a page, and lists it."""
    pages: list[bytes] = []

    def page(body: bytes) -> bytes:
        return body.replace(b"<main>", NEWER)

    def files(body: bytes) -> bytes:
        said = json.loads(body)
        entry = next(one for one in said["files"] if one["path"] == PAGE)
        entry["sha256"] = sha256_hex(page(pages[0]))
        return json.dumps(said).encode()

    pages.append(front.body(PAGE))
    front.changes |= {PAGE: page, "/interview/files": files}


def test_a_new_version_waits_until_the_page_is_closed_and_opened_again(
    front: Front, phone: Browser, page: Page, passphrase: str
) -> None:
    interviewer = Interviewer(page, front.address)
    interviewer.open()
    [old] = page.evaluate(CACHES)
    renew(front)
    interviewer.open()
    wait_until(lambda: page.evaluate(WHOLE) == 2, "the new version to be there")
    interviewer.sign_in("interviewer-1", passphrase)  # the old page goes on with its own pieces
    interviewer.begin()
    interviewer.saved()
    assert page.locator("#newer").count() == 0
    assert old in page.evaluate(CACHES)
    phone.close()
    again = phone.start()
    again.goto(f"{front.address}/interview/")
    wait_until(
        lambda: again.evaluate(CACHES) != [] and old not in again.evaluate(CACHES), "the new version to take over"
    )
    again.wait_for_selector("html[data-ready=true]")
    assert again.locator("#newer").count() == 1
