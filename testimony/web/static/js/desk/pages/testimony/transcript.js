/**
 * Correcting what a machine wrote of a recording, line by line beside its sound. Only the button signs it: Ctrl+S says
 * that it is not saved.
 */

import { askingDesk, DeskRefused } from "../../calls.js";
import { isSave } from "../../save_key.js";
import { askAgain, guard } from "../session/lock_guard.js";

const place = document.querySelector("[data-transcript]");
const said = place.querySelector("[data-said]");
const sound = document.querySelector("audio");
const fields = [...place.querySelectorAll("textarea")];
const { post } = askingDesk({ csrf: place.dataset.csrf, lang: document.documentElement.lang });
let unsaved = "waiting" in place.dataset;

const say = (sentence, good) => {
  said.textContent = sentence;
  said.className = good ? "note good" : "note warn";
};

const sign = async () => {
  unsaved = false;
  try {
    const texts = fields.map((field) => field.value);
    const { seen, draft } = place.dataset;
    const answer = await post(place.dataset.save, { texts, seen: JSON.parse(seen), draft });
    place.dataset.seen = JSON.stringify(answer.seen); // what is signed next corrects this
    place.dataset.draft = "";
    say(answer.sentence, true);
    document.querySelectorAll("[data-unsigned]").forEach((one) => one.remove());
    document.querySelector("[data-once-signed]").hidden = false;
    askAgain();
  } catch (error) {
    unsaved = true; // the words stay in the fields
    say((error instanceof DeskRefused && error.sentence) || place.dataset.failed, false);
  }
};

place.addEventListener("input", () => {
  unsaved = true;
  askAgain();
  say(place.dataset.unsaved, false);
});
addEventListener("keydown", (event) => {
  if (!isSave(event)) return;
  event.preventDefault();
  if (unsaved) say(place.dataset.unsaved, false);
  said.scrollIntoView({ block: "nearest" });
});
place.addEventListener("click", (event) => {
  const from = event.target.closest("[data-ms]");
  if (!from) return;
  sound.currentTime = Number(from.dataset.ms) / 1000;
  sound.play();
});
place.querySelector("[data-act=save]").addEventListener("click", sign);
document.querySelector("form[data-discards]")?.addEventListener("submit", () => (unsaved = false));
guard({
  unsaved: () => unsaved,
  save: async () => {}, // nobody signs by not being there
  lose: () => (unsaved = false),
  ask: () => say(`${said.textContent} ${place.dataset.lockAnyway}`, false),
});
