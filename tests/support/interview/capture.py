"""Recordings and pictures in the interview page, with a made-up camera and microphone."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from testimony.services.enrolment.organisation import Organisation
from tests.support.interview.driver import Interviewer
from tests.support.interview.exif import as_a_camera_writes_it

AGREED = {"P01", "P04", "P02", "P03"}


SECONDS = """seconds => {
  const shown = document.querySelector("[data-recorder] [data-voice-time]").textContent;
  const western = shown.replace(/[\\u06f0-\\u06f9]/g, (digit) => digit.charCodeAt(0) - 0x6f0); // on a Persian page
  const [minutes, rest] = western.split(":").map(Number);
  return minutes * 60 + rest >= seconds;
}"""


JPEG = """([width, height]) => {
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  const brush = canvas.getContext("2d");
  brush.fillStyle = "#fff";
  brush.fillRect(0, 0, width, height);
  brush.fillStyle = "#d00"; // the corner where it begins
  brush.fillRect(0, 0, width / 4, height / 4);
  return canvas.toDataURL("image/jpeg", 0.9).split(",")[1];
}"""


REFUSED = "() => (navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', 'NotAllowedError')))"


@pytest.fixture(scope="module")
def organisation(asking: Organisation) -> Organisation:
    """One that asks for everything."""
    return asking


def record(who: Interviewer, seconds: int) -> None:
    """Record so long that this many seconds stand on the clock."""
    who.act("voice-start")
    who.page.wait_for_selector("html[data-recording=recording]")
    who.page.wait_for_function(SECONDS, arg=seconds)


def camera_file(who: Interviewer, folder: Path, width: int = 640, height: int = 320) -> Path:
    """A picture as a phone's camera writes it, with a red corner."""
    plain = base64.b64decode(who.page.evaluate(JPEG, [width, height]))
    file = folder / "camera.jpg"
    file.write_bytes(as_a_camera_writes_it(plain))
    return file


def choose(who: Interviewer, file: Path, kind: str) -> None:
    who.page.locator(f"label:has([data-picture-kind][value={kind}])").click()
    with who.page.expect_file_chooser() as chooser:
        who.act("picture-choose")
    chooser.value.set_files(file)
