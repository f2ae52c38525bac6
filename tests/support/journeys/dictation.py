"""Somebody speaks for long: the page's recorder is replaced by one that hands on slices of `long_recording.py` quickly.

Real are the microphone, the level that is heard, the card, and everything from the recorder's events on: encryption,
the disk, sealing. Replaced is `MediaRecorder` alone: it hands on the next slice when the one before is on the disk,
instead of two seconds later, and from `window.enough` slices on as a real one does. The clock that the page's recorder
counts by goes on by those two seconds alone.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass

from playwright.sync_api import TimeoutError as PlaywrightTimeout
from playwright.sync_api import expect

from tests.support.interview.consent import MODULE
from tests.support.interview.driver import Interviewer
from tests.support.stories.long_recording import SLICE, TIME_AT, LongSound

SPEAK = """
({ head, clusters, slice, timeAt }) => {
  const bytesOf = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const [first, rounds] = [bytesOf(head), clusters.map(bytesOf)];
  const told = (window.told = { handed: 0, kept: 0 });
  const called = (name) => new Error().stack.includes(name);
  const [now, estimate] = [performance.now.bind(performance), navigator.storage.estimate.bind(navigator.storage)];
  let [spoken, speaking] = [now(), null];
  performance.now = () => (called("/recorder.") ? spoken : now());
  navigator.storage.estimate = () => {
    if (called("/mediarecording.") && told.kept < told.handed) {
      told.kept += 1; // it is on the disk: room is asked for after that
      setTimeout(() => speaking?.handOn(), told.handed < window.enough ? 0 : slice);
    }
    return estimate();
  };
  const Heard = window.Audio;
  window.Audio = function (...given) {
    return (window.played = new Heard(...given));
  };
  window.MediaRecorder = class extends EventTarget {
    static isTypeSupported = (type) => type === "audio/webm;codecs=opus";
    state = "inactive";
    start() {
      this.state = "recording";
      speaking = this;
      Object.assign(told, { handed: 0, kept: 0 });
      setTimeout(() => this.handOn());
    }
    handOn() {
      if (this.state !== "recording") return;
      const cluster = rounds[told.handed % rounds.length].slice();
      new DataView(cluster.buffer).setUint32(timeAt, told.handed * slice);
      const data = new Blob(told.handed === 0 ? [first, cluster] : [cluster]);
      told.handed += 1;
      spoken += slice;
      this.dispatchEvent(Object.assign(new Event("dataavailable"), { data }));
    }
    pause() { this.state = "paused"; }
    resume() { this.state = "recording"; this.handOn(); }
    requestData() {}
    stop() {
      this.state = "inactive";
      setTimeout(() => this.dispatchEvent(new Event("stop")));
    }
  };
}
"""
KEPT = "(slices) => window.told.kept >= slices"
ITEMS = f"async () => (await ((name) => import({MODULE}))('pages/media/media.js')).mediaAtWork().list()"
MINUTE = 60_000
TO_THE_END = """async () => {
  const { played } = window;
  const ended = new Promise((passed) => played.addEventListener("ended", passed, { once: true }));
  while (!played.ended) {
    const { buffered } = played; // it is opened while it plays: always on to the end of what is there
    if (buffered.length) played.currentTime = Math.max(played.currentTime, buffered.end(buffered.length - 1) - 0.5);
    await Promise.race([ended, new Promise((passed) => setTimeout(passed, 50))]);
  }
  return Math.round(played.duration);
}"""


@dataclass(frozen=True)
class Spoken:
    """What the page had handed on to the store and what the store had on the disk, in slices, at one moment."""

    handed: int
    kept: int


def give_voice(phone: Interviewer, sound: LongSound) -> None:
    """From the next page on: before it is opened."""
    clusters = [base64.b64encode(each).decode() for each in sound.clusters]
    given = {"head": base64.b64encode(sound.head).decode(), "clusters": clusters, "slice": SLICE, "timeAt": TIME_AT}
    phone.page.add_init_script(f"({SPEAK})({json.dumps(given)})")


def speak(phone: Interviewer, seconds: int) -> Spoken:
    """Tap record, and come back when so many seconds are on the disk; it records on."""
    slices = seconds * 1000 // SLICE
    phone.page.evaluate("(slices) => { window.enough = slices; }", slices)
    phone.act("voice-start")
    phone.page.wait_for_selector("html[data-recording=recording]")
    for _ in range(8 + seconds // 600):
        try:
            phone.page.wait_for_function(KEPT, arg=slices, timeout=MINUTE)
            return Spoken(**phone.page.evaluate("() => window.told"))
        except PlaywrightTimeout:
            phone.page.keyboard.press("Shift")  # of a page that nobody touches for three minutes the words are covered
    raise AssertionError(f"only {phone.page.evaluate('() => window.told.kept')} slices are on the disk")


def kept(phone: Interviewer) -> list[dict[str, object]]:
    """What the store lists: {kind, seconds, bytes, state, …} of each."""
    return list(phone.page.evaluate(ITEMS))


def listen(phone: Interviewer, place: int) -> int:
    """Play a recording of the card's list, to its end. Returns how many seconds it is long."""
    button = phone.page.locator('[data-act="voice-play"]').nth(place)
    phone.page.evaluate("() => { window.played = null; }")  # what was heard before says nothing of this one
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")  # at once; its sound comes when it is decrypted
    phone.page.wait_for_function("() => window.played?.currentTime > 0.3")
    long = phone.page.evaluate(TO_THE_END)
    expect(button).to_have_attribute("aria-pressed", "false")
    return int(long)
