"""In a real browser two sentences are recorded and heard, a language is checked, and its file verifies."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from testimony.sealing.roster.wording import verify_wording
from testimony.services.enrolment.organisation import Organisation
from testimony.station.station import Station
from testimony.sync.bundle.wordings import read_wording
from tests.support.each_time import each_time
from tests.support.journeys.phones import WITH_EARS
from tests.support.web.browser import Served, passphrase_of
from tests.support.web.browsers import axe
from tests.support.web.browsers.chromium import FLAGS
from tests.support.web.browsers.pages_in_chromium import enter, page
from tests.support.web.ogg_voice import silence

__all__ = ["page"]

CALLED = """() => ['record', 'play', 'remove'].map(act => document.activeElement.dataset.act === act
  && document.activeElement.closest('[data-sentence]').dataset.sentence).find(Boolean)"""


@pytest.fixture(scope="module")
def chrome(chromium: str) -> Iterator[Browser]:
    """With a microphone that beeps, and a person who allows it."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=[*FLAGS, *WITH_EARS])
        yield browser
        browser.close()


def row(page: Page, key: str) -> Any:
    return page.locator(f'[data-sentence="{key}"]')


def record(page: Page, key: str) -> None:
    """By the keyboard alone: Enter begins, Space ends."""
    one = row(page, key)
    one.locator('[data-act="record"]').focus()
    page.keyboard.press("Enter")
    expect(one).to_have_attribute("data-recording", "")
    page.wait_for_function(
        "key => document.querySelector(`[data-sentence='${key}'] meter`).value > 0 &&"
        " document.querySelector(`[data-sentence='${key}'] [data-clip-time]`).textContent >= '0:01'",
        arg=key,
    )
    page.keyboard.press("Space")
    expect(one).to_have_attribute("data-state", "kept")


def test_two_sentences_are_recorded_heard_and_checked_and_the_file_verifies(
    page: Page, serve: Callable[[str], Served], opened: Callable[[str], Station], organisation: Organisation
) -> None:
    desk = serve("lawyer")
    enter(page, desk, passphrase_of(organisation, "lawyer-1"))
    page.goto(f"{desk.address}/en/wordings/ps")
    first, second, third = (
        str(one.get_attribute("data-sentence")) for one in page.locator("[data-sentence]").all()[:3]
    )
    record(page, first)
    expect(page.locator("[data-said]")).to_contain_text("Next: sentence 2 of")
    assert page.evaluate(CALLED) == second
    record(page, second)
    assert page.evaluate(CALLED) == third
    expect(page.locator("[data-count]").first).to_contain_text("Recorded: 2 of")
    row(page, first).locator('[data-act="play"]').click()
    expect(row(page, first).locator('[data-act="play"]')).to_contain_text("Stop playing")
    expect(row(page, first).locator('[data-act="play"]')).to_have_text("▶Play")
    page.locator('[data-act="sign-checked"]').click()
    expect(page.locator("[data-said]")).to_have_text("Write the name of the second speaker first.")
    page.keyboard.type("Zarmina Example")
    page.locator('[data-act="sign-checked"]').click()
    expect(page.locator("#checker-agrees")).to_be_focused()
    page.keyboard.press("Space")
    with page.expect_download() as download:
        page.locator('[data-act="sign-checked"]').click()
    assert download.value.suggested_filename == "wording-ps-2026-01-20.bin"
    expect(page.locator("[data-saved-said]")).to_contain_text("checked by Zarmina Example, with recordings: 2")
    with Path(download.value.path()).open("rb") as file:
        read = read_wording(file)
    wording = verify_wording(read.record, opened("lawyer").chain.latest)
    assert (wording.checked, set(wording.clips)) == ("Zarmina Example", {first, second})
    assert {clip.type for clip in wording.clips.values()} == {"audio/webm"}
    page.reload()
    expect(row(page, second)).to_have_attribute("data-state", "kept")


def test_a_file_is_chosen_or_refused_in_words_and_a_recording_deleted_by_a_second_press(
    page: Page, serve: Callable[[str], Served], organisation: Organisation
) -> None:
    desk = serve("coordinator")
    enter(page, desk, passphrase_of(organisation, "coordinator-1"))
    page.goto(f"{desk.address}/en/wordings/ur")
    one = row(page, "told.who")
    said, choose = page.locator("[data-said]"), one.locator('input[type="file"]')
    choose.set_input_files({"name": "a.ogg", "mimeType": "audio/ogg", "buffer": b"no sound" * 100})
    expect(said).to_contain_text("this browser cannot play it")
    choose.set_input_files({"name": "a.ogg", "mimeType": "audio/ogg", "buffer": bytes(300_000)})
    expect(said).to_contain_text("at most 256 KiB")
    choose.set_input_files({"name": "a.wav", "mimeType": "audio/ogg", "buffer": wave()})
    expect(said).to_contain_text("no sound that phones can play")
    choose.set_input_files({"name": "a.ogg", "mimeType": "", "buffer": silence(3, 200)})
    expect(one).to_have_attribute("data-state", "kept")
    expect(one.locator("[data-clip-time]")).to_have_text("0:03")
    remove = one.locator('[data-act="remove"]')
    remove.press("Enter")
    expect(remove).to_have_text("Delete it?")
    remove.press("Tab")
    expect(remove).to_have_text("Delete")
    remove.press("Enter")
    remove.press("Enter")
    expect(one).to_have_attribute("data-state", "none")
    expect(one.locator('[data-act="record"]')).to_be_focused()


def test_a_sentence_that_breaks_off_is_not_kept(
    page: Page, serve: Callable[[str], Served], organisation: Organisation
) -> None:
    desk = serve("lawyer")
    enter(page, desk, passphrase_of(organisation, "lawyer-1"))
    page.goto(f"{desk.address}/en/wordings/ps")
    page.evaluate(
        "() => { const asked = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);"
        "navigator.mediaDevices.getUserMedia = async (what) => (window.stream = await asked(what)); }"
    )
    one = row(page, "told.who")
    one.locator('[data-act="record"]').click()
    expect(one).to_have_attribute("data-recording", "")
    page.evaluate("() => window.stream.getTracks().forEach(track => track.stop())")
    expect(page.locator("[data-said]")).to_contain_text("Nothing was kept: the microphone was taken away.")
    expect(one).to_have_attribute("data-state", "none")


@pytest.mark.parametrize(
    ("lang", "scheme"), each_time([("en", "light"), ("fr", "dark"), ("es", "light"), ("ar", "dark")], ("ar", "dark"))
)
def test_both_pages_are_accessible_and_fit_from_right_to_left_too(
    lang: str,
    scheme: Any,
    chrome: Browser,
    serve: Callable[[str], Served],
    organisation: Organisation,
) -> None:
    desk = serve("lawyer")
    with chrome.new_context(color_scheme=scheme, bypass_csp=True, viewport={"width": 320, "height": 640}) as context:
        page = context.new_page()
        enter(page, desk, passphrase_of(organisation, "lawyer-1"), lang)
        for path in ("wordings/", "wordings/ur", "wordings/en"):
            page.goto(f"{desk.address}/{lang}/{path}")
            if path == "wordings/ur":
                page.locator('[data-act="record"]').first.click()
                expect(page.locator("[data-recording] [data-level]")).to_be_visible()
            assert page.evaluate("document.documentElement.scrollWidth") <= 320, path
            found = axe.violations(page)
            assert not found, [(each["id"], [node["html"] for node in each["nodes"]]) for each in found]


def wave() -> bytes:
    """A second of silence as every browser plays it and no phone is given it: RIFF."""
    rate = 8000
    head = b"RIFF" + (36 + rate).to_bytes(4, "little") + b"WAVEfmt " + (16).to_bytes(4, "little")
    form = (
        (1).to_bytes(2, "little") * 2
        + rate.to_bytes(4, "little") * 2
        + (1).to_bytes(2, "little")
        + (8).to_bytes(2, "little")
    )
    return head + form + b"data" + rate.to_bytes(4, "little") + b"\x80" * rate
