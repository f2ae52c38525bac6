"""In a real browser a recording is sought, a picture seen, a file saved and not shown; a bad piece is said in words."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page

from testimony.canonical import sha256_hex
from testimony.sealing.roster.chain import RosterChain
from testimony.sealing.testimony.media import PIECE, Medium
from testimony.services.demo import demo
from testimony.services.enrolment.organisation import Organisation
from testimony.services.intake.intake import take_in
from testimony.station.station import Station
from tests.support.services.batches import told
from tests.support.web.browser import NOW, Served, passphrase_of
from tests.support.web.browsers.pages_in_chromium import enter, page
from tests.support.web.ogg_voice import silence

__all__ = ["page"]

SECONDS = 30
PAGE = b"<title>shown</title><script>alert(1)</script>" * 9_000
TAKEN_IN = "2026-11-24T09:58:07Z"
DRAWN = """() => {
  const canvas = Object.assign(document.createElement("canvas"), { width: 40, height: 30 });
  canvas.getContext("2d").fillRect(0, 0, 20, 30);
  return canvas.toDataURL("image/jpeg").split(",")[1];
}"""
SOUGHT = """async (audio) => {
  const heard = (name) => new Promise((done) => audio.addEventListener(name, done, { once: true }));
  audio.preload = "metadata";
  const known = heard("loadedmetadata");
  audio.load();
  await known;
  const sought = heard("seeked");
  audio.currentTime = 25;
  await sought;
  return { duration: Math.round(audio.duration), at: Math.round(audio.currentTime), type: audio.error };
}"""


def test_a_lawyer_seeks_in_a_recording_sees_a_picture_saves_a_file_and_is_told_of_a_bad_piece(
    page: Page, serve: Callable[[str], Served], opened: Callable[[str], Station], organisation: Organisation
) -> None:
    desk = serve("lawyer")
    page.goto(f"{desk.address}/en/start")
    picture = base64.b64decode(page.evaluate(DRAWN))
    voice = silence(SECONDS)
    assert len(voice) > 5 * PIECE
    media = [
        Medium(kind="voice", type="audio/ogg", data=voice, seconds=SECONDS),
        Medium(kind="picture", type="image/jpeg", data=picture),
        Medium(kind="voice", type="audio/ogg", data=voice, seconds=SECONDS),
        Medium(kind="file", type="application/octet-stream", data=PAGE, name="a.html", source="card", at=TAKEN_IN),
    ]
    sealed = demo.seal_invented(
        organisation,
        RosterChain(organisation.root, [organisation.roster]),
        {**told(0, ("P01", "P04")), "also": ["P02", "P03"]},
        number=0,
        taken_down=NOW,
        withdraw=None,
        media=media,
    )
    bodies = {part["part"]: part["body"] for part in sealed.record.value["parts"]}
    late = bodies["media-009"]  # behind the list, six pieces and the picture: the beginning of the second recording
    wanted = [item for item in demo.incoming(sealed) if sha256_hex(item.payload) != late]
    take_in(opened("lawyer"), wanted)
    enter(page, desk, passphrase_of(organisation, "lawyer-1"))
    page.goto(f"{desk.address}/en/testimony/{sealed.record.value['tid']}")
    said = page.locator('[data-medium="1"] audio').evaluate(SOUGHT)
    assert said == {"duration": SECONDS, "at": 25, "type": None}
    page.locator('[data-medium="2"] summary').click()
    page.wait_for_function("""() => document.querySelector('[data-medium="2"] img').naturalWidth === 40""")
    page.locator('[data-medium="3"] audio').evaluate("audio => { audio.preload = 'metadata'; audio.load(); }")
    page.wait_for_function("""() => document.querySelector('[data-medium="3"] [data-said]').textContent !== ''""")
    assert page.inner_text('[data-medium="3"] [data-said]').startswith("Piece 1 of 6 has not arrived here yet.")
    page.locator('[data-medium="1"] [data-verify]').click()
    page.wait_for_function("""() => document.querySelector('[data-medium="1"] [data-said]').textContent !== ''""")
    assert "Pieces checked: 6" in page.inner_text('[data-medium="1"] [data-said]')
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    with page.expect_download() as saved:
        page.locator('[data-medium="4"] a').click()
    assert saved.value.suggested_filename.endswith("-4.bin")
    assert Path(saved.value.path()).read_bytes() == PAGE
