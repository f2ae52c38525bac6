"""Voice and pictures on a cheap phone: the interview page in Chromium, real sound, a processor six times slower.

Bytes an hour are counted over sound that comes in real time, on a page that Chromium's own throttling slows. Half an
hour and three hours are then handed on as fast as the page takes them (`tests/support/journeys/dictation.py`), because
memory and sealing depend on how much there is and not on how long it took. Sealing, which a worker does, is slowed by
`slow`.
"""

from __future__ import annotations

import math
import os
import random
import struct
import tempfile
import wave
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, Playwright, sync_playwright

from testimony.sealing.testimony.media import PIECE
from tests.bench.node import organisation_of
from tests.bench.page import ON_SCREEN, SLOWDOWN, until
from tests.bench.support.addresses import free_port
from tests.bench.support.figures import Figure
from tests.bench.support.processes import children, resident, watched
from tests.bench.support.slow import slowed
from tests.support.cli.program import serving
from tests.support.interview.driver import Interviewer
from tests.support.journeys import dictation
from tests.support.journeys.phones import SMALL, WITH_EARS
from tests.support.journeys.walkthrough import Walk
from tests.support.stories import long_recording, photographs
from tests.support.stories.long_recording import LongSound
from tests.support.stories.spoken_stories import ASKED, RECORDED

PERSON = "interviewer-1"
HEARD = 60  # seconds in real time
HALF_AN_HOUR, THREE_HOURS = 1800, 10_740  # at three hours a recording ends by itself
RATE = 16_000
SPEECH = 20  # seconds, then from the beginning again
PHOTO = (2000, 1500)
RECIPIENT = {"P04": "lawyers"}
PURPOSES = [{"purpose": code, "recipient": RECIPIENT.get(code, "organisation"), "life_months": 6} for code in ASKED]


def measure() -> Sequence[Figure]:
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name)
        made = organisation_of(folder, purposes=PURPOSES)
        passphrase = made.keeper(PERSON).passphrase
        speech = _speech(folder / "speech.wav")
        with serving("field", made.folder / "field", port := free_port()):
            address = f"http://localhost:{port}"
            with _phone(playwright, folder / "studio", speech) as page:
                page.goto(f"{address}/interview/en/")
                sound = long_recording.recorded_by(page)
                files = photographs.taken(page, folder / "camera", PHOTO)
            with _phone(playwright, folder / "real", speech, SLOWDOWN) as page:
                hourly = _hourly(_at_voice(page, address, passphrase))
            figures = [Figure("an hour of speech, by one minute in real time", hourly, "MB")]
            for seconds, seen in ((HALF_AN_HOUR, files), (THREE_HOURS, files[:1])):
                with _phone(playwright, profile := folder / str(seconds), speech) as page:
                    figures += _spoken_for(seconds, page, profile, address, passphrase, sound, seen)
            return figures


def _hourly(somebody: Interviewer) -> float:
    """MB that an hour of speech takes."""
    somebody.act("voice-start")
    somebody.page.wait_for_selector("html[data-recording=recording]")
    somebody.page.wait_for_timeout(HEARD * 1000)
    somebody.act("voice-stop")
    somebody.page.wait_for_selector('[data-voice-list] [data-state="whole"]')
    item = dictation.kept(somebody)[0]
    return 3600 / 1e6 * item["bytes"] / item["seconds"]


def _spoken_for(
    seconds: int, page: Page, profile: Path, address: str, passphrase: str, sound: LongSound, files: list[Path]
) -> Sequence[Figure]:
    dictation.give_voice(Interviewer(page, address), sound)
    somebody = _at_voice(page, address, passphrase)
    renderer = max(children(profile, "renderer"), key=resident)
    before = resident(renderer)
    with watched(renderer) as most:
        dictation.speak(somebody, seconds)
        somebody.act("voice-stop")
        somebody.page.wait_for_selector('[data-voice-list] [data-state="whole"]')
        recorded = most()
        walk = Walk(RECORDED)
        walk.go(somebody, until="pictures")
        photographs.add(somebody, files)
        pictured = most()
        voice, *pictures = (item["bytes"] for item in dictation.kept(somebody))
        walk.go(somebody)
        somebody.to_sealing()
        most()
        with slowed(profile, SLOWDOWN):
            sealing = until(page, "document.querySelector('[data-act=seal]').click()", ON_SCREEN % "outbox")
        sealed = most()
    pieces = sum(-(-length // PIECE) for length in (voice, *pictures))
    what = f"{seconds // 60} minutes of speech and {len(files)} pictures"
    return [
        Figure(f"{what}: speech", voice / 1e6, "MB"),
        Figure(f"{what}: pictures of 2,000 by 1,500 dots, as they are kept", sum(pictures) / 1e6, "MB"),
        Figure(f"{what}: pieces of 257 kB", pieces, "pieces"),
        Figure(f"{what}: from the tap on “seal” until all is in the outbox", sealing / 1000, "s"),
        Figure(f"{what}: memory (RSS) of the page's process before it recorded", before, "MB"),
        Figure(f"{what}: its peak while it recorded, on top", recorded - before, "MB"),
        Figure(f"{what}: its peak while the pictures were drawn anew, on top", pictured - before, "MB"),
        Figure(f"{what}: its peak while all was sealed, on top", sealed - before, "MB"),
    ]


def _at_voice(page: Page, address: str, passphrase: str) -> Interviewer:
    somebody = Interviewer(page, address)
    somebody.open()
    somebody.sign_in(PERSON, passphrase)
    somebody.act("new-interview")
    somebody.wait_for("languages")
    Walk(RECORDED).go(somebody, until="voice")
    return somebody


@contextmanager
def _phone(playwright: Playwright, profile: Path, speech: Path, slowdown: int = 1) -> Iterator[Page]:
    context = playwright.chromium.launch_persistent_context(
        profile,
        executable_path=os.environ.get("TESTIMONY_CHROMIUM", "/usr/bin/chromium"),
        args=["--no-sandbox", "--disable-dev-shm-usage", *WITH_EARS, f"--use-file-for-fake-audio-capture={speech}"],
        **SMALL,
    )
    page = context.pages[0]
    context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": slowdown})
    yield page
    context.close()


def _speech(file: Path) -> Path:
    """What an encoder takes for speech: a voice with overtones that rises and falls in syllables, and breath."""
    chance, turn = random.Random(1), 0.0
    with wave.open(str(file), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(RATE)
        for number in range(SPEECH * RATE):
            at = 2 * math.pi * number / RATE
            turn += 2 * math.pi * (120 + 30 * math.sin(0.4 * at)) / RATE
            voiced = sum(math.sin(overtone * turn) / overtone for overtone in range(1, 12))
            breath = chance.gauss(0, 1) if math.sin(1.7 * at) > 0.6 else 0
            loud = min(1.5, max(0, math.sin(3.1 * at) + 0.6)) if math.sin(0.15 * at) > -0.8 else 0
            sound.writeframesraw(struct.pack("<h", round(max(-32_000, min(32_000, 5000 * loud * (voiced + breath))))))
    return file
