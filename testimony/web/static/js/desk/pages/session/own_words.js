/** Words that go by script, because a browser keeps what a form sends: they stay in their field until the desk has them, and the lock asks. */

import { askingDesk, DeskRefused } from "../../calls.js";
import { askAgain, guard } from "./lock_guard.js";

/**
 * The field `[data-text]` of `form` in `place`; `bodyOf(text)` gives what is posted to the address in `data-save`. `sends`: the words go to
 * somebody and cannot be taken back, so the lock sends none that nobody pressed the button for.
 */
export const sendWords = (place, form, bodyOf, { sends = false } = {}) => {
  const { post } = askingDesk({ csrf: place.dataset.csrf, lang: document.documentElement.lang });
  const said = form.querySelector("[data-said]");
  const text = form.querySelector("[data-text]");
  const write = form.querySelector("[data-act=write]");
  let kept = text.value;
  let sending = null;

  const tell = (sentence) => {
    said.textContent = sentence;
    said.className = "note warn";
  };
  const sendOnce = async () => {
    const typed = text.value;
    try {
      await post(place.dataset.save, bodyOf(typed));
      kept = typed;
      return true;
    } catch (error) {
      tell((error instanceof DeskRefused && error.sentence) || place.dataset.failed);
      return false;
    }
  };
  /** Who asks while words are under way waits for these. */
  const send = () => (sending ??= sendOnce().finally(() => (sending = null)));
  write.addEventListener("click", async () => {
    write.disabled = true;
    if (await send()) location.reload();
    else write.disabled = false;
  });
  form.addEventListener("input", askAgain);
  guard({ unsaved: () => text.value !== kept, save: sends ? () => sending : send, lose: () => (kept = text.value), ask: () => tell(place.dataset.lockAnyway) });
};
