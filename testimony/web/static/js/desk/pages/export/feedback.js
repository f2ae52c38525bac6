/** What became of a testimony: words for its witness. */

import { sendWords } from "../session/own_words.js";

const place = document.querySelector("[data-feedback]");
const form = place?.querySelector("[data-writing]");

if (form) {
  const whom = form.querySelector("[data-whom]");
  const lang = form.querySelector("[data-lang]");
  sendWords(place, form, (text) => ({ tid: whom ? whom.value : form.dataset.tid, case: place.dataset.case, text, lang: lang.value }));
}
