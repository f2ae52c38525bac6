/** Notes: written by script, saved by button, Ctrl+S, every five minutes and before the desk locks; played from their place. */

import { askingDesk, DeskRefused } from "../../calls.js";
import { isSave } from "../../save_key.js";
import { askAgain, guard } from "../session/lock_guard.js";
import { reveal } from "./tabs.js";

const EVERY = 5 * 60_000;
const place = document.querySelector("[data-notes]");
const one = (selector, within = place) => within.querySelector(selector);
const editor = one("[data-editor]");
const said = one("[data-said]");
const list = one("[data-list]");
const { post } = askingDesk({ csrf: place.dataset.csrf, lang: document.documentElement.lang });

const say = (sentence, tone) => {
  said.textContent = sentence;
  said.className = sentence ? `note ${tone}` : "";
};
const why = (error) => (error instanceof DeskRefused && error.sentence) || place.dataset.failed;

const NAMES = ["medium", "ms", "statement", "start", "end"];
const isSame = (here, there) => NAMES.every((name) => here?.[name] === there?.[name]);

const fillText = (element, { text, lang, dir }) => {
  element.textContent = text;
  Object.assign(element, { lang, dir });
};

/** The note as the desk said that it is now, in the place of the one before. */
const show = (note, quote) => {
  const item = one("[data-pattern]").content.firstElementChild.cloneNode(true);
  Object.assign(item.dataset, { note: note.id, struck: note.struck ? "yes" : "no", place: JSON.stringify(note.place) });
  one("[data-day]", item).textContent = note.day;
  one("[data-writer]", item).textContent = note.writer;
  one("[data-struck-word]", item).hidden = !note.struck;
  one("[data-where]", item).hidden = !note.where;
  one("[data-where-words]", item).textContent = one("[data-passage]", item).textContent = note.where;
  one("[data-passage]", item).hidden = Boolean(note.medium);
  Object.assign(one("[data-act=play]", item), { hidden: !note.medium });
  Object.assign(one("[data-act=play]", item).dataset, { medium: note.medium, ms: note.ms });
  const texts = one("[data-texts]", item);
  const pattern = one("[data-text]", texts);
  texts.replaceChildren(...note.texts.map((text) => {
    const element = pattern.cloneNode(true);
    fillText(element, text);
    return element;
  }));
  if (quote) texts.before(quote.cloneNode(true));
  one("[data-act=strike]", item).hidden = note.struck;
  const before = one(`[data-note="${note.id}"]`, list);
  if (before) {
    const history = one("details", before);
    if (history) texts.after(history);
    before.replaceWith(item);
  } else list.append(item);
  one("[data-none]").hidden = true;
  return item;
};

/** What the passage says, out of the list of sentences. */
const quoted = (option) => {
  if (!option.lang) return null;
  const quote = document.createElement("blockquote");
  fillText(quote, { text: option.text.replace(/^\d+\. /, ""), lang: option.lang, dir: option.dir });
  return quote;
};

const editing = () => {
  const text = one("#note-text");
  const where = one("#note-place");
  const lang = one("#note-lang");
  const label = one("[for=note-text]");
  const moment = one("[data-moment]", where);
  let unsaved = false;
  let note = "";
  let saving = null;

  const fresh = () => {
    [text.value, where.value, note, unsaved] = ["", "null", "", false];
    Object.assign(moment, { hidden: true, disabled: true });
    label.textContent = label.dataset.new;
    one("[data-act=fresh]").hidden = true;
  };

  const anew = (id) => {
    note = id;
    label.textContent = label.dataset.anew;
    one("[data-act=fresh]").hidden = false;
  };

  const send = async () => {
    const chosen = where.selectedOptions[0];
    unsaved = false;
    try {
      const answer = await post(place.dataset.save, { note, text: text.value, lang: lang.value, place: JSON.parse(chosen.value) });
      show(answer.note, quoted(chosen));
      anew(answer.note.id);
      say(answer.sentence, "good");
      askAgain();
      return true;
    } catch (error) {
      unsaved = true; // the words stay in the field
      say(why(error), "warn");
      return false;
    }
  };

  /** One at a time: a second press waits for the first. */
  const save = () => (saving = (saving ?? Promise.resolve()).then(send));

  const at = ({ medium, ms, recording, time }) => {
    moment.textContent = moment.dataset.words.replace("{recording}", recording).replace("{time}", time);
    Object.assign(moment, { value: JSON.stringify({ medium, ms }), hidden: false, disabled: false });
    moment.selected = true;
  };

  const touched = () => {
    unsaved = text.value.trim() !== "" || note !== "";
    askAgain();
    say(unsaved ? place.dataset.unsaved : "", "warn");
  };

  guard({
    unsaved: () => unsaved,
    save,
    lose: () => (unsaved = false),
    ask: () => {
      reveal(place);
      say(`${said.textContent} ${place.dataset.lockAnyway}`, "warn");
    },
  });
  editor.addEventListener("input", touched);
  one("[data-act=save]").addEventListener("click", async () => {
    if (await save()) {
      fresh();
      text.focus();
    }
  });
  one("[data-act=fresh]").addEventListener("click", async () => {
    if (unsaved && !(await save())) return;
    fresh();
    text.focus();
  });
  editor.addEventListener("keydown", (event) => {
    if (!isSave(event)) return;
    event.preventDefault();
    save();
  });
  document.addEventListener("testimony:note-here", async ({ detail }) => {
    if (unsaved && note && !(await save())) return;
    if (note) fresh();
    at(detail);
    text.focus();
  });
  setInterval(() => unsaved && save(), EVERY);

  /** Other words for a note that stands. */
  return async (item) => {
    if (unsaved && !(await save())) return;
    fresh();
    const now = JSON.parse(item.dataset.place);
    const known = [...where.options].find((option) => isSame(JSON.parse(option.value), now));
    if (known) known.selected = true;
    else if (now?.medium) {
      const { medium, ms } = now;
      moment.textContent = one("[data-where-words]", item).textContent;
      Object.assign(moment, { value: JSON.stringify({ medium, ms }), hidden: false, disabled: false, selected: true });
    }
    const shown = one("[data-text]", item);
    [text.value, lang.value] = [shown.textContent, shown.lang];
    anew(item.dataset.note);
    text.focus();
  };
};

const change = editor ? editing() : null;

/** The first press asks, the second strikes; leaving the button takes the question back. */
const strike = async (item, button) => {
  if (button.dataset.asked === undefined) {
    [button.dataset.asked, button.textContent] = [button.textContent, button.dataset.sure];
    return;
  }
  try {
    const answer = await post(place.dataset.strike, { note: item.dataset.note });
    show(answer.note, one("blockquote", item));
    say(answer.sentence, "good");
    said.scrollIntoView({ block: "nearest" });
  } catch (error) {
    say(why(error), "warn");
  }
};
const unask = (button) => {
  if (button.dataset?.asked === undefined) return;
  button.textContent = button.dataset.asked;
  delete button.dataset.asked;
};

list.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-act]");
  if (!button) return;
  const item = button.closest("[data-note]");
  if (button.dataset.act === "change") change(item);
  else if (button.dataset.act === "strike") strike(item, button);
  else {
    const detail = { medium: Number(button.dataset.medium), ms: Number(button.dataset.ms) };
    document.dispatchEvent(new CustomEvent("testimony:play-from", { detail }));
  }
});
list.addEventListener("focusout", ({ target }) => unask(target));
