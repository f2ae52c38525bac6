/**
 * A practice: the cards and scripts of an interview over a phone that keeps nothing (interview/practice/practice_phone.js). This
 * module alone knows that it is one: it marks the page, lets the witness speak, and leaves by loading the page anew, so that nothing
 * of it stays in memory.
 */

import { all, complain, flag, on, one, pageData, show, word } from "../base/cards.js";
import { loadPractice } from "../base/fragments.js";
import { idleTooLong, touched } from "../base/idle.js";
import { prepareCards } from "../cards/card.js";
import { practicePhone } from "../../practice/practice_phone.js";
import { showComparison } from "./comparison.js";
import { letWitnessSpeak } from "./witness.js";

/** No name of a roster. */
const PERSON = "practice";
const LOOK = 5000;
const RECORDED = ["P02", "P03"];
const END = "practice-end";

/** Load the page anew: its memory goes with it, and so does everything that was typed. */
const leave = () => location.reload();

const copy = (name) => one(`[data-${name}]`).content.firstElementChild.cloneNode(true);

/** The frame, and the word in sight of every card and every dialog; who hears the page hears it with each heading. */
const mark = () => {
  flag("practice", "");
  const head = Object.assign(copy("practice-mark"), { id: "practice-mark" });
  one(".top").prepend(head);
  all("dialog").forEach((dialog) => dialog.prepend(copy("practice-mark")));
  all("[data-card] :is(h1, h2), dialog h2").forEach((heading) => heading.setAttribute("aria-describedby", head.id));
  one('dialog[data-dialog="stop"] h2').after(copy("practice-leave"));
  one('[data-card="code"] .codes').before(copy("practice-example"));
};

/** As for an organisation that asks for no recordings and no pictures: they are files on the disk. The slip is left out too: printers remember. */
const leaveOutFiles = () => {
  const offers = pageData().purposes;
  const ids = Object.keys(offers).filter((id) => RECORDED.includes(offers[id].purpose));
  ids.forEach((id) => {
    delete offers[id];
    all(`[data-card="purpose-${id}"], [data-field="page_uses"] [data-option="${id}"], [data-gift="${id}"], [data-not="${id}"]`).forEach((part) => part.remove());
  });
  all('[data-card="voice"], [data-card="pictures"]').forEach((card) => card.remove());
  one('[data-act="print-slip"]')?.closest("details").remove();
  if (!one('[data-field="page_uses"] [data-option]')) one('[data-card="uses-more"]')?.remove();
};

const dress = () => {
  mark();
  leaveOutFiles();
  letWitnessSpeak();
};

const ending = (kind) => {
  all("[data-ended]").forEach((part) => (part.hidden = part.dataset.ended !== kind));
  showComparison();
};

/** Idle for too long, as where a real interview would be locked. */
const watch = () => idleTooLong() && leave();

/** Begin a practice; `begin(phone, person)` begins an interview. */
export const practise = async (begin) => {
  touched();
  await loadPractice();
  await prepareCards();
  dress();
  document.addEventListener("language-changed", dress);
  setInterval(watch, LOOK);
  on({
    pause: () => {
      one("dialog[open]")?.close(); // the sentence stands in the card
      complain(word("practice_no_pause"));
    },
    "practice-leave": leave,
    "practice-again": () => start(begin),
  });
  return start(begin);
};

const start = (begin) => begin(practicePhone({ ending, over: async () => show(END) }), PERSON);
