/** Files of a case: sent by script, because a browser keeps what a form sends. What is too large is never read. */

import { askingDesk, DeskRefused } from "../../calls.js";
import { askAgain, guard } from "../session/lock_guard.js";

const place = document.querySelector("[data-attachments]");
const { ask, post } = askingDesk({ csrf: place.dataset.csrf, lang: document.documentElement.lang });

const telling = (within) => {
  const said = within.querySelector("[data-said]");
  return (sentence, kind = "warn") => {
    said.textContent = sentence;
    said.className = `note ${kind}`;
  };
};
const why = (error) => (error instanceof DeskRefused && error.sentence) || place.dataset.failed;

const form = place.querySelector("[data-attaching]");
const UNSAID = "?"; // whom the file concerns is never proposed
const file = form.querySelector("[data-file]");
const fields = [...form.querySelectorAll("[data-field]")];
const title = form.querySelector("[data-field=title]");
const button = form.querySelector("[data-act=attach]");
const tell = telling(form);
let sent = false;

/** A proposal that the lawyer can change: the name without its ending. */
file.addEventListener("change", () => {
  const [chosen] = file.files;
  if (chosen && !title.value) title.value = chosen.name.replace(/\.[^.]{1,8}$/, "").slice(0, title.maxLength);
});

const send = async () => {
  const [chosen] = file.files;
  if (!chosen) return tell(place.dataset.none);
  if (chosen.size > Number(place.dataset.largest)) return tell(place.dataset.tooLarge);
  if (fields.some((one) => one.value === UNSAID)) return tell(place.dataset.unsaid);
  const body = new FormData();
  body.append("case", place.dataset.case);
  for (const one of fields) body.append(one.dataset.field, one.value);
  body.append("file", chosen, chosen.name);
  button.disabled = true;
  tell(place.dataset.sending, "quiet");
  try {
    await ask(place.dataset.add, { method: "POST", body });
    sent = true;
    location.reload(); // the page says what was done
  } catch (error) {
    tell(why(error));
  } finally {
    button.disabled = false;
  }
};

button.addEventListener("click", send);
form.addEventListener("input", askAgain);
const unsaved = () => !sent && (file.files.length > 0 || title.value !== "");
const lose = () => {
  file.value = title.value = "";
};
// before the desk locks nothing is sent by itself: somebody may not have looked at the file yet
guard({ unsaved, save: () => null, lose, ask: () => tell(place.dataset.lockAnyway) });

for (const one of place.querySelectorAll("[data-out]")) {
  one.querySelector("[data-act=out]").addEventListener("click", async () => {
    const said = { case: place.dataset.case, file: one.dataset.out, reason: one.querySelector("[data-reason]").value };
    try {
      await post(place.dataset.takeOut, said);
      location.reload();
    } catch (error) {
      telling(one)(why(error));
    }
  });
}
