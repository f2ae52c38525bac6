"""Recordings for the journeys of somebody who does not read: real sound, short, another one for each sentence."""

from __future__ import annotations

import base64
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

from playwright.sync_api import Playwright

from testimony.canonical import sha256_hex
from testimony.sealing.keys.key_file import KeyFile
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.records.signatures import Signer
from testimony.sealing.roster.wording import Clip
from testimony.services.enrolment.organisation import Organisation
from testimony.services.startup import open_station
from testimony.services.wordings import sentences, wordings
from tests.support.services import rosters
from tests.support.services.checked_wordings import wording_of
from tests.support.web.browsers.chromium import FLAGS

VOID = 0xEC
"""An element of WebM that every player passes over (RFC 8794)."""
LENGTH = 300  # milliseconds
HUM = """async (length) => {
  const context = new AudioContext();
  const [tone, out] = [context.createOscillator(), context.createMediaStreamDestination()];
  tone.connect(out);
  tone.start();
  const recorder = new MediaRecorder(out.stream, { mimeType: "audio/webm;codecs=opus", audioBitsPerSecond: 24000 });
  const parts = [];
  recorder.addEventListener("dataavailable", ({ data }) => parts.push(data));
  const stopped = new Promise((passed) => recorder.addEventListener("stop", passed));
  recorder.start();
  await new Promise((passed) => setTimeout(passed, length));
  recorder.stop();
  await stopped;
  const bytes = new Uint8Array(await new Blob(parts).arrayBuffer());
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}"""
SPEAKING = [*FLAGS, "--autoplay-policy=no-user-gesture-required"]


def hum(playwright: Playwright, chromium: str, length: int = LENGTH) -> bytes:
    """A moment of one tone, as Chromium's recorder writes it."""
    browser = playwright.chromium.launch(executable_path=chromium, args=SPEAKING)
    page = browser.new_page()
    sound = base64.b64decode(page.evaluate(HUM, length))
    browser.close()
    return sound


def recordings(sound: bytes, lang: str, keys: Collection[str], length: int) -> tuple[dict[str, Clip], list[bytes]]:
    """`sound` for each of `keys`, the key written where no player looks: what a wording says of them, and the bytes."""
    made = {key: sound + _void(f"{lang} {key}".encode()) for key in keys}
    said = {
        key: Clip(sha256=sha256_hex(data), size=len(data), ms=length, type="audio/webm") for key, data in made.items()
    }
    return said, list(made.values())


def _void(text: bytes) -> bytes:
    return bytes([VOID, 0x80 | len(text)]) + text


def name_in_roster(
    made: Organisation,
    homes: Iterable[Path],
    holders: Iterable[Path],
    sound: bytes,
    checked: Mapping[str, str | None],
    length: int = LENGTH,
    questions: Collection[str] = (),
) -> dict[str, SignedRecord]:
    """The next roster names a recorded wording a language of `checked` {language: who checked it}; the wordings.

    It is in force at `homes`; the words and sounds are at `holders`. `questions`: keys of the spoken questions and
    answers that are recorded too.
    """
    organisation, signer = rosters.told_by(made.roster), _lawyer(made)
    found, sounds = {}, []
    for lang, person in checked.items():
        clips, data = recordings(sound, lang, [*sentences.spoken(organisation, lang), *questions], length)
        found[lang], _ = wording_of(organisation, signer, lang, recorded=(), clips=clips, checked=person)
        sounds += data
    named = {lang: record.id for lang, record in found.items()}
    following = rosters.after(made, made.roster, organisation=organisation | {"wordings": named})
    for home in homes:
        rosters.adopt(home, following)
    for holder in holders:
        with open_station(holder) as station:
            for record in found.values():
                wordings.keep(station, record)
            for each in sounds:
                wordings.keep_clip(station, each)
    return found


def _lawyer(made: Organisation) -> Signer:
    keeper = made.keeper("lawyer-1")
    signer = KeyFile.open((made.folder / keeper.file).read_bytes(), keeper.passphrase).signer
    assert signer is not None
    return signer
