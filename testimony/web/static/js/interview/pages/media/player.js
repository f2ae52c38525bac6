/** Listening to what was recorded: one at a time, until its end, another tap, or until the card is left. */

import { all, complain, failed, on, one, word } from "../base/cards.js";
import { touched } from "../base/idle.js";
import { mediaAtWork } from "./media.js";

let playing = null;

const press = (button, pressed) => button?.setAttribute("aria-pressed", String(pressed));

/** Stop, and forget the sound. */
export const hush = () => {
  if (!playing) return;
  playing.sound?.pause();
  playing.sound?.removeAttribute("src");
  playing.release?.();
  playing = null;
  all('[data-act="voice-play"]').forEach((button) => press(button, false));
};

const notPlaying = (mine) => {
  if (playing !== mine) return; // hushed before
  hush();
  complain(word("not_playing"));
};

const soundOf = async (mine) => {
  mine.sound = new Audio();
  mine.sound.addEventListener("ended", hush);
  mine.sound.addEventListener("timeupdate", touched); // whoever listens touches nothing
  const { release, fed } = await mediaAtWork().play(mine.media, mine.sound);
  if (playing !== mine) return release(); // hushed while it was begun
  mine.release = release;
  fed.catch(() => notPlaying(mine));
  return mine.sound.play();
};

const play = async (button) => {
  const { media } = button.closest("[data-media]").dataset;
  const before = playing?.media;
  document.dispatchEvent(new CustomEvent("media-leaving")); // one sound at a time
  if (before === media) return;
  complain("");
  const mine = (playing = { media });
  press(one(`[data-media="${media}"] [data-act="voice-play"]`), true); // at once: a slow phone takes a moment to begin
  try {
    await soundOf(mine);
  } catch {
    notPlaying(mine);
  }
};

document.addEventListener("media-leaving", hush);
on({ "voice-play": (button) => play(button).catch(failed) });
