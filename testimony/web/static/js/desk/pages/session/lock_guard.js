/** Before the desk locks, what is not saved is saved. The button asks once where that fails; the idle time locks anyway. */

const lock = document.querySelector("form[data-idle]");
const open = new Set();
let asked = false;

/** `editor`: unsaved() -> whether, save() -> a promise, lose() forgets, ask() says that one more press locks. */
export const guard = (editor) => open.add(editor);

/** Somebody wrote or saved since: the next press of Lock asks again. */
export const askAgain = () => (asked = false);

const unsaved = () => [...open].filter((editor) => editor.unsaved());

lock.addEventListener("submit", async (event) => {
  const idle = event.submitter === null; // `requestSubmit()` of desk/pages/session/idle.js: nobody sits here
  const waiting = unsaved();
  if (!waiting.length) return;
  event.preventDefault();
  for (const editor of waiting) await editor.save();
  const lost = unsaved();
  if (lost.length && !idle && !asked) {
    asked = true;
    return lost.forEach((editor) => editor.ask());
  }
  lost.forEach((editor) => editor.lose());
  lock.submit();
});

addEventListener("beforeunload", (event) => {
  if (unsaved().length) event.preventDefault();
});
