/** Words that go by script, because a browser keeps what a form sends: they stay in their field until the desk has them, and the lock asks. */

import { askingDesk, DeskRefused } from "../../calls.js";
import { askAgain, guard } from "./lock_guard.js";

/** The field `[data-text]` of `form` in `place`; `bodyOf(text)` gives what is posted to the address in `data-save`. */
export const sendWords = (place, form, bodyOf) => {
  const { post } = askingDesk({ csrf: place.dataset.csrf, lang: document.documentElement.lang });
  const said = form.querySelector("[data-said]");
  const text = form.querySelector("[data-text]");
  let kept = text.value;

  const tell = (sentence) => {
    said.textContent = sentence;
    said.className = "note warn";
  };
  const send = async () => {
    try {
      await post(place.dataset.save, bodyOf(text.value));
      kept = text.value;
      return true;
    } catch (error) {
      tell((error instanceof DeskRefused && error.sentence) || place.dataset.failed);
      return false;
    }
  };
  form.querySelector("[data-act=write]").addEventListener("click", async () => (await send()) && location.reload());
  form.addEventListener("input", askAgain);
  guard({ unsaved: () => text.value !== kept, save: send, lose: () => (kept = text.value), ask: () => tell(place.dataset.lockAnyway) });
};
