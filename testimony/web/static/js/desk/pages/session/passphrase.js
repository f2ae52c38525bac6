/** The page that changes a passphrase: sends the three by fetch, never by a form, and forgets them at once. */

import { DeskRefused, askingDesk } from "../../calls.js";

const box = document.querySelector("[data-passphrase]");
const [old, fresh, again, wrong] = ["old", "new", "again", "wrong"].map((id) => document.getElementById(id));
const [other, words, done, change, working] = ["other", "words", "done", "change", "working"].map((name) =>
  box.querySelector(`[data-${name}]`),
);
const desk = askingDesk({ csrf: box.dataset.csrf, lang: document.documentElement.lang });

const say = (sentence) => {
  wrong.textContent = sentence;
  wrong.hidden = !sentence;
};

const sentenceOf = (error) => (error instanceof DeskRefused && error.sentence) || box.dataset.failed;

const propose = async () => {
  try {
    words.textContent = (await desk.post(box.dataset.propose, {})).passphrase;
    words.hidden = false;
    fresh.focus();
  } catch (error) {
    say(sentenceOf(error));
  }
};

const send = async () => {
  const said = { old: old.value, passphrase: fresh.value, again: again.value };
  for (const field of [old, fresh, again]) field.value = "";
  say("");
  done.hidden = true;
  change.disabled = true;
  working.hidden = false;
  try {
    await desk.post(box.dataset.passphrase, said);
    words.replaceChildren();
    words.hidden = true;
    done.hidden = false;
    done.focus();
  } catch (error) {
    say(sentenceOf(error));
    old.focus();
  }
  change.disabled = false;
  working.hidden = true;
};

box.hidden = false;
old.focus();
change.addEventListener("click", send);
other.addEventListener("click", propose);
