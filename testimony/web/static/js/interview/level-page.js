/** What the microphone hears right now: a bar for the eye, a sentence for everybody, and a phone that does not fall asleep. */

import { one, word } from "./cards-page.js";
import { SOUND, levelOf } from "./loudness.js";

/** People stop between sentences: so long a silence is still somebody speaking. */
const BREATH = 5000;
const calm = matchMedia("(prefers-reduced-motion: reduce)");

/** Ears on `stream`. `heard()` listens for a moment: its level, and whether there was sound within a breath. */
export const listenTo = (stream) => {
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  const wave = new Float32Array(analyser.fftSize);
  let last = performance.now();
  context.createMediaStreamSource(stream).connect(analyser);
  return {
    heard: () => {
      analyser.getFloatTimeDomainData(wave);
      const level = levelOf(wave);
      if (level > SOUND) last = performance.now();
      return { level, sound: performance.now() - last < BREATH };
    },
    close: () => context.close(),
  };
};

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
