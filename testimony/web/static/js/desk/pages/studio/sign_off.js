/** The end of the page of a language: who checked it, the signature, the file, and what comes next. */

import { all, goTo, one, rows, say, word } from "./sentences.js";

const form = one("[data-checking]");
const name = one("#checker");
const tick = one("#checker-agrees");
const heard = one("#checker-heard");

const wrong = (field, sentence) => {
  say(sentence, "bad");
  field.setAttribute("aria-invalid", "true");
  field.focus();
  return false;
};

/** Whether the second speaker said who they are and that it says the same. */
const isSaid = () => {
  [name, tick].forEach((field) => field.removeAttribute("aria-invalid"));
  if (!name.value.trim()) return wrong(name, word("name_missing"));
  return tick.checked || wrong(tick, word("tick_missing"));
};

/** The recordings are not those of the file that was saved last. */
export const showChanged = () => {
  if (!one("[data-saved]").hidden) one("[data-saved-changed]").hidden = false;
};

const showSaved = ({ file, address, sentence }) => {
  const place = one("[data-saved]");
  place.hidden = false;
  one("[data-saved-changed]").hidden = true;
  one("[data-saved-said]").textContent = sentence;
  all("[data-saved-name]").forEach((each) => (each.textContent = file));
  const link = one("a[download]", place);
  Object.assign(link, { href: address, download: file });
  link.click();
  goTo(one("#saved-title"));
};

const save = async (sign, checked) => {
  if (checked && !isSaid()) return;
  if (!checked && !one('[data-mended="yes"]') && !rows.some((row) => row.dataset.state === "kept")) return say(word("nothing_recorded"), "bad");
  if (!checked && heard.checked) return say(word("heard_unsaid"), "bad");
  const said = { checked: checked ? name.value.trim() : null, agrees: checked, heard: heard.checked, texts: form.dataset.texts };
  showSaved(await sign(form.dataset.sign, said));
  say(word(checked ? "saved_checked" : "saved_draft"), "good");
};

/** Let the two buttons work; a second press while the first is at work does nothing. `complain(error)` says what the desk said. */
export const offerChecking = ({ sign, complain }) => {
  let busy = false;
  for (const [act, checked] of [["sign-checked", true], ["sign-draft", false]]) {
    one(`[data-act="${act}"]`).addEventListener("click", async () => {
      if (busy) return;
      busy = true;
      await save(sign, checked).catch(complain).finally(() => (busy = false));
    });
  }
};
