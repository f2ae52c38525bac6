/** What is done with several rows at once. What was refused is told row by row, and stays chosen. */

import { again, complain, fill, list, place, post, rows } from "./inbox.js";

const form = /** @type {HTMLFormElement | null} */ (document.getElementById("several"));
const told = place.querySelector("[data-acted]");
const close = /** @type {HTMLButtonElement} */ (place.querySelector("[data-act=close-told]"));
const marked = form?.querySelector("[data-marked-said]");
const all = place.querySelector("[data-all]");
const what = /** @type {HTMLSelectElement} */ (form?.querySelector("[name=act]"));

const boxes = () => rows().map((row) => row.querySelector("input[type=checkbox]"));
const chosen = () => boxes().filter((box) => box.checked);
const buttons = () => form.querySelectorAll("button");
const given = (name) => form.querySelector(`[name=${name}]`)?.value ?? "";

const count = () => {
  const number = chosen().length;
  form.hidden = !number;
  marked.textContent = fill(place.dataset.marked, { number });
  buttons().forEach((button) => (button.disabled = !number));
  all.checked = number > 0 && number === boxes().length;
  all.indeterminate = number > 0 && !all.checked;
};

/** Only the field that the act asks for is there, and only that one is sent. */
const fit = () =>
  form.querySelectorAll("[data-of]").forEach((/** @type {HTMLElement} */ each) => {
    each.hidden = each.dataset.of !== what.value;
    /** @type {HTMLInputElement} */ (each.querySelector("select, input")).disabled = each.hidden;
  });

const tell = (...lines) => {
  told.replaceChildren(...lines);
  close.hidden = !lines.length;
};

const line = (words, kind) => {
  const paragraph = document.createElement("p");
  paragraph.className = `note ${kind}`;
  paragraph.textContent = words;
  return paragraph;
};

const act = async () => {
  buttons().forEach((button) => (button.disabled = true)); // a second press waits for the first
  const tids = chosen().map((box) => box.value);
  const asked = { tids, act: what.value, to: given("to"), case: given("case"), reason: given("reason"), label: given("label") };
  try {
    const { done, sentence, refused } = await post(place.dataset.acts, asked);
    tell(line(sentence, done ? "good" : "warn"), ...refused.map((one) => line(`${one.name}: ${one.sentence}`, "warn")));
    const left = new Set(refused.map((one) => one.tid));
    boxes().forEach((box) => (box.checked = box.checked && left.has(box.value)));
    if (done) form.querySelectorAll("input[type=text]").forEach((/** @type {HTMLInputElement} */ field) => (field.value = ""));
    await again();
  } catch (error) {
    const wrong = line("", "bad");
    complain(error, wrong);
    tell(wrong);
  }
  count();
  if (form.hidden) /** @type {HTMLElement | null} */ (list.querySelector("tr[tabindex='0']"))?.focus({ preventScroll: true });
};

if (form) {
  form.querySelectorAll("option").forEach((each) => (each.disabled = false));
  form.addEventListener("submit", (event) => {
    if (what.value === "export") return; // its page asks how
    event.preventDefault();
    act();
  });
  what.addEventListener("change", fit);
  close.addEventListener("click", () => tell());
  list.addEventListener("change", () => {
    tell();
    count();
  });
  list.addEventListener("shown", count);
  all.addEventListener("change", () => {
    tell();
    boxes().forEach((box) => (box.checked = all.checked));
    count();
  });
  fit();
  count();
}
