/** Search: asks again while the desk is still opening testimonies; a new question ends the one before. */

import { askingDesk, DeskRefused } from "../../calls.js";
import { filler } from "../../filled.js";

const place = document.querySelector("[data-finding]");
const field = document.getElementById("words");
const said = document.querySelector("[data-said]");
const progress = document.querySelector("[data-progress]");
const hits = document.querySelector("[data-hits]");
const blank = document.querySelector("template[data-hit]").content.firstElementChild;
const { post } = askingDesk({ csrf: place.dataset.csrf, lang: document.documentElement.lang });
let asked = 0;

const fill = filler(document.documentElement.lang);

const line = ({ address, tid, name, where, rest, own, lang, dir, before, found, after }) => {
  const item = blank.cloneNode(true);
  item.querySelector("a").href = address;
  item.querySelector(".face").dataset.face = tid;
  for (const [part, text] of Object.entries({ name, where, rest, own })) item.querySelector(`[data-${part}]`).textContent = text;
  const text = item.querySelector(".hit");
  Object.assign(text, { lang, dir });
  [...text.children].forEach((piece, at) => (piece.textContent = [before, found, after][at]));
  return item;
};

const show = ({ read, total, hits: lines, most }) => {
  hits.replaceChildren(...lines.map(line));
  Object.assign(progress, { max: total || 1, value: read, hidden: read >= total });
  const { none, found, more, reading } = place.dataset;
  const number = lines.length;
  const result = number >= most ? more : number ? found : none;
  const sentences = [...(read < total ? [fill(reading, { read, total })] : []), ...(number || read >= total ? [fill(result, { number })] : [])];
  said.textContent = sentences.join(" ");
};

const find = async () => {
  const words = field.value.trim();
  const own = ++asked;
  if (!words) return hits.replaceChildren();
  try {
    for (let state = /** @type {any} */ ({ read: -1, total: 0 }); state.read < state.total; ) {
      const before = state.read;
      state = await post(place.dataset.finding, { words });
      if (own !== asked) return;
      show(state);
      if (state.read === before) break; // nothing more opens now
    }
  } catch (error) {
    said.textContent = (error instanceof DeskRefused && error.sentence) || place.dataset.failed;
  }
};

place.querySelector("[data-act=find]").addEventListener("click", find);
field.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.isComposing) find();
});
field.focus();
