/** Deadlines and tasks of a case, and why it ends: sent by script, because a browser keeps what a form sends. */

import { askingDesk, DeskRefused } from "../../calls.js";
import { askAgain, guard } from "../session/lock_guard.js";

const place = document.querySelector("[data-agenda-save]");
const { post } = askingDesk({ csrf: place.dataset.csrf, lang: document.documentElement.lang });

for (const form of place.querySelectorAll("[data-agenda-form]")) {
  const said = form.querySelector("[data-said]");
  const fields = [...form.querySelectorAll("[data-field]")];
  const typed = () => Object.fromEntries(fields.map((one) => [one.dataset.field, one.value]));
  let kept = JSON.stringify(typed());
  const unsaved = () => JSON.stringify(typed()) !== kept;

  const tell = (sentence) => {
    said.textContent = sentence;
    said.className = "note warn";
  };
  const send = async () => {
    try {
      const { item, sort } = form.dataset;
      await post(place.dataset.agendaSave, { case: place.dataset.case, item, sort, ...typed() });
      kept = JSON.stringify(typed());
      return true;
    } catch (error) {
      tell((error instanceof DeskRefused && error.sentence) || place.dataset.failed);
      return false;
    }
  };
  const ends = form.dataset.sort === "CLOSING"; // the lock must not close a case from a reason that is half typed
  const save = async () => (await send()) && location.reload(); // the page says what was done

  form.querySelector("[data-act=save]").addEventListener("click", save);
  form.addEventListener("input", askAgain);
  guard({ unsaved, save: ends ? async () => false : send, lose: () => (kept = JSON.stringify(typed())), ask: () => tell(place.dataset.lockAnyway) });
}
