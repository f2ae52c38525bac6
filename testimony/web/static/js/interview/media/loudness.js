/** How loud it is, from the wave of a moment: as a share for a bar, and whether that is sound at all. DOM-free. */

const QUIETEST = -60; // decibels below the loudest that a microphone can tell
/** Below this a room is silent, or the microphone covered. */
export const SOUND = 0.2;

/** 0 to 1 of `wave`, an array of numbers from -1 to 1. */
export const levelOf = (wave) => {
  const power = wave.reduce((sum, value) => sum + value * value, 0) / wave.length;
  return power === 0 ? 0 : Math.min(Math.max(1 - (10 * Math.log10(power)) / QUIETEST, 0), 1);
};
