/** Listening to what was recorded: one at a time, until its end, another tap, or until the card is left. */

import { all, complain, failed, on, one, word } from "./cards-page.js";
import { touched } from "./idling-page.js";
import { mediaAtWork } from "./media-page.js";

let playing = null;

const press = (button, pressed) => button?.setAttribute("aria-pressed", String(pressed));

/** Stop, and forget the sound. */
export const hush = () => {
  if (!playing) return;
  playing.sound.pause();
  playing.sound.removeAttribute("src");
  playing.release();
  playing = null;
  all('[data-act="voice-play"]').forEach((button) => press(button, false));
};

const play = async (button) => {
  const { media } = button.closest("[data-media]").dataset;
  const before = playing?.media;
  document.dispatchEvent(new CustomEvent("media-leaving")); // one sound at a time
  if (before === media) return;
  complain("");
  try {
    const { url, release } = await mediaAtWork().play(media);
    const sound = new Audio(url);
    playing = { media, sound, release };
    press(one(`[data-media="${media}"] [data-act="voice-play"]`), true);
    sound.addEventListener("ended", hush);
    sound.addEventListener("timeupdate", touched); // whoever listens touches nothing
    await sound.play();
  } catch (error) {
    if (playing?.media !== media && error.name === "AbortError") return; // hushed before it began
    hush();
    complain(word("not_playing"));
  }
};

document.addEventListener("media-leaving", hush);
on({ "voice-play": (button) => play(button).catch(failed) });
