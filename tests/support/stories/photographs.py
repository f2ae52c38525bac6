"""Ten pictures as a phone's camera writes them, with a place in each, and what a reader's browser finds in them."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from tests.support.interview.capture import choose
from tests.support.interview.driver import Interviewer
from tests.support.interview.exif import MAKER, PLACE, as_a_camera_writes_it, segments_of

NUMBER = 10
COVERED = (2, 6)
"""Places, from 0, of the two that get a box."""
SMALL = (320, 240)
DRAW = """([number, width, height, dotted]) => {
  const size = { width: dotted[0], height: dotted[1] };
  const canvas = Object.assign(document.createElement("canvas"), size);
  const brush = canvas.getContext("2d");
  const dots = brush.createImageData(size.width, size.height);
  let chance = number + 1;
  const next = () => (chance = (chance * 48271) % 2147483647) % 96;
  for (let at = 0; at < dots.data.length; at += 1) dots.data[at] = at % 4 === 3 ? 255 : 160 + next();
  brush.putImageData(dots, 0, 0);
  const shown = Object.assign(document.createElement("canvas"), { width, height });
  shown.getContext("2d").drawImage(canvas, 0, 0, width, height);
  return shown.toDataURL("image/jpeg", 0.9).split(",")[1];
}"""
"""Light noise: no two bytes of it are in another file, and nothing in it is black. A larger picture has larger dots."""
BLACK = """async (jpeg) => {
  const bytes = Uint8Array.from(atob(jpeg), (letter) => letter.charCodeAt(0));
  const shown = await createImageBitmap(new Blob([bytes], { type: "image/jpeg" }));
  const brush = new OffscreenCanvas(shown.width, shown.height).getContext("2d");
  brush.drawImage(shown, 0, 0);
  const { data } = brush.getImageData(0, 0, shown.width, shown.height);
  let black = 0;
  for (let at = 0; at < data.length; at += 4) black += Math.max(data[at], data[at + 1], data[at + 2]) < 20;
  return (100 * black) / (data.length / 4);
}"""
JFIF = 0xE0
TELLING = (PLACE, MAKER, b"Exif", b"ICC_PROFILE", b"xmp")
"""What the camera wrote beside the picture."""


def taken(page: Page, folder: Path, size: tuple[int, int] = SMALL) -> list[Path]:
    """Ten files of `size`, outside of the phone."""
    folder.mkdir()
    files = [folder / f"camera-{number}.jpg" for number in range(NUMBER)]
    for number, file in enumerate(files):
        file.write_bytes(as_a_camera_writes_it(base64.b64decode(page.evaluate(DRAW, [number, *size, SMALL]))))
    return files


def add(phone: Interviewer, files: list[Path]) -> None:
    """Choose each on the card of pictures, cover two, keep all."""
    phone.wait_for("pictures")
    whole = phone.page.locator('[data-picture-list] [data-state="whole"]')
    for number, file in enumerate(files):
        choose(phone, file, ("injury", "document", "place")[number % 3])
        phone.page.locator("[data-picture-canvas]").wait_for()
        if number in COVERED:
            phone.act("box-add")
        phone.act("picture-keep")
        whole.nth(number).wait_for()


def told_beside(jpeg: bytes) -> list[Any]:
    """What a picture says beside what it shows: segments of applications and comments, words of the camera."""
    codes = [code for code in segments_of(jpeg) if (0xE0 <= code <= 0xEF and code != JFIF) or code == 0xFE]
    return codes + [word for word in TELLING if word in jpeg]


def black(page: Page, jpeg: bytes) -> float:
    """How much of a picture is black, in percent."""
    return float(page.evaluate(BLACK, base64.b64encode(jpeg).decode()))


def marks(jpeg: bytes) -> list[bytes]:
    """Some of its dots, as it writes them."""
    return [jpeg[at : at + 24] for at in (len(jpeg) // 3, len(jpeg) // 2, len(jpeg) * 2 // 3)]
