/** The pages of a key ceremony: secrets come and go by fetch, stand in the page while their holder looks, and are taken out again. */

import { DeskRefused, askingDesk } from "../../desk/calls.js";
import { inSentencesOf } from "../../interview/form/numerals.js";

const box = document.querySelector("[data-ceremony]");
const desk = askingDesk({ csrf: box.dataset.csrf, lang: document.documentElement.lang });
const find = (name) => box.querySelector(`[data-${name}]`);
const value = (id) => document.getElementById(id)?.value.trim() ?? "";
const wrong = document.getElementById("wrong");
const secrets = () => [...box.querySelectorAll("textarea, input[type=password]")];

const say = (sentence) => {
  wrong.textContent = sentence;
  wrong.hidden = !sentence;
  if (sentence) wrong.focus();
};

/** Nothing secret stays in the page: not for Back, not for another tab, not for who looks later. */
const forget = () => {
  find("words")?.replaceChildren();
  for (const field of secrets()) field.value = "";
};

/** Ask, and give the answer; undefined where it was refused, and then the sentence is said. */
const ask = async (button, address, said) => {
  say("");
  const working = find("working");
  button.disabled = true;
  working.hidden = false;
  try {
    return await desk.post(address, said);
  } catch (error) {
    say(error instanceof DeskRefused && error.sentence ? error.sentence : box.dataset.failed);
    return undefined;
  } finally {
    button.disabled = false;
    working.hidden = true;
  }
};

const goOn = () => {
  forget();
  location.reload();
};

const begin = (part) => {
  find("go").addEventListener("click", async (event) => {
    const holders = [...part.querySelectorAll("[name^=holder-]")].map((field) => field.value.trim());
    const said = { id: value("id"), number: value("number"), place: value("place"), lead: value("lead"), holders, witnesses: value("witnesses") };
    said.drill = document.getElementById("drill").checked;
    if (await ask(event.target, part.dataset.begin, said)) goOn();
  });
};

const showWords = (words) => {
  const listed = words.map((word) => Object.assign(document.createElement("li"), { textContent: word }));
  find("words").replaceChildren(...listed);
  find("sheet").hidden = find("print").hidden = find("gone").hidden = false;
  find("reveal").hidden = true;
  find("before").hidden = true;
  find("words").focus();
};

const showOnce = (part, address, said, wordsOf, gone) => {
  find("reveal").addEventListener("click", async (event) => {
    const answer = await ask(event.target, address, { number: Number(part.dataset.number), ...said() });
    if (answer) showWords(wordsOf(answer));
  });
  find("print").addEventListener("click", () => print());
  find("gone").addEventListener("click", async (event) => {
    find("words").replaceChildren();
    find("sheet").hidden = true;
    if (!gone || (await ask(event.target, gone, { number: Number(part.dataset.number) }))) goOn();
  });
};

const checkTyped = (part) => {
  for (const [place, field] of [...part.querySelectorAll("[data-typed]")].entries()) {
    const told = part.querySelectorAll("[data-told]")[place];
    let last = "";
    field.addEventListener("change", async () => {
      if (field.value === last) return; // what changes under a hand that presses a button takes the press away
      last = field.value;
      try {
        const { number, set } = await desk.post(part.dataset.check, { share: field.value });
        const written = (value) => inSentencesOf(document.documentElement.lang, String(value));
        told.textContent = told.dataset.right.replace("{number}", written(number)).replace("{set}", written(set));
      } catch (error) {
        told.textContent = error instanceof DeskRefused && error.sentence ? error.sentence : box.dataset.failed;
      }
    });
  }
};

const test = (part) => {
  checkTyped(part);
  find("try").addEventListener("click", async (event) => {
    const shares = [...part.querySelectorAll("[data-typed]")].map((field) => field.value);
    if (await ask(event.target, part.dataset.test, { shares })) goOn();
  });
};

const open = (part) => {
  checkTyped(part);
  find("try").addEventListener("click", async (event) => {
    const shares = [...part.querySelectorAll("[data-typed]")].map((field) => field.value);
    const holders = [...box.querySelectorAll("[name^=holder-]")].map((field) => field.value.trim());
    const said = { shares, holders, place: value("place"), witnesses: value("witnesses") };
    if (await ask(event.target, part.dataset.open, said)) goOn();
  });
};

const sign = (part) => {
  find("try").addEventListener("click", async (event) => {
    const folders = [...part.querySelectorAll("[name^=folder-]")].map((field) => field.value.trim());
    const passphrases = [...part.querySelectorAll("[type=password]")].map((field) => field.value);
    if (await ask(event.target, part.dataset.sign, { folders, passphrases })) goOn();
  });
};

const steps = {
  begin,
  share: (part) => showOnce(part, part.dataset.share, () => ({}), (answer) => answer.words, part.dataset.handed),
  make: (part) => showOnce(part, part.dataset.make, () => ({ folder: value("folder") }), (answer) => answer.passphrase.split(" "), ""),
  test,
  open,
  sign,
};
for (const [name, prepare] of Object.entries(steps)) {
  const part = find(name);
  if (part) prepare(part);
}
addEventListener("pagehide", forget);
