/** Choosing words that are taken out of a story. Places alone go to the desk; what was chosen is nowhere but here. */

import { askingDesk, DeskRefused } from "../../calls.js";
import { choosingWords, groupsIn, placeOf } from "./word_choice.js";

const place = document.querySelector("[data-story]");
const said = place?.querySelector("[data-said]");
let unsaved = false;

const say = (sentence, kind) => {
  said.textContent = sentence;
  said.className = sentence ? `note ${kind}` : "";
};

const counted = () => {
  const number = place.querySelectorAll(".marking [aria-selected=true]").length;
  place.querySelector("[data-count]").textContent = number ? place.dataset.chosen.replace("{number}", number) : "";
};

const choose = (word, chosen) => {
  const sort = place.querySelector("[name=sort]:checked");
  word.setAttribute("aria-selected", String(chosen));
  if (chosen) Object.assign(word.dataset, { sort: sort.value, word: sort.dataset.word });
  else for (const name of ["sort", "word"]) delete word.dataset[name];
  unsaved = true;
  say("", "");
  counted();
};

const marksIn = (sentence) =>
  groupsIn(sentence, (one, other) => one.dataset.sort === other.dataset.sort).map((group) => ({
    sentence: Number(sentence.dataset.sentence),
    ...placeOf(group),
    sort: group[0].dataset.sort,
  }));

const chosenAnswers = () => {
  const answers = {};
  for (const { dataset, value } of place.querySelectorAll("[data-answer]:checked")) (answers[dataset.answer] ??= []).push(value);
  return answers;
};

const body = () => ({
  tid: place.dataset.tid,
  text: place.dataset.text,
  marks: [...place.querySelectorAll(".marking")].flatMap(marksIn),
  ...Object.fromEntries([...place.querySelectorAll("[data-field]")].map(({ dataset, value }) => [dataset.field, value])),
  answers: chosenAnswers(),
  losses: Object.fromEntries([...place.querySelectorAll("[data-loss]")].map(({ dataset, value }) => [dataset.loss, value])),
});

const make = async ({ currentTarget: button }) => {
  say(place.dataset.making, "");
  button.disabled = true;
  try {
    const { post } = askingDesk({ csrf: place.dataset.csrf, lang: document.documentElement.lang });
    const { location: made } = await post(place.dataset.make, body());
    unsaved = false;
    location.assign(made);
  } catch (error) {
    say((error instanceof DeskRefused && error.sentence) || place.dataset.failed, "warn");
  } finally {
    button.disabled = false;
  }
};

if (place) {
  choosingWords(place, choose);
  counted();
  place.addEventListener("input", () => {
    unsaved = true;
  });
  place.querySelector("[data-act=make]").addEventListener("click", make);
  addEventListener("beforeunload", (event) => {
    if (unsaved) event.preventDefault();
  });
}
