/** What the microphone hears right now: a bar for the eye, a sentence for everybody, and a phone that does not fall asleep. */

import { one, word } from "./cards.js";

const calm = matchMedia("(prefers-reduced-motion: reduce)");

let shown = 0;

/** Show it: ten times a second, or once where less motion was asked for. A sentence changes only when it is another one. */
export const showLevel = ({ level, sound }) => {
  shown += 1;
  if (!calm.matches || shown % 10 === 0) one("[data-level-bar]").value = level;
  const [place, sentence] = [one("[data-level-said]"), word(sound ? "sound_there" : "sound_none")];
  if (place.textContent !== sentence) place.textContent = sentence;
};

/** Keep the screen on until the returned function is called; a browser that cannot lets it sleep, and the recording goes on all the same. */
export const stayAwake = () => {
  let lock = null;
  let over = false;
  const ask = async () => {
    lock = (await navigator.wakeLock?.request("screen").catch(() => null)) ?? null;
    if (over) lock?.release();
  };
  const again = () => document.visibilityState === "visible" && !over && ask();
  document.addEventListener("visibilitychange", again); // the browser takes it back whenever the page is hidden
  ask();
  return () => {
    over = true;
    document.removeEventListener("visibilitychange", again);
    lock?.release();
  };
};
