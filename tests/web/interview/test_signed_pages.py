"""A phone that saw a signed page takes no altered, older or unsigned one: the old page goes on and says so."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from testimony import canonical
from testimony.canonical import sha256_hex
from testimony.sealing.keys.wordlist import fingerprint_words
from testimony.sealing.records.signatures import ROOT_ALGORITHMS, Signer
from testimony.services.enrolment.organisation import Organisation
from tests.support.interview.altering_front import Front
from tests.support.interview.costs import LIGHTENED
from tests.support.interview.driver import Interviewer
from tests.support.interview.signed_pages import (
    FOUND,
    KEYS,
    MINUTE,
    REFUSED,
    ROSTER,
    WHOLE,
    SignedNode,
    goes_on,
    opened,
)
from tests.support.journeys.phones import Browser
from tests.support.journeys.stations import Server

FILES = "/interview/files"
WORKER = "/interview/sw.js"
PAGE = "/interview/en/"


@pytest.fixture(scope="module")
def organisation(
    organisation: Organisation, ports: Iterator[int], tmp_path_factory: pytest.TempPathFactory
) -> Organisation:
    """One whose roster names page keys, and whose page two of them signed."""
    folder = tmp_path_factory.mktemp("signed")
    home = Path(shutil.copytree(organisation.folder, folder / "org")) / "field"
    server = Server("field", home, folder, lambda: next(ports))
    server.changed, server.pages = LIGHTENED, folder / "pages"
    node = SignedNode(organisation, server)
    node.change(1)
    server.stop()
    return replace(organisation, folder=home.parent, roster=node.last)


@pytest.fixture
def signed(organisation: Organisation, node_server: Server) -> SignedNode:
    """The node of a phone that opened the signed page before."""
    return SignedNode(organisation, node_server)


def keeps_a_signed_page(phone: Browser, front: Front) -> str:
    """The phone keeps the signed page alone. Returns the SHA-256 of its roster."""
    page = opened(phone, front.address, "same")
    expect(page.locator(REFUSED)).to_be_hidden()
    assert page.evaluate(WHOLE) == 1
    roster: str = page.evaluate(ROSTER)
    return roster


def listed(body: bytes, **changes: Any) -> bytes:
    """The list of files that a node serves, with `changes`."""
    return json.dumps({**json.loads(body), **changes}).encode()


@pytest.mark.long(short="test_a_newer_page_is_taken_whole_when_the_old_one_is_closed_and_an_older_one_is_refused")
@pytest.mark.new_phone
def test_a_signed_page_is_kept_by_a_new_phone(phone: Browser, front: Front, organisation: Organisation) -> None:
    opened(phone, front.address, "kept")
    assert keeps_a_signed_page(phone, front) == organisation.roster.id


def test_an_altered_list_or_worker_and_an_unsigned_page_are_refused_and_another_phone_compares_by_a_picture(
    phone: Browser, front: Front, signed: SignedNode, passphrase: str
) -> None:
    roster = keeps_a_signed_page(phone, front)
    _another_phone_compares_the_page_by_a_picture(phone, front, signed)
    front.changes[PAGE] = lambda body: body.replace(b"</main>", b"<p>Anything</p></main>")

    def altered(body: bytes) -> bytes:
        said = json.loads(body)
        record = json.loads(said["signed"]["record"])
        record["version"] = 2
        next(one for one in record["files"] if one["path"] == PAGE)["sha256"] = "ab" * 32
        said["signed"]["record"] = json.dumps(record, separators=(",", ":"), sort_keys=True)
        return listed(body, signed=said["signed"], files=record["files"])

    front.changes[FILES] = altered
    goes_on(opened(phone, front.address, "unsigned"), roster)
    front.changes.clear()
    front.changes[WORKER] = lambda body: body + b"\n"
    goes_on(opened(phone, front.address, "worker"), roster)
    front.changes.clear()
    front.changes[FILES] = lambda body: listed(body, signed=None)
    signed.change(None, lawyers="Mara Example and Ana Newcomer")
    page = opened(phone, front.address, "unsigned")
    goes_on(page, roster)
    Interviewer(page, front.address).sign_in("interviewer-1", passphrase)  # the old page is of use
    goes_on(opened(phone, front.address, "unsigned"), roster)


def test_a_newer_page_is_taken_whole_when_the_old_one_is_closed_and_an_older_one_is_refused(
    phone: Browser, front: Front, signed: SignedNode
) -> None:
    """One that was altered, or did not come to its end, leaves the old one whole; two lost page keys are replaced by a
    roster.
    """
    older: dict[str, Any] = json.loads(signed.statement())
    roster = keeps_a_signed_page(phone, front)
    newer = signed.change(2, lawyers="Mara Example and Ana Newcomer")
    roster = _altered_or_lost_in_the_middle_it_leaves_the_old_one_whole(phone, front, PAGE, roster, newer)
    front.changes[FILES] = lambda body: listed(body, signed=older)
    goes_on(opened(phone, front.address, "older"), roster)
    front.changes.clear()
    new = (KEYS[2], Signer.generate(ROOT_ALGORITHMS), Signer.generate(ROOT_ALGORITHMS))
    newest = signed.change(3, keys=new, lawyers="Mara Example and Ana Newcomer")
    opened(phone, front.address, "kept")
    assert opened(phone, front.address, "same").evaluate(ROSTER) == newest


@pytest.mark.long(short="test_a_newer_page_is_taken_whole_when_the_old_one_is_closed_and_an_older_one_is_refused")
def test_altered_in_a_language_of_witnesses_a_signed_page_leaves_the_old_one_whole(
    phone: Browser, front: Front, signed: SignedNode
) -> None:
    roster = keeps_a_signed_page(phone, front)
    newer = signed.change(2, lawyers="Mara Example and Ana Newcomer")
    _altered_or_lost_in_the_middle_it_leaves_the_old_one_whole(phone, front, "/interview/said/ps", roster, newer)


def _altered_or_lost_in_the_middle_it_leaves_the_old_one_whole(
    phone: Browser, front: Front, path: str, roster: str, newer: str
) -> str:
    """Until the newer page is there. Returns the SHA-256 of its roster."""
    front.changes[path] = lambda body: body + b" "
    goes_on(opened(phone, front.address, "altered"), roster)
    front.changes.clear()
    front.lost = "/interview/en/cards"
    page = opened(phone, front.address, "away")
    assert (page.evaluate(ROSTER), page.evaluate(WHOLE)) == (roster, 1)
    expect(page.locator(REFUSED)).to_be_hidden()
    front.lost = ""
    assert opened(phone, front.address, "kept").evaluate(ROSTER) == roster
    assert keeps_a_signed_page(phone, front) == newer
    return newer


@pytest.mark.long(short="test_a_newer_page_is_taken_whole_when_the_old_one_is_closed_and_an_older_one_is_refused")
def test_a_phone_killed_in_the_middle_has_the_old_page_whole(phone: Browser, front: Front, signed: SignedNode) -> None:
    roster = keeps_a_signed_page(phone, front)
    newer = signed.change(2, lawyers="Mara Example and Ana Newcomer")
    front.lost = "/interview/en/cards"
    front.asked.clear()
    phone.close()
    page = phone.start()
    page.goto(f"{front.address}/interview/en/")
    while "/interview/en/cards" not in front.asked:
        page.wait_for_timeout(50)
    phone.kill()
    page = opened(phone, front.address, "away")
    assert (page.evaluate(ROSTER), page.evaluate(WHOLE)) == (roster, 1)
    front.lost = ""
    opened(phone, front.address, "kept")
    assert opened(phone, front.address, "same").evaluate(ROSTER) == newer


@pytest.mark.long(short="tests/web/interview/test_modules.py::test_the_suites_hold_in_node")
def test_a_roster_without_page_keys_ends_no_continuity(phone: Browser, front: Front, signed: SignedNode) -> None:
    roster = keeps_a_signed_page(phone, front)
    signed.forget_keys()
    goes_on(opened(phone, front.address, "unsigned"), roster)


def _another_phone_compares_the_page_by_a_picture(phone: Browser, front: Front, signed: SignedNode) -> None:
    who = Interviewer(phone.page, front.address)
    who.act("organisation")
    expect(who.page.locator("[data-pages-qr] svg").first).to_be_visible()
    words = who.page.locator("[data-pages-words]").first.text_content() or ""
    files = json.loads(json.loads(signed.statement())["record"])["files"]
    digest = sha256_hex(canonical.encode(files))
    assert words == fingerprint_words(digest)
    for scanned, said in ((digest, "have the same page"), ("0" * 64, "has another page")):
        who.page.goto("about:blank")
        who.page.goto(f"{front.address}{PAGE}#pages={scanned}")
        who.page.wait_for_function(FOUND, timeout=MINUTE)
        expect(who.page.locator("[data-error]")).to_contain_text(said)
        assert "#" not in who.page.url
