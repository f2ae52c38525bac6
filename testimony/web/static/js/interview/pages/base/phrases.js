/** Sentences with numbers in them, as the cards of recordings and pictures say them. */

import { word } from "./cards.js";
import { inSentencesOf } from "../../form/numerals.js";

/** A number, or one in text, in the digits of the page's language. */
export const shown = (number) => inSentencesOf(document.documentElement.lang, String(number));

const put = (value) => (typeof value === "number" ? shown(value) : value);

/** The sentence `name` with each {key} of it filled in; numbers in the digits of the language. */
export const filled = (name, values) => Object.entries(values).reduce((text, [key, value]) => text.replace(`{${key}}`, put(value)), word(name));

const two = (number) => String(number).padStart(2, "0");

/** Seconds as a clock shows them: 2:05, 1:02:05. */
export const clock = (seconds) => {
  const whole = Math.floor(seconds);
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return shown(hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`);
};
