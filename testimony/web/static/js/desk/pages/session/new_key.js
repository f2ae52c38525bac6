/** The page that makes a reader's key: proposes words, takes them once more, sends them by fetch and forgets them. */

import { DeskRefused, askingDesk } from "../../calls.js";

const box = document.querySelector("[data-new-key]");
const find = (name) => box.querySelector(`[data-${name}]`);
const [again, own, wrong] = ["again", "own", "wrong"].map((id) => document.getElementById(id));
const [words, make, working] = ["words", "make", "working"].map(find);
const desk = askingDesk({ csrf: box.dataset.csrf, lang: document.documentElement.lang });
let chosen = Boolean(box.dataset.begun);

const say = (sentence) => {
  wrong.textContent = sentence;
  wrong.hidden = !sentence;
};

const propose = async () => {
  try {
    words.textContent = (await desk.post(box.dataset.propose, {})).passphrase;
  } catch {
    say(box.dataset.failed);
  }
};

const choose = (mine) => {
  chosen = mine;
  find("proposed").hidden = mine;
  find("chosen").hidden = !mine;
  own.value = "";
  (mine ? own : again).focus();
};

const typed = () => {
  if (box.dataset.begun) return again.value;
  return chosen ? own.value : words.textContent;
};

const send = async () => {
  const said = {
    id: document.getElementById("id").value.trim(),
    role: box.querySelector("[name=role]:checked").value,
    replaces: document.getElementById("replaces").checked,
    passphrase: typed(),
    again: again.value,
  };
  again.value = "";
  say("");
  make.disabled = true;
  working.hidden = false;
  try {
    await desk.post(box.dataset.newKey, said);
    words?.replaceChildren();
    if (own) own.value = "";
    return location.replace(box.dataset.front);
  } catch (error) {
    say(error instanceof DeskRefused && error.sentence ? error.sentence : box.dataset.failed);
    again.focus();
  }
  make.disabled = false;
  working.hidden = true;
};

box.hidden = false;
make.addEventListener("click", send);
again.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !make.disabled) send();
});
if (words) {
  find("other").addEventListener("click", propose);
  find("own").addEventListener("click", () => choose(true));
  find("proposal").addEventListener("click", () => choose(false));
  await propose();
}
