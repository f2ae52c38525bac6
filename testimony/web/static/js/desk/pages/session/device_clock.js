/**
 * The page of a machine's clock: shows the clock of the visitor's device in the same words, in UTC, and sends it when the
 * visitor wants it. Years, months and days are those of the Gregorian calendar, as on the rest of the page.
 */

import { asWritten, knownAs } from "../../../interview/dates/south_slavic.js";

const EACH = 1000; // milliseconds between two looks at the clock
const shown = document.querySelector("[data-device]");
const button = document.querySelector("button[data-set]");
const sentence = shown.textContent;
const { lang } = document.documentElement;
const locale = `${knownAs(lang)}-u-ca-gregory-nu-latn`;
const day = new Intl.DateTimeFormat(locale, { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
const time = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: "UTC" });

const show = () => {
  const now = new Date();
  shown.textContent = sentence.replace("…", `${asWritten(day.format(now), lang)}, ${time.format(now)} UTC`);
};

show();
shown.hidden = false;
button.disabled = false;
setInterval(show, EACH);
button.form.addEventListener("submit", () => {
  button.form.elements.moment.value = String(Math.round(Date.now() / 1000));
});
