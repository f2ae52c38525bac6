/** What became of a testimony: words for its witness, sent by script, because a browser keeps what a form sends. */

import { askingDesk, DeskRefused } from "../../calls.js";
import { askAgain, guard } from "../session/lock_guard.js";

const place = document.querySelector("[data-feedback]");
const form = place?.querySelector("[data-writing]");

if (form) {
  const { post } = askingDesk({ csrf: place.dataset.csrf, lang: document.documentElement.lang });
  const said = form.querySelector("[data-said]");
  const text = form.querySelector("[data-text]");
  const whom = form.querySelector("[data-whom]");
  let kept = text.value;

  const tell = (sentence) => {
    said.textContent = sentence;
    said.className = "note warn";
  };
  const send = async () => {
    const tid = whom ? whom.value : form.dataset.tid;
    try {
      await post(place.dataset.save, { tid, case: place.dataset.case, text: text.value, lang: form.querySelector("[data-lang]").value });
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
}
