/** Sentences with numbers in them, as the cards of recordings and pictures say them. */

import { one, word } from "./cards.js";
import { asWritten, knownAs } from "../../dates/south_slavic.js";
import { inSentencesOf } from "../../form/numerals.js";

/** A number, or one in text, in the digits of the page's language. */
export const shown = (number) => inSentencesOf(document.documentElement.lang, String(number));

const put = (value) => (typeof value === "number" ? shown(value) : value);

/** The sentence `name` with each {key} of it filled in; numbers in the digits of the language. */
export const filled = (name, values) => Object.entries(values).reduce((text, [key, value]) => text.replace(`{${key}}`, put(value)), word(name));

/** The name of a witness's language, once the cards are on the page; its code before. */
export const languageOf = (code) => {
  const named = code && one(`[data-field="witness_language"] [data-option="${code}"] span`);
  return named ? named.firstChild.textContent.trim() : code; // its name alone, not that a script in it is a draft
};

/** The language in which the browser says days, hours and lists on this page. */
export const region = () => knownAs(document.documentElement.lang);

/** What the browser said of a day in it, as people write it in the language of the page. */
export const written = (said) => asWritten(said, document.documentElement.lang);

/** The time of day, as the language of the page says it. */
export const hour = (time) => new Intl.DateTimeFormat(region(), { hour: "2-digit", minute: "2-digit" }).format(new Date(time));

/** The days (ISO) `from` to `to`, or the one day or month (YYYY-MM) that both are, in the words of the page's language. */
export const inWords = ({ from, to }) => {
  const month = from.length === "YYYY-MM".length;
  const format = new Intl.DateTimeFormat(`${region()}-u-ca-gregory-nu-latn`, { day: month ? undefined : "numeric", month: "long", year: "numeric", timeZone: "UTC" });
  return written(format.formatRange(new Date(from), new Date(to)));
};

const two = (number) => String(number).padStart(2, "0");

/** Seconds as a clock shows them: 2:05, 1:02:05. */
export const clock = (seconds) => {
  const whole = Math.floor(seconds);
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return shown(hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`);
};
