"""In a real browser a recording is heard up to its gap, noted, and played from the note; a picture is looked at."""

from __future__ import annotations

import base64
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser as Chrome
from playwright.sync_api import Page

from testimony.canonical import sha256_hex
from testimony.sealing.roster.chain import RosterChain
from testimony.sealing.testimony.media import Medium
from testimony.sealing.testimony.testimony import SealedTestimony
from testimony.services.demo import demo
from testimony.services.enrolment.organisation import Organisation
from testimony.services.intake.intake import take_in
from testimony.station.station import Station
from tests.support.services.batches import told
from tests.support.services.pictures import jpeg
from tests.support.web.browser import NOW, Served, passphrase_of
from tests.support.web.browsers.pages_in_chromium import enter
from tests.support.web.ogg_voice import silence

SECONDS = 30
KEEP = os.environ.get("TESTIMONY_SCREENSHOTS", "")
TONE = """async () => {  // a voice that speaks and falls silent, in the browser's own format
  const context = new AudioContext();
  const target = context.createMediaStreamDestination();
  const tone = context.createOscillator();
  const gain = context.createGain();
  tone.connect(gain).connect(target);
  const now = context.currentTime;
  [1, 0.2, 0.9, 0, 0, 0, 0, 0, 0.7, 1].forEach((loud, part) => gain.gain.setValueAtTime(loud, now + part * 0.8));
  tone.start();
  const recorder = new MediaRecorder(target.stream, { mimeType: "audio/webm;codecs=opus" });
  const chunks = [];
  recorder.ondataavailable = (event) => chunks.push(event.data);
  recorder.start(500);
  await new Promise((done) => setTimeout(done, 8000));
  await new Promise((done) => { recorder.onstop = done; recorder.stop(); });
  const bytes = new Uint8Array(await new Blob(chunks).arrayBuffer());
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}"""


@pytest.fixture
def page(chrome: Chrome) -> Iterator[Page]:
    """A narrow page whose scripts raise nothing; a recording that is left in the middle may well be cut off."""
    raised: list[str] = []
    context = chrome.new_context(viewport={"width": 360, "height": 740})
    page = context.new_page()
    page.on("pageerror", lambda error: raised.append(str(error)))
    yield page
    context.close()
    assert not raised


def seal(organisation: Organisation, *media: Medium) -> SealedTestimony:
    chain = RosterChain(organisation.root, [organisation.roster])
    account = {**told(0, ("P01", "P04", "P06")), "also": ["P02", "P03"]}
    return demo.seal_invented(organisation, chain, account, number=0, taken_down=NOW, withdraw=None, media=media)


def picture(one: Page, name: str) -> None:
    if KEEP:
        one.screenshot(path=Path(KEEP) / f"{name}.png", full_page=True)


def test_a_recording_is_heard_noted_and_played_from_the_note(
    page: Page, serve: Callable[[str], Served], opened: Callable[[str], Station], organisation: Organisation
) -> None:
    desk = serve("lawyer")
    page.goto(f"{desk.address}/en/start")
    voice = silence(SECONDS)
    spoken = base64.b64decode(page.evaluate(TONE))
    sealed = seal(
        organisation,
        Medium(kind="voice", type="audio/webm", data=spoken, seconds=8),
        Medium(kind="voice", type="audio/ogg", data=voice, seconds=SECONDS),
        Medium(kind="picture", type="image/jpeg", data=jpeg((600, 400))),
    )
    bodies = {part["part"]: part["body"] for part in sealed.record.value["parts"]}
    late = bodies["media-005"]  # behind the list, the first recording and two pieces of the second
    items = [item for item in demo.incoming(sealed) if sha256_hex(item.payload) != late]
    take_in(opened("lawyer"), items)
    enter(page, desk, passphrase_of(organisation, "lawyer-1"))
    address = f"{desk.address}/en/testimony/{sealed.record.value['tid']}"
    page.goto(address)
    first, second = page.locator('[data-medium="1"]'), page.locator('[data-medium="2"]')
    first.locator("[data-player]").scroll_into_view_if_needed()
    page.wait_for_function("""() => document.querySelector('[data-medium="1"] .wave').getAttribute("d")""")
    said = first.locator("[data-state]").inner_text()
    assert said.startswith("Without sound, for three seconds or more: 0:0"), said

    line = first.locator("input[type=range]")
    line.focus()
    line.press("ArrowRight")
    page.wait_for_function("""() => document.querySelector('[data-medium="1"] audio').currentTime === 5""")
    assert (line.get_attribute("aria-valuetext") or "").startswith("0:05 of 0:0")
    line.press(">")
    speed = first.locator("audio").evaluate("one => [one.playbackRate, one.preservesPitch]")
    assert speed == [1.25, True]
    line.press("n")
    assert page.evaluate("document.activeElement.id") == "note-text"
    page.keyboard.type("k n Here it breaks off.")
    assert first.locator("audio").evaluate("one => one.paused"), "letters in a field are letters"
    page.keyboard.press("Control+s")
    page.wait_for_selector("[data-notes] [data-said].good")
    picture(page, "testimony-en-360")
    page.reload()
    page.locator("[data-note] [data-act=play]").click()
    page.wait_for_function("""() => {
      const one = document.querySelector('[data-medium="1"] audio');
      return !one.paused && one.currentTime >= 5;
    }""")

    second.locator("input[type=range]").focus()
    page.wait_for_function(
        """() => document.querySelector('[data-medium="2"] [data-state]').textContent.includes("up to the first gap")"""
    )
    second.locator("audio").evaluate("one => { one.playbackRate = one.defaultPlaybackRate = 8; one.muted = true; }")
    second.locator("[data-act=play]").click()
    page.wait_for_function(
        """() => document.querySelector('[data-medium="2"] [data-state]').textContent.includes("up to the gap, at")"""
    )
    assert page.evaluate("document.documentElement.scrollWidth") <= 360

    page.locator("#note-text").fill("words that no desk takes")
    page.route("**/notes", lambda route: route.abort())
    page.click("text=Lock")
    page.wait_for_function(
        """() => document.querySelector("[data-notes] [data-said]").textContent.includes("Press Lock once more")"""
    )
    assert page.locator("#note-text").input_value() == "words that no desk takes"
    page.click("text=Lock")
    page.wait_for_url("**/unlock")

    page.fill("#passphrase", passphrase_of(organisation, "lawyer-1"))
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-tid]")
    page.goto(address)
    page.locator("#note-text").fill("words of somebody who went away")
    page.evaluate("document.querySelector('form[data-idle]').requestSubmit()")  # as the idle time does
    page.wait_for_url("**/unlock")


def test_a_picture_is_looked_at_closely_by_keys_and_buttons(
    page: Page, serve: Callable[[str], Served], opened: Callable[[str], Station], organisation: Organisation
) -> None:
    desk = serve("lawyer")
    good, bad = jpeg((1200, 800)), jpeg()[:-40]
    sealed = seal(organisation, *(Medium(kind="picture", type="image/jpeg", data=data) for data in (good, bad)))
    take_in(opened("lawyer"), demo.incoming(sealed))
    enter(page, desk, passphrase_of(organisation, "lawyer-1"))
    address = f"{desk.address}/en/testimony/{sealed.record.value['tid']}/picture"
    page.goto(f"{address}/1")
    page.wait_for_selector(".viewer.zooming")
    image, state = page.locator(".viewer img"), page.locator("p[data-state]")
    assert image.bounding_box()["width"] <= 360
    whole = state.inner_text()
    page.locator("#viewer").focus()
    page.keyboard.press("1")
    assert state.inner_text() == "Size 100%, turned by 0°"
    assert round(image.bounding_box()["width"]) == 1200
    page.keyboard.press("+")
    assert state.inner_text().startswith("Size 125%")
    page.locator("[data-act=turn]").click()
    box = image.bounding_box()
    assert box["height"] > box["width"]
    page.locator("[data-act=fit]").click()
    assert image.bounding_box()["height"] <= page.locator("#viewer").bounding_box()["height"] + 1
    page.locator("#viewer").hover()
    before = state.inner_text()
    page.mouse.wheel(0, -200)
    page.wait_for_function("""before => document.querySelector("p[data-state]").textContent !== before""", arg=before)
    assert whole
    picture(page, "picture-en-360")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.goto(f"{address}/2")
    page.wait_for_selector("p[data-state].bad")
    assert "breaks off or is damaged" in state.inner_text()
    page.goto(address.removesuffix("/picture"))
    page.locator('[data-medium="2"] summary').click()
    page.wait_for_selector('[data-medium="2"] [data-said].bad')
    assert "breaks off or is damaged" in page.inner_text('[data-medium="2"] [data-said]')
