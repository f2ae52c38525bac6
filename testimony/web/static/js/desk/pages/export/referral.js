/** A referral sheet: what is wanted goes by script, because a browser keeps what a form sends. */

import { askingDesk, DeskRefused } from "../../calls.js";
import { askAgain, guard } from "../session/lock_guard.js";

const place = document.querySelector("[data-referral]");
const said = place?.querySelector("[data-said]");
const save = place?.querySelector("[data-save]");
let made = "";
let kept = "";

const typed = () => Object.fromEntries([...place.querySelectorAll("[data-field]")].map((one) => [one.dataset.field, one.value]));
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
  const { csrf, referral, making } = place.dataset;
  const order = { ...typed(), to: document.getElementById("to").value };
  forget();
  say(making, "");
  currentTarget.disabled = true;
  try {
    const { ask } = askingDesk({ csrf, lang: document.documentElement.lang });
    const answer = await ask(referral, { method: "POST", body: JSON.stringify(order), headers: { "Content-Type": "application/json" } });
    made = URL.createObjectURL(await answer.blob());
    save.href = made;
    save.download = /filename="([\w.-]+)"/.exec(answer.headers.get("Content-Disposition"))?.[1] ?? "referral.pdf";
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

if (place) {
  kept = JSON.stringify(typed());
  place.querySelector("[data-act=make]").addEventListener("click", make);
  place.addEventListener("input", () => {
    forget();
    askAgain();
  });
  const lose = () => (kept = JSON.stringify(typed()));
  guard({ unsaved, save: async () => {}, lose, ask: () => say(place.dataset.lockAnyway, "warn") });
  addEventListener("pagehide", forget);
}
