/** The page of backups: sends passphrases and the key file by fetch, never by a form, and forgets them at once. */

import { DeskRefused, askingDesk } from "../../calls.js";

const page = document.querySelector("[data-backup]");

/** The box shows what the desk refuses; where it does not, the page is loaded anew. */
const sending = (desk, box, gather) => {
  const [wrong, button, working] = ["wrong", "send", "working"].map((name) => box.querySelector(`[data-${name}]`));
  const say = (sentence) => {
    wrong.textContent = sentence;
    wrong.hidden = !sentence;
  };
  const sentenceOf = (error) => (error instanceof DeskRefused && error.sentence) || page.dataset.failed;
  const send = async () => {
    say("");
    button.disabled = true;
    working.hidden = false;
    try {
      const { address, said } = gather();
      for (const field of box.querySelectorAll("input[type=password]")) field.value = "";
      await desk.post(address, said);
      return location.reload();
    } catch (error) {
      say(sentenceOf(error));
      box.querySelector("input[type=password]").focus();
    }
    button.disabled = false;
    working.hidden = true;
  };
  button.addEventListener("click", send);
  return { say, sentenceOf };
};

const valueOf = (id) => document.getElementById(id).value;

const prepareKey = (desk, box) => {
  const [other, words] = ["other", "words"].map((name) => box.querySelector(`[data-${name}]`));
  const { say, sentenceOf } = sending(desk, box, () => ({
    address: box.dataset.makeKey,
    said: { folder: valueOf("key-stick"), passphrase: valueOf("new-passphrase"), again: valueOf("again") },
  }));
  other.addEventListener("click", async () => {
    try {
      words.textContent = (await desk.post(box.dataset.propose, {})).passphrase;
      words.hidden = false;
      document.getElementById("new-passphrase").focus();
    } catch (error) {
      say(sentenceOf(error));
    }
  });
};

const prepareTest = (desk, box) => {
  let key = "";
  document.getElementById("key-file").addEventListener("change", async ({ target }) => {
    const [file] = target.files;
    key = file ? btoa(String.fromCharCode(...new Uint8Array(await file.slice(0, 49152).arrayBuffer()))) : "";
  });
  sending(desk, box, () => ({
    address: box.dataset.test,
    said: { folder: valueOf("from"), apart: valueOf("from-apart"), key, passphrase: valueOf("passphrase") },
  }));
};

if (page) {
  const desk = askingDesk({ csrf: page.dataset.csrf, lang: document.documentElement.lang });
  prepareKey(desk, page.querySelector("[data-make-key]"));
  prepareTest(desk, page.querySelector("[data-test]"));
}
