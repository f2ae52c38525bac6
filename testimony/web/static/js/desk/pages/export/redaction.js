/** Choosing words that are burnt out of a case file. Places alone go to the desk; what was chosen is nowhere but here. */

import { forgetFields, showFields } from "./copy_buttons.js";
import { namingUnopened } from "./unopened.js";
import { choosingWords, groupsIn, placeOf } from "./word_choice.js";
import { askingDesk, DeskRefused } from "../../calls.js";
import { filler } from "../../filled.js";

const fill = filler(document.documentElement.lang);
const place = document.querySelector("[data-burning]");
const said = place?.querySelector("[data-said]");
const count = place?.querySelector("[data-count]");
const save = place?.querySelector("[data-save]");
const register = place?.querySelector("[data-register]"); // the file is in it as soon as it is made
const copying = place?.querySelector("[data-copying]");
let made = "";
let unsaved = false;

const say = (sentence, kind = "good") => {
  said.textContent = sentence;
  said.className = `note ${kind}`;
};

const forget = () => {
  if (made) URL.revokeObjectURL(made);
  made = "";
  save.hidden = true;
  register.hidden = true;
  if (copying) forgetFields(copying);
};

const chosenIn = (part) => {
  const number = part.querySelectorAll("[aria-selected=true]").length;
  return number ? fill(place.dataset.chosen, { number }) : "";
};

const choose = (word, chosen) => {
  word.setAttribute("aria-selected", String(chosen));
  unsaved = true;
  forget();
  said.textContent = "";
  count.textContent = chosenIn(place);
  const testimony = word.closest("[data-tid]");
  testimony.querySelector("[data-within]").textContent = chosenIn(testimony);
};

/** Words beside each other that were chosen are one mark, with the blanks between them. */
const marksIn = (sentence) =>
  groupsIn(sentence).map((group) => ({ text: sentence.dataset.text, sentence: Number(sentence.dataset.sentence), ...placeOf(group) }));

const marks = () =>
  Object.fromEntries(
    [...place.querySelectorAll("[data-tid]")].map((one) => [one.dataset.tid, [...one.querySelectorAll(".marking")].flatMap(marksIn)]),
  );

/** The names that were written, by the ID of the person in the roster. */
const persons = () =>
  Object.fromEntries(
    [...place.querySelectorAll("[data-person]")].map(({ dataset, value }) => [dataset.person, value.trim()]).filter(([, name]) => name),
  );

/** What the desk answers to the order and the marks, told by `told`; the button rests meanwhile. */
const order = async (button, address, told) => {
  const { csrf } = place.dataset;
  const found = marks();
  forget();
  say(place.dataset.making, "");
  button.disabled = true;
  try {
    const { ask } = askingDesk({ csrf, lang: document.documentElement.lang });
    const body = JSON.stringify({ ...JSON.parse(place.dataset.order), tids: Object.keys(found), marks: found, persons: persons() });
    await told(await ask(address, { method: "POST", body, headers: { "Content-Type": "application/json" } }));
    unsaved = false;
  } catch (error) {
    say((error instanceof DeskRefused && error.sentence) || place.dataset.failed, "warn");
  } finally {
    button.disabled = false;
  }
};

const make = ({ currentTarget }) =>
  order(currentTarget, place.dataset.make, async (answer) => {
    made = URL.createObjectURL(await answer.blob());
    save.href = made;
    save.download = /filename="([\w.-]+)"/.exec(answer.headers.get("Content-Disposition"))?.[1] ?? "case-file.pdf";
    save.hidden = false;
    register.hidden = false;
    say(place.dataset.made);
    save.focus();
  });

const show = ({ currentTarget }) =>
  order(currentTarget, place.dataset.fields, async (answer) => {
    const { sheets } = await answer.json();
    say(copying.dataset.shown);
    showFields(copying, sheets, say);
  });

if (place) {
  choosingWords(place, choose);
  namingUnopened(place);
  for (const one of place.querySelectorAll("[data-person]")) {
    one.addEventListener("input", () => {
      unsaved = true;
      forget();
      said.textContent = "";
    });
  }
  place.querySelector("[data-act=make]").addEventListener("click", make);
  place.querySelector("[data-act=fields]")?.addEventListener("click", show);
  addEventListener("beforeunload", (event) => {
    if (unsaved) event.preventDefault();
  });
  addEventListener("pagehide", forget);
}
