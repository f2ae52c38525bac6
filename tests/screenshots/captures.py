"""Photographs the cards of recordings and pictures in each of their states, in an interview that agreed to both."""

from __future__ import annotations

import base64
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from tests.support.interview.capture import AGREED, JPEG, REFUSED, choose, record
from tests.support.interview.consent import GO
from tests.support.interview.driver import WITH_INTERPRETER, Interviewer
from tests.support.interview.exif import as_a_camera_writes_it

if TYPE_CHECKING:
    from tests.screenshots.camera import Camera


def shoot(camera: Camera, person: str, passphrase: str) -> None:
    """From signing in to a yes that was taken back."""
    someone = Interviewer(camera.page, camera.address)
    someone.open(camera.look.lang, offline_ready=False)
    someone.sign_in(person, passphrase)
    someone.to_account(purposes=AGREED, circumstances=WITH_INTERPRETER)
    _voice(camera, someone)
    with TemporaryDirectory() as folder:
        _pictures(camera, someone, Path(folder))
    for card in ("review", "readers"):
        camera.page.evaluate(GO, card)
        camera.shoot(f"capture-{card}")
    camera.page.evaluate(GO, "purpose-P02")
    someone.take("purpose_P02", "no")
    camera.page.wait_for_selector('dialog[data-dialog="media-back"][open]')
    camera.shoot("capture-taken-back", whole=False)


def _voice(camera: Camera, someone: Interviewer) -> None:
    camera.shoot("voice-off")
    record(someone, 2)
    camera.shoot("voice-recording")
    someone.next()
    camera.shoot("voice-on-another-card", whole=False)
    someone.act("voice-card")
    someone.act("voice-pause")
    camera.shoot("voice-paused")
    someone.act("voice-stop")
    camera.page.wait_for_selector('[data-voice-list] [data-state="whole"]')
    camera.shoot("voice-listed")
    someone.act("media-delete")
    camera.shoot("voice-delete", whole=False)
    someone.act("close-dialog")
    camera.page.evaluate(REFUSED)
    someone.act("voice-start")
    someone.wait_for_complaint()
    camera.shoot("voice-refused", whole=False)


def _pictures(camera: Camera, someone: Interviewer, folder: Path) -> None:
    camera.page.evaluate(GO, "pictures")
    camera.shoot("pictures-none")
    file = folder / "camera.jpg"
    file.write_bytes(as_a_camera_writes_it(base64.b64decode(camera.page.evaluate(JPEG, [640, 480]))))
    choose(someone, file, "document")
    someone.act("box-add")
    camera.shoot("pictures-cover", whole=False)
    someone.act("picture-keep")
    camera.page.wait_for_selector('[data-picture-list] [data-state="whole"]')
    someone.act("picture-look")
    camera.page.wait_for_selector("[data-picture-place] img")
    camera.shoot("pictures-kept")
    file.write_bytes(b"nothing of a picture" * 4)
    choose(someone, file, "place")
    someone.wait_for_complaint()
    camera.shoot("pictures-refused", whole=False)
