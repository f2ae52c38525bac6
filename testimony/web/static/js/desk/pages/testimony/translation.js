/**
 * Translating: saves by button, Ctrl+S, every five minutes while something is unsaved, and before the desk locks. What a
 * machine drafted is signed by the button alone: Ctrl+S says that it is not saved.
 */

import { askingDesk, DeskRefused } from "../../calls.js";
import { isSave } from "../../save_key.js";
import { askAgain, guard } from "../session/lock_guard.js";

const EVERY = 5 * 60_000; // sooner than the key is forgotten
const place = document.querySelector("[data-translating]");
const said = place.querySelector("[data-said]");
const button = place.querySelector("[data-act=save]");
const method = document.getElementById("method");
const fields = [...place.querySelectorAll("textarea")];
const { post } = askingDesk({ csrf: place.dataset.csrf, lang: document.documentElement.lang });
let unsaved = place.dataset.draft !== "";
let saving = null;

const say = (sentence, good) => {
  said.textContent = sentence;
  said.className = good ? "note good" : "note warn";
};

const send = async () => {
  const body = {
    lang: place.dataset.to,
    method: method.value,
    translator: document.getElementById("translator").value,
    texts: fields.map((field) => field.value),
    seen: JSON.parse(place.dataset.seen),
    draft: place.dataset.draft,
  };
  unsaved = false;
  try {
    const answer = await post(place.dataset.save, body);
    say(answer.sentence, true);
    method.value = answer.method; // a machine's, while a sentence still is what it wrote
    place.dataset.seen = JSON.stringify(answer.seen); // what is signed next stands for this
    place.dataset.draft = "";
    document.querySelectorAll("[data-unsigned]").forEach((one) => one.remove());
    askAgain();
  } catch (error) {
    unsaved = true; // the words stay in the fields
    say((error instanceof DeskRefused && error.sentence) || place.dataset.failed, false);
  }
  said.scrollIntoView({ block: "nearest" });
};

/** One at a time: a second press waits for the first. */
const save = () => (saving = (saving ?? Promise.resolve()).then(send));
/** Nobody signs a machine's words by not being there: what waits for the button is only said. */
const saveOwn = async () => (place.dataset.draft ? say(place.dataset.unsaved, false) : await save());

place.addEventListener("input", () => {
  unsaved = true;
  askAgain();
  say(place.dataset.unsaved, false);
});
button.addEventListener("click", save);
addEventListener("keydown", async (event) => {
  if (!isSave(event)) return;
  event.preventDefault();
  await saveOwn();
  said.scrollIntoView({ block: "nearest" });
});
document.querySelector("form[data-discards]")?.addEventListener("submit", () => (unsaved = false));
guard({
  unsaved: () => unsaved,
  save: saveOwn,
  lose: () => (unsaved = false),
  ask: () => say(`${said.textContent} ${place.dataset.lockAnyway}`, false),
});
setInterval(() => unsaved && saveOwn(), EVERY);
