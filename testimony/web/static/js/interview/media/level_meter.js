/** Ears on a microphone: how loud it is right now, and whether there was sound within a breath. */

import { SOUND, levelOf } from "./loudness.js";

/** People stop between sentences: so long a silence is still somebody speaking. */
const BREATH = 5000;

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
