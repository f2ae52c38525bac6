/** A sheet for somebody outside: its words go by script, because a browser keeps what a form sends. */

import { askingDesk, DeskRefused } from "../../calls.js";
import { askAgain, guard } from "../session/lock_guard.js";

const place = document.querySelector("[data-sheet]");
const said = place?.querySelector("[data-said]");
const save = place?.querySelector("[data-save]");
let made = "";
let kept = "";

const answer = (one) => (one.type === "checkbox" && !one.checked ? "" : one.value);
const typed = () => Object.fromEntries([...place.querySelectorAll("[data-field]")].map((one) => [one.dataset.field, answer(one)]));
const unsaved = () => JSON.stringify(typed()) !== kept;

const say = (sentence, kind) => {
  said.textContent = sentence;
  said.className = kind ? `note ${kind}` : "";
};

const forget = () => {
  if (made) URL.revokeObjectURL(made);
  made = "";
  save.hidden = true;
};

const make = async ({ currentTarget }) => {
  const { csrf, sheet, making } = place.dataset;
  const order = { ...typed(), to: document.getElementById("to").value };
  forget();
  say(making, "");
  currentTarget.disabled = true;
  try {
    const { ask } = askingDesk({ csrf, lang: document.documentElement.lang });
    const found = await ask(sheet, { method: "POST", body: JSON.stringify(order), headers: { "Content-Type": "application/json" } });
    made = URL.createObjectURL(await found.blob());
    save.href = made;
    save.download = /filename="([\w.-]+)"/.exec(found.headers.get("Content-Disposition"))?.[1] ?? "sheet.pdf";
    save.hidden = false;
    kept = JSON.stringify(typed());
    say(place.dataset.made, "good");
    save.focus();
  } catch (error) {
    say((error instanceof DeskRefused && error.sentence) || place.dataset.failed, "warn");
  } finally {
    currentTarget.disabled = false;
  }
};

/** Behind what stands there: nothing that was written is lost. */
const begin = ({ currentTarget }) => {
  const words = place.querySelector("[data-field=words]");
  words.value = [words.value, currentTarget.closest("details").querySelector("[data-text]").textContent].filter(Boolean).join("\n");
  words.dispatchEvent(new Event("input", { bubbles: true }));
  words.focus();
};

if (place) {
  kept = JSON.stringify(typed());
  place.querySelector("[data-act=make]").addEventListener("click", make);
  place.querySelectorAll("[data-words-begin]").forEach((one) => one.addEventListener("click", begin));
  place.addEventListener("input", () => {
    forget();
    askAgain();
  });
  const lose = () => (kept = JSON.stringify(typed()));
  guard({ unsaved, save: async () => {}, lose, ask: () => say(place.dataset.lockAnyway, "warn") });
  addEventListener("pagehide", forget);
}
