"""What sounds on a phone: the buttons that play, what plays now, and which recording it is."""

from __future__ import annotations

from playwright.sync_api import Locator, expect

from tests.support.interview.driver import Interviewer

LISTEN = """() => {
  window.sounds = [];
  const Sound = window.Audio;
  window.Audio = function (...given) {
    const sound = new Sound(...given);
    sound.defaultPlaybackRate = window.rate ?? 1;
    window.sounds.push(sound);
    return sound;
  };
}"""
SOUNDING = "() => sounds.filter((sound) => !sound.paused).length"
NAMED = """() => {
  window.named = [];
  const address = URL.createObjectURL;
  URL.createObjectURL = (blob) => {
    blob.text().then((text) => named.push(text.match(/ps ([\\w.-]+)$/)[1]));
    return address(blob);
  };
}"""
"""From now on keep the key of each recording that plays: it stands at the end of the bytes."""
AT_ONCE = "(act) => { act(); return sounds.filter((sound) => !sound.paused).length; }"
"""How many sound in the very tick in which `act` happened."""


def button(phone: Interviewer, key: str) -> Locator:
    return phone.page.locator(f'[data-card]:not([hidden]) .play[data-play="{key}"]:visible')


def begin(phone: Interviewer, key: str) -> None:
    """Tap it, and wait until it sounds."""
    button(phone, key).click()
    phone.page.wait_for_function(f"() => ({SOUNDING})() === 1")
    expect(button(phone, key)).to_have_attribute("aria-pressed", "true")


def at_once(phone: Interviewer, act: str) -> int:
    return int(phone.page.evaluate(f"() => ({AT_ONCE})(() => {act})"))
