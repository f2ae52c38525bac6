"""The page of withdrawal for a witness who does not read: what it says is heard on a tap, and nothing is kept of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from playwright.sync_api import Browser as Chrome
from playwright.sync_api import expect

from testimony.canonical import sha256_hex
from testimony.domain.testimony.languages import SCRIPTS
from testimony.sealing.keys.key_file import KeyFile
from testimony.sealing.roster.wording import Clip
from testimony.services.enrolment.organisation import Organisation
from testimony.services.roster import adoption
from testimony.services.wordings import sentences, wordings
from testimony.station.station import Station
from tests.support.services import rosters
from tests.support.services.checked_wordings import wording_of
from tests.support.web.browser import Browser, Served
from tests.support.web.ogg_voice import silence

TAG = "ar"
LISTEN = "استماع"
OTHERS = frozenset(f"page.{name}" for name in ("name", "demonstration", "draft", "javascript", "listen", "languages"))
"""What is read and never played."""
Recorded = dict[str, bytes]


@pytest.fixture
def record(organisation: Organisation) -> Callable[..., Recorded]:
    """Put a wording of all sentences in force at a station: their recordings by key."""
    keeper = organisation.keeper("lawyer-1")
    signer = KeyFile.open((organisation.folder / keeper.file).read_bytes(), keeper.passphrase).signer
    assert signer is not None

    def put(station: Station, **changes: Any) -> Recorded:
        said = rosters.told_by(organisation.roster)
        made = {
            key: silence(1, 200 + at) for at, key in enumerate(sentences.always_checked(said, TAG)) if key not in OTHERS
        }
        clips = {
            key: Clip(sha256=sha256_hex(data), size=len(data), ms=1000, type="audio/ogg") for key, data in made.items()
        }
        record, _ = wording_of(said, signer, TAG, recorded=(), clips=clips, **changes)
        named = said | {"wordings": {TAG: record.id}}
        adoption.adopt_all(station, [rosters.after(organisation, organisation.roster, organisation=named)])
        wordings.keep(station, record)
        for data in made.values():
            wordings.keep_clip(station, data)
        return made

    return put


def offered(page: str) -> list[str]:
    """The sentences that a page offers to play."""
    return re.findall(rf'data-sound="/withdraw/{TAG}/sounds/([^"]+)"', page)


@pytest.mark.parametrize("role", ["field", "central"])
def test_each_sentence_of_the_page_is_heard_and_no_browser_keeps_it(
    role: str, browser: Callable[..., Browser], opened: Callable[[str], Station], record: Callable[..., Recorded]
) -> None:
    one, made = browser(role, started=False), record(opened(role))
    page = one.get(f"/withdraw/{TAG}").text
    assert "data-draft" not in page, "each of its sentences was checked"
    own = {key for key in made if key.startswith(("page.", "words.withdraw_")) or key in sentences.PAGE_ANSWERS}
    uses = {key for key in made if key.startswith("gives.")} - {"gives.P01"}
    assert set(offered(page)) == own | uses
    for sentence in ("page.certain", "words.yes", sorted(uses)[0]):
        answer = one.get(f"/withdraw/{TAG}/sounds/{sentence}")
        assert (answer.status_code, answer.data, answer.mimetype) == (200, made[sentence], "audio/ogg")
        assert answer.headers["Cache-Control"] == "no-store"
        assert "sandbox" in answer.headers["Content-Security-Policy"]
        assert "Set-Cookie" not in answer.headers


def test_a_part_of_a_sound_is_given_to_browsers_that_ask_for_parts(
    browser: Callable[..., Browser], opened: Callable[[str], Station], record: Callable[..., Recorded]
) -> None:
    one, made = browser("central", started=False), record(opened("central"))
    part = one.get(f"/withdraw/{TAG}/sounds/page.some", headers={"Range": "bytes=0-1"})
    assert (part.status_code, part.data) == (206, made["page.some"][:2])
    assert part.headers["Content-Range"] == f"bytes 0-1/{len(made['page.some'])}"


def test_what_the_page_does_not_say_and_what_witnesses_did_not_understand_is_not_given(
    browser: Callable[..., Browser], opened: Callable[[str], Station], record: Callable[..., Recorded]
) -> None:
    one, station = browser("field"), opened("field")
    record(station)
    for tag, sentence in [
        (TAG, "told.who"),
        (TAG, "gives.P01"),
        (TAG, "page.draft"),
        ("fr", "page.some"),
        ("xx", "x"),
    ]:
        assert one.get(f"/withdraw/{tag}/sounds/{sentence}").status_code == 404, sentence
    assert all(offered(one.get(f"/withdraw/{tag}").text) == [] for tag in SCRIPTS if tag != TAG)


def test_recordings_that_nobody_tried_stay_silent(
    browser: Callable[..., Browser], opened: Callable[[str], Station], record: Callable[..., Recorded]
) -> None:
    one = browser("field")
    record(opened("field"), heard=False)
    assert offered(one.get(f"/withdraw/{TAG}").text) == []
    assert one.get(f"/withdraw/{TAG}/sounds/page.some").status_code == 404


def test_one_tap_plays_another_ends_it_and_a_new_step_is_silent(
    serve: Callable[[str], Served],
    opened: Callable[[str], Station],
    record: Callable[..., Recorded],
    chrome: Chrome,
) -> None:
    record(opened("field"))
    page = chrome.new_page(viewport={"width": 320, "height": 568})
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url.rpartition("/")[2]))
    page.goto(f"{serve('field').address}/withdraw/{TAG}")
    assert "words.withdraw_title" not in asked, "nothing is asked for before somebody taps"
    first = page.locator('[data-sound$="words.withdraw_title"]')
    other = page.locator('[data-sound$="words.withdraw_enter"]')
    assert first.get_attribute("aria-label") == f"{LISTEN}: {unescape(page.locator('h1').inner_text())}"
    first.click()
    expect(first).to_have_attribute("aria-pressed", "true")
    other.click()
    expect(first).to_have_attribute("aria-pressed", "false")
    expect(other).to_have_attribute("aria-pressed", "true")
    other.click()
    expect(other).to_have_attribute("aria-pressed", "false")
    first.click()
    expect(first).to_have_attribute("aria-pressed", "true")
    expect(first).to_have_attribute("aria-pressed", "false")  # it came to its end
    expect(page.locator("[data-failed]")).to_be_hidden()
    page.route("**/sounds/**", lambda route: route.abort())
    other.click()
    expect(page.locator("[data-failed]")).to_be_visible()
    expect(other).to_have_attribute("aria-pressed", "false")
    for size in ("", "200%"):
        page.evaluate("(size) => { document.documentElement.style.fontSize = size }", size)
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    page.close()
