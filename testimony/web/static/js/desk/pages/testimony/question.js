/** A question to the interviewer in the lawyer's own words. */

import { sendWords } from "../session/own_words.js";

const place = document.querySelector("[data-own-words]");
const form = place?.querySelector("[data-writing]");

if (form) sendWords(place, form, (text) => ({ text }), { sends: true });
