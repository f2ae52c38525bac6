/** Codes beside the text: which sentences support which code, chosen by keyboard or pointer, and the way from one to the other. */

import { askingDesk, DeskRefused } from "../../calls.js";
import { isSave } from "../../save_key.js";

const place = document.querySelector("[data-coding]");
const status = place.querySelector("[data-said]");
const bar = place.querySelector("[data-marking]");
const only = place.querySelector("[data-only]");
const sentences = [...place.querySelectorAll(".said")];
const codes = [...place.querySelectorAll("[data-code]")];
const boxes = sentences.map((sentence) => sentence.querySelector("input"));
const { post } = askingDesk({ csrf: place.dataset.csrf, lang: document.documentElement.lang });
let marking = null; // the code whose passages are being chosen

const one = (selector, within) => within.querySelector(selector);
const numberOf = (sentence) => one("[data-number]", sentence).textContent;
const marksOf = (code) => [...one("[data-places]", code).children].map((link) => link.hash.slice(1));

const say = (sentence, tone = "") => {
  status.textContent = sentence;
  status.className = sentence ? `note ${tone}` : "";
};

const link = (address, ...content) => {
  const made = document.createElement("a");
  made.href = address;
  made.append(...content);
  return made;
};

const linkToSentence = (sentence) => {
  const number = document.createElement("bdi");
  number.textContent = numberOf(sentence);
  const made = link(`#${sentence.id}`, "¶ ", number);
  made.setAttribute("aria-label", place.dataset.sentence.replace("{number}", numberOf(sentence)));
  return made;
};

const linkToCode = (code) => {
  const made = link(`#${code.id}`, one(".asked", code).textContent);
  made.dir = "auto";
  return made;
};

const count = () => {
  const lacking = codes.filter((code) => "lacks" in code.dataset).length;
  one("[data-lacking-count]", place).textContent = lacking;
};

/** The page says what was saved. */
const show = (code, chosen) => {
  one("[data-places]", code).replaceChildren(...chosen.map(linkToSentence));
  for (const sentence of sentences) {
    const links = one("[data-codes]", sentence);
    [...links.children].filter((each) => each.hash === `#${code.id}`).forEach((each) => each.remove());
    if (chosen.includes(sentence)) links.append(linkToCode(code));
  }
  const answered = "needs" in code.dataset;
  code.toggleAttribute("data-lacks", answered && !chosen.length);
  one("[data-none]", code).hidden = !(answered && !chosen.length);
  count();
};

const stop = () => {
  const code = marking;
  marking = null;
  bar.hidden = true;
  place.classList.remove("choosing");
  boxes.forEach((box) => (box.hidden = true));
  one("[data-act=mark]", code).focus();
};

const start = (code) => {
  marking = code;
  const marked = marksOf(code);
  boxes.forEach((box, at) => Object.assign(box, { hidden: false, checked: marked.includes(sentences[at].id) }));
  one("[data-marked-code]", bar).textContent = one(".asked", code).textContent;
  bar.hidden = false;
  place.classList.add("choosing");
  say(place.dataset.choosing);
  (boxes.find((box) => box.checked) ?? boxes[0]).focus();
};

const save = async () => {
  const code = marking;
  const chosen = sentences.filter((_, at) => boxes[at].checked);
  const passages = chosen.map(({ dataset }) => ({ statement: dataset.of, start: Number(dataset.saidAt), end: Number(dataset.saidTo) }));
  try {
    const { sentence } = await post(place.dataset.save, { field: code.dataset.code, passages });
    show(code, chosen);
    stop();
    say(sentence, "good");
  } catch (error) {
    say((error instanceof DeskRefused && error.sentence) || place.dataset.failed, "warn");
  }
};

const leave = () => {
  stop();
  say(place.dataset.left);
};

/** Up and down through the sentences, as through a list. */
const step = (event) => {
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const at = boxes.indexOf(event.target);
  if (!by || at < 0) return;
  event.preventDefault();
  boxes[Math.min(Math.max(at + by, 0), boxes.length - 1)].focus();
};

for (const code of codes) {
  const button = one("[data-act=mark]", code);
  if (!button) continue;
  button.hidden = false;
  button.addEventListener("click", () => start(code));
}
one("[data-act=save]", bar).addEventListener("click", save);
one("[data-act=leave]", bar).addEventListener("click", leave);
place.addEventListener("keydown", (event) => {
  if (marking && event.key === "Escape") leave();
  else if (marking && isSave(event)) {
    event.preventDefault();
    save();
  } else step(event);
});
place.addEventListener("change", (event) => marking && boxes.includes(event.target) && say("")); // how to choose is known by now
if (only) {
  only.hidden = false;
  one("input", only).addEventListener("change", (event) => place.classList.toggle("only-lacking", event.target.checked));
}
