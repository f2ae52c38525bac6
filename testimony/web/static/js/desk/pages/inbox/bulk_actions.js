/** Several rows at once: given to somebody, or taken into review. What was refused is told row by row. */

import { again, complain, fill, list, place, post, rows } from "./inbox.js";

const form = document.getElementById("several");
const told = place.querySelector("[data-acted]");
const marked = form?.querySelector("[data-marked-said]");
const all = place.querySelector("[data-all]");

const boxes = () => rows().map((row) => row.querySelector("input[type=checkbox]"));
const chosen = () => boxes().filter((box) => box.checked);

const count = () => {
  const number = chosen().length;
  form.hidden = !number;
  marked.textContent = fill(place.dataset.marked, { number });
  form.querySelectorAll("button").forEach((button) => (button.disabled = !number));
  all.checked = number > 0 && number === boxes().length;
  all.indeterminate = number > 0 && !all.checked;
};

const line = (words, kind) => {
  const paragraph = document.createElement("p");
  paragraph.className = kind;
  paragraph.textContent = words;
  return paragraph;
};

const act = async (what) => {
  form.querySelectorAll("button").forEach((button) => (button.disabled = true)); // a second press waits for the first
  try {
    const to = form.elements.to.value;
    const { done, sentence, refused } = await post(place.dataset.acts, { tids: chosen().map((box) => box.value), act: what, to });
    const lines = refused.map((one) => line(`${one.name}: ${one.sentence}`, "note warn"));
    told.replaceChildren(...(done ? [line(sentence, "note good")] : []), ...lines);
    boxes().forEach((box) => (box.checked = false));
    await again();
  } catch (error) {
    complain(error, told);
  }
  count();
};

if (form) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    act(event.submitter.value);
  });
  list.addEventListener("change", count);
  list.addEventListener("shown", count);
  all.addEventListener("change", () => {
    boxes().forEach((box) => (box.checked = all.checked));
    count();
  });
  count();
}
