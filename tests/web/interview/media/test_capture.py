"""Recordings and pictures: only with a yes, kept as they come, heard and seen, really deleted, and bare of all else."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Playwright, Route, expect

from tests.support.interview.capture import AGREED, REFUSED, SECONDS, camera_file, choose, organisation, record
from tests.support.interview.consent import GO, MODULE, PATH
from tests.support.interview.driver import Interviewer
from tests.support.interview.exif import MAKER, PLACE, segments_of, size_of
from tests.support.interview.opened_testimonies import Reader
from tests.support.journeys.phones import SLOW, WITH_EARS, Browser
from tests.support.journeys.stations import Server, wait_until

__all__ = ["organisation"]
ITEMS = f"async () => (await ((name) => import({MODULE}))('pages/media/media.js')).mediaAtWork().list()"
BYTES = f"""async (id) => {{
  const load = (name) => import({MODULE});
  const {{ sitting }} = await load("pages/base/interview_state.js");
  const item = await (await load("pages/media/media.js")).mediaOf(sitting.phone).open(sitting.id, id);
  const slices = [];
  for await (const slice of item.slices) slices.push(slice);
  return btoa(slices.map((slice) => String.fromCharCode(...slice)).join(""));
}}"""
NO_BLOBS = """() => {
  globalThis.Blob = class {
    constructor() {
      throw new Error("the whole recording was put into memory");
    }
  };
}"""
DOTS = """async ([jpeg, places]) => {
  const bytes = Uint8Array.from(atob(jpeg), (letter) => letter.charCodeAt(0));
  const shown = await createImageBitmap(new Blob([bytes], { type: "image/jpeg" }));
  const brush = new OffscreenCanvas(shown.width, shown.height).getContext("2d");
  brush.drawImage(shown, 0, 0);
  return places.map(([x, y]) => [...brush.getImageData(x * shown.width, y * shown.height, 1, 1).data].slice(0, 3));
}"""


SILENT = "() => (AnalyserNode.prototype.getFloatTimeDomainData = (wave) => wave.fill(0))"
HIDE = """(hidden) => {
  const state = hidden ? "hidden" : "visible";
  Object.defineProperty(document, "visibilityState", { configurable: true, get: () => state });
  document.dispatchEvent(new Event("visibilitychange"));
}"""
NO_PICTURES = {
    "bomb.png": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + (30000).to_bytes(4, "big") * 2 + bytes(64), "too large"),
    "phone.jpg": (b"\0\0\0\x18ftypheic" + bytes(64), "This kind of picture cannot be opened here"),
    "words.jpg": (b"\xff\xd8\xff\xe0\0\x10JFIF\0 and then nothing of a picture at all", "This file is no picture"),
}
"""A small file that unpacks to gigabytes, what some phones keep, and garbage: each with its sentence."""


@pytest.fixture
def phone(
    playwright: Playwright, quick_chromium: str, profile: Path, model: dict[str, Any], node_server: Server
) -> Iterator[Browser]:
    """A small phone with a microphone that beeps."""
    browser = Browser(playwright, quick_chromium, profile, arguments=WITH_EARS, **model)
    yield browser
    browser.close()
    assert browser.complaints == []


def to_voice(who: Interviewer, purposes: set[str] = AGREED) -> None:
    """From home to the first card after the talk."""
    who.to_account(purposes=purposes)


def recordings(who: Interviewer) -> list[str]:
    """The state of each recording that the card lists."""
    rows = who.page.locator("[data-voice-list] > li")
    return [str(state) for state in rows.evaluate_all("rows => rows.map(row => row.dataset.state)")]


def test_a_recording_is_paused_gone_on_with_heard_and_deleted_and_a_refused_microphone_says_what_to_do(
    signed_in: Interviewer,
) -> None:
    """A yes that is taken back ends it."""
    to_voice(signed_in)
    assert signed_in.card == "voice"
    record(signed_in, 1)
    expect(signed_in.page.locator("[data-level-said]")).to_have_text("Sound comes in.")
    signed_in.act("voice-pause")
    signed_in.page.wait_for_selector("html[data-recording=paused]")
    signed_in.act("voice-go-on")
    signed_in.page.wait_for_function(SECONDS, arg=2)
    signed_in.next()  # it records on over other cards
    strip = signed_in.page.locator(".strip")
    expect(strip).to_contain_text("Recording")
    strip.click()
    signed_in.wait_for("voice")
    signed_in.act("voice-stop")
    signed_in.page.wait_for_selector('[data-voice-list] [data-state="whole"]')
    (item,) = signed_in.page.evaluate(ITEMS)
    assert item["kind"] == "voice"
    assert item["mime"] == "audio/webm"
    assert item["seconds"] >= 2
    assert 500 < item["bytes"] / item["seconds"] < 6000, "small enough for three hours"
    play = signed_in.page.locator('[data-act="voice-play"]')
    signed_in.page.evaluate(NO_BLOBS)
    play.click()
    expect(play).to_have_attribute("aria-pressed", "true")
    expect(play).to_have_attribute("aria-pressed", "false", timeout=60_000)  # it was heard to its end
    assert signed_in.complaint() == ""
    signed_in.act("media-delete")
    signed_in.act("close-dialog")
    assert recordings(signed_in) == ["whole"], "asked first"
    signed_in.act("media-delete")
    signed_in.act("media-delete-really")
    expect(signed_in.page.locator("[data-voice-list] > li")).to_have_count(0)
    assert signed_in.page.evaluate(ITEMS) == []
    _a_yes_that_is_taken_back_ends_the_recording_and_asks_what_to_do_with_it(signed_in)
    signed_in.page.evaluate(GO, "purpose-P02")
    signed_in.take("purpose_P02", "yes")
    signed_in.page.evaluate(GO, "voice")
    signed_in.page.evaluate(REFUSED)
    signed_in.act("voice-start")
    assert "allow the microphone" in signed_in.wait_for_complaint()
    expect(signed_in.page.locator('[data-act="voice-start"]')).to_be_visible()


# that a pause ends a recording and says so stands in the test of one out of sight too
@pytest.mark.long(
    short="tests/web/interview/media/test_media.py::"
    "test_a_recording_and_pictures_survive_two_kills_and_are_complete_at_the_node"
)
def test_a_killed_browser_costs_the_last_slice_and_a_pause_ends_the_recording_and_says_so(
    phone: Browser, signed_in: Interviewer, passphrase: str
) -> None:
    signed_in.online()
    to_voice(signed_in)
    record(signed_in, 2)
    wait_until(lambda: signed_in.page.evaluate(ITEMS)[0]["seconds"] >= 4, "two slices on the disk")
    kept = signed_in.page.evaluate(ITEMS)[0]["seconds"]
    phone.kill()
    again = Interviewer(phone.start(), signed_in.address)
    again.open()
    again.sign_in("interviewer-1", passphrase)
    again.resume()
    again.wait_for("voice")
    again.page.wait_for_selector('[data-voice-list] [data-state="cut"]')
    (item,) = again.page.evaluate(ITEMS)
    assert item["seconds"] >= kept, "what was on the disk stays"
    record(again, 2)
    again.act("pause")
    again.wait_for("locked")
    assert "ended with the pause" in again.wait_for_complaint()
    again.unlock(passphrase)
    again.wait_for("voice")
    wait_until(lambda: recordings(again) == ["cut", "whole"], "both recordings")


@pytest.mark.long(
    short="tests/web/interview/media/test_media.py::"
    "test_a_recording_and_pictures_survive_two_kills_and_are_complete_at_the_node"
)
@pytest.mark.parametrize("model", SLOW, indirect=True)
def test_a_page_that_dies_while_the_camera_is_open_costs_that_picture_alone(
    phone: Browser, signed_in: Interviewer, passphrase: str, tmp_path: Path
) -> None:
    """A phone with little memory kills the page when its camera opens."""
    signed_in.online()
    signed_in.to_account(purposes=AGREED)
    signed_in.page.evaluate(GO, "pictures")
    choose(signed_in, camera_file(signed_in, tmp_path), "injury")
    signed_in.act("picture-keep")
    signed_in.page.wait_for_selector('[data-picture-list] [data-state="whole"]')
    signed_in.saved()
    with signed_in.page.expect_file_chooser():
        signed_in.act("picture-take")
    phone.kill()
    again = Interviewer(phone.start(), signed_in.address)
    again.open()
    again.sign_in("interviewer-1", passphrase)
    again.resume()
    again.wait_for("pictures")
    expect(again.page.locator('[data-picture-list] [data-state="whole"]')).to_have_count(1)
    assert again.page.evaluate(BYTES, again.page.evaluate(ITEMS)[0]["id"])
    again.page.locator("label:has([data-picture-kind][value=injury])").click()
    with again.page.expect_file_chooser() as chooser:
        again.act("picture-take")
    chooser.value.set_files(tmp_path / "camera.jpg")
    again.act("picture-keep")
    expect(again.page.locator('[data-picture-list] [data-state="whole"]')).to_have_count(2)


def test_a_recording_in_sight_is_not_locked_and_out_of_sight_ten_minutes_of_silence_lock_and_end_it(
    interviewer: Interviewer, passphrase: str
) -> None:
    interviewer.page.clock.install()
    interviewer.open()
    interviewer.sign_in("interviewer-1", passphrase)
    to_voice(interviewer)
    record(interviewer, 2)
    heard = interviewer.page.locator("[data-level-said]")
    interviewer.page.clock.fast_forward("02:30")
    expect(heard).to_have_text("Sound comes in.")
    interviewer.page.clock.fast_forward("00:45")
    interviewer.page.wait_for_selector("html[data-covered]", state="attached")
    expect(heard).to_have_text("Sound comes in.")
    assert interviewer.page.locator("html[data-recording=recording]").count() == 1, "three minutes untouched"
    interviewer.page.keyboard.press("Shift")
    interviewer.page.wait_for_selector("html:not([data-covered])")
    interviewer.page.evaluate(SILENT)
    for _ in range(4):  # in sight, and without a sound
        interviewer.page.clock.fast_forward("05:00")
        assert interviewer.card == "voice"
    assert interviewer.page.locator("html[data-recording=recording]").count() == 1
    interviewer.page.keyboard.press("Shift")
    interviewer.page.evaluate(HIDE, True)
    for _ in range(3):
        interviewer.page.clock.fast_forward("03:30")
    wait_until(lambda: interviewer.card == "locked", "the page to lock")
    interviewer.page.evaluate(HIDE, False)
    interviewer.wait_for("locked")
    assert "ended with the pause" in interviewer.wait_for_complaint()
    assert interviewer.page.locator("html[data-recording]").count() == 0


@pytest.mark.comes_home
def test_a_picture_is_kept_upright_covered_and_bare(signed_in: Interviewer, tmp_path: Path) -> None:
    to_voice(signed_in)
    signed_in.page.evaluate(GO, "pictures")
    signed_in.act("picture-choose")
    assert signed_in.wait_for_complaint() == "First say what the picture shows."
    file = camera_file(signed_in, tmp_path)
    assert PLACE in file.read_bytes()
    choose(signed_in, file, "injury")
    stage = signed_in.page.locator("[data-picture-canvas]")
    expect(stage).to_be_visible()
    box = stage.bounding_box()
    assert box is not None
    assert box["height"] > box["width"], "turned upright"
    mouse = signed_in.page.mouse
    for begin, end in [((0.1, 0.5), (0.4, 0.9)), ((0.5, 0.5), (0.9, 0.9))]:
        mouse.move(box["x"] + begin[0] * box["width"], box["y"] + begin[1] * box["height"])
        mouse.down()
        mouse.move(box["x"] + end[0] * box["width"], box["y"] + end[1] * box["height"])
        mouse.up()
    expect(signed_in.page.locator("[data-boxes-said]")).to_have_text("Boxes: 2")
    signed_in.act("box-undo")
    signed_in.act("picture-keep")
    signed_in.page.wait_for_selector('[data-picture-list] [data-state="whole"]')
    (item,) = signed_in.page.evaluate(ITEMS)
    kept = signed_in.page.evaluate(BYTES, item["id"])
    jpeg = base64.b64decode(kept)
    assert not [code for code in segments_of(jpeg) if 0xE1 <= code <= 0xEF or code == 0xFE]
    assert not [word for word in (b"Exif", b"ICC", b"xmp", PLACE, MAKER) if word in jpeg]
    assert jpeg.index(b"\xff\xd9", -2) == len(jpeg) - 2
    assert size_of(jpeg) == (320, 640)
    covered, bare, corner = signed_in.page.evaluate(DOTS, [kept, [[0.25, 0.7], [0.7, 0.7], [0.95, 0.05]]])
    assert max(covered) < 20, "burnt in"
    assert min(bare) > 235, "the box that was taken back is nowhere"
    assert corner[0] > 150 > corner[1], "what was at the upper left of the sensor is at the upper right"
    look = signed_in.page.locator('[data-act="picture-look"]')
    look.click()
    signed_in.page.wait_for_function("() => document.querySelector('[data-picture-place] img')?.naturalHeight === 640")
    signed_in.act("media-delete")
    signed_in.act("media-delete-really")
    expect(signed_in.page.locator("[data-picture-list] > li")).to_have_count(0)
    assert signed_in.page.evaluate(ITEMS) == []


@pytest.mark.comes_home
def test_a_box_is_set_and_moved_with_keys_and_what_is_no_picture_costs_one_sentence(
    signed_in: Interviewer, tmp_path: Path
) -> None:
    to_voice(signed_in)
    signed_in.page.evaluate(GO, "pictures")
    choose(signed_in, camera_file(signed_in, tmp_path), "document")
    signed_in.act("box-add")
    box = signed_in.page.locator(".box")
    expect(box).to_be_focused()
    before = box.bounding_box()
    for key in ("ArrowDown", "ArrowDown", "Shift+ArrowRight"):
        signed_in.page.keyboard.press(key)
    after = box.bounding_box()
    assert before is not None
    assert after is not None
    assert after["y"] > before["y"]
    assert after["width"] > before["width"]
    signed_in.act("picture-scan")
    signed_in.page.keyboard.press("Escape")
    expect(signed_in.page.locator('dialog[data-dialog="picture"]')).to_be_hidden()
    width = "document.querySelector('[data-picture-canvas]').width"
    wait_until(lambda: signed_in.page.evaluate(width) == 0, "the picture to leave the page")
    for name, (content, said) in NO_PICTURES.items():
        file = tmp_path / name
        file.write_bytes(content)
        choose(signed_in, file, "place")
        expect(signed_in.page.locator("[data-error]")).to_contain_text(said)
    assert signed_in.page.evaluate(ITEMS) == []


@pytest.mark.comes_home
def test_without_a_yes_there_is_no_card_and_no_way_to_record(signed_in: Interviewer) -> None:
    to_voice(signed_in, {"P01", "P04"})
    assert signed_in.card == "n_text"
    assert not {"voice", "pictures"} & set(signed_in.page.evaluate(PATH))
    for card in ("voice", "pictures"):
        signed_in.page.evaluate(GO, card)
        expect(signed_in.page.locator(f"[data-card={card}] [data-not-agreed]")).to_be_visible()
        expect(signed_in.page.locator(f"[data-card={card}] [data-capture]")).to_be_hidden()
    start = "document.querySelector('[data-act=voice-start]').click()"
    signed_in.page.evaluate(start)
    assert signed_in.page.evaluate(ITEMS) == []
    assert signed_in.page.locator("html[data-recording]").count() == 0
    signed_in.page.evaluate(GO, "review")
    expect(signed_in.page.locator("[data-media-count=voice] dd").first).to_have_text(
        "none, because the witness did not agree"
    )


def _a_yes_that_is_taken_back_ends_the_recording_and_asks_what_to_do_with_it(signed_in: Interviewer) -> None:
    record(signed_in, 2)
    signed_in.page.evaluate(GO, "purpose-P02")
    signed_in.take("purpose_P02", "no")
    dialog = signed_in.page.locator('dialog[data-dialog="media-back"]')
    expect(dialog).to_contain_text("Recordings that would be deleted: 1")
    assert signed_in.page.locator("html[data-recording]").count() == 0
    signed_in.act("media-back-ask")
    signed_in.wait_for("purpose-P02")
    assert len(signed_in.page.evaluate(ITEMS)) == 1
    signed_in.next()
    expect(dialog).to_be_visible()
    signed_in.act("media-back-delete")
    assert signed_in.wait_for_complaint() == "Deleted for ever."
    assert signed_in.page.evaluate(ITEMS) == []
    signed_in.next()
    expect(dialog).to_be_hidden()


def the_first_alone() -> Callable[[Route], None]:
    """A link over which one batch arrives, the text, and none after it."""
    arrived: list[int] = []

    def cut(route: Route) -> None:
        if arrived:
            route.abort()
            return
        answer = route.fetch()
        arrived.append(answer.status)
        route.fulfill(response=answer)

    return cut


def test_what_was_recorded_and_photographed_is_sealed_bare_for_the_lawyers_and_named_before(
    signed_in: Interviewer, reader: Callable[[str], Reader], tmp_path: Path
) -> None:
    to_voice(signed_in)
    signed_in.page.evaluate(GO, "pictures")
    choose(signed_in, camera_file(signed_in, tmp_path), "document")
    signed_in.act("box-add")
    signed_in.act("picture-keep")
    signed_in.page.wait_for_selector('[data-picture-list] [data-state="whole"]')
    signed_in.page.evaluate(GO, "voice")
    record(signed_in, 3)
    signed_in.page.evaluate(GO, "review")
    expect(signed_in.page.locator("[data-media-count=picture] dd").first).to_have_text("1")
    signed_in.act("stop")
    signed_in.act("keep")
    assert signed_in.wait_for_complaint() == "The recording ended: what comes now is not recorded."
    hears = signed_in.page.locator("[data-media-reads=voice]")
    expect(hears).to_contain_text(re.compile(r"1, together \d+:\d\d"))
    expect(hears).to_contain_text("lawyers")
    expect(signed_in.page.locator("[data-media-reads=picture]")).to_contain_text("lawyers")
    signed_in.to_sealing()
    signed_in.page.route("**/sync/batch", the_first_alone())
    signed_in.finish()
    far = "The words are safe. Of 3 pieces of recordings and files 3 are still on this phone."
    expect(signed_in.page.locator("[data-outbox] [data-media-text]")).to_have_text(far, timeout=60_000)
    signed_in.page.unroute("**/sync/batch")
    signed_in.deliver()
    expect(signed_in.page.locator("[data-outbox] [data-media-text]")).to_have_text("")
    lawyer = reader("lawyer-1")
    (sealed,) = lawyer.manifests()
    (picture, jpeg), (voice, sound) = lawyer.media(sealed, "lawyers")
    assert (picture.kind, picture.type, voice.kind, voice.type) == ("picture", "image/jpeg", "voice", "audio/webm")
    assert sound[:4] == b"\x1a\x45\xdf\xa3", "a whole recording, from its head on"
    assert voice.seconds >= 3
    assert not [code for code in segments_of(jpeg) if 0xE1 <= code <= 0xEF or code == 0xFE]
    assert not [word for word in (b"Exif", b"ICC", b"xmp", PLACE, MAKER) if word in jpeg]
    assert size_of(jpeg) == (320, 640)
    assert lawyer.open(sealed, "lawyers")["provenance"]["pictures"] == ["document"]
    coordinator = reader("coordinator-1")
    assert coordinator.media(sealed, "coordinators") == []
