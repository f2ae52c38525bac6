/** Sentences with numbers in them, as the cards of recordings and pictures say them. */

import { word } from "./cards-page.js";

/** The sentence `name` with each {key} of it filled in. */
export const filled = (name, values) => Object.entries(values).reduce((text, [key, value]) => text.replace(`{${key}}`, value), word(name));

const two = (number) => String(number).padStart(2, "0");

/** Seconds as a clock shows them: 2:05, 1:02:05. */
export const clock = (seconds) => {
  const whole = Math.floor(seconds);
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
};
