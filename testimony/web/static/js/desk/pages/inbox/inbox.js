/** The list: asks the desk for the rows of a question, page by page, and goes on asking while testimonies are opened. */

import { askingDesk, DeskRefused } from "../../calls.js";
import { filler, written } from "../../filled.js";

export const place = document.querySelector("[data-inbox]");
export const list = place.querySelector("[data-list]");
export const { post } = askingDesk({ csrf: place.dataset.csrf, lang: document.documentElement.lang });
const form = document.querySelector("[data-asking]");
const tabs = [...document.querySelectorAll("[data-states] a")];
const said = place.querySelector("[data-said]");
const progress = place.querySelector("[data-progress]");
const blank = place.querySelector("template[data-row]").content.firstElementChild;
const drawn = new WeakMap(); // row -> what it was drawn from
const WAIT = 250; // ms after the last letter of a word
/** What the list shows: which page of how many, and how many testimonies were found. */
export const known = { page: Number(place.dataset.page), pages: Number(place.dataset.pages), found: Number(place.dataset.count) };
let turn = 0;
let later = 0;

const chips = /** @type {HTMLElement} */ (document.querySelector("[data-chips]"));
const clear = /** @type {HTMLElement} */ (document.querySelector("[data-act=clear]"));
const field = (name) => document.getElementById(`ask-${name}`);
const value = (name) => field(name)?.value ?? "";
const NAMES = ["place", "month", "act", "kind", "language", "consent", "flag", "given", "period", "since", "until", "sort"];

export const fill = filler(document.documentElement.lang);
export const rows = () => [...list.rows];
export const complain = (error, where = said) => {
  where.textContent = (error instanceof DeskRefused && error.sentence) || place.dataset.failed;
};

/** What is asked for now: {question, words}. */
export const asking = () => {
  const question = Object.fromEntries(NAMES.map((name) => [name, value(name)]));
  const state = tabs.find((tab) => tab.hasAttribute("aria-current"))?.dataset.state ?? "";
  return { question: { ...question, state, turned: field("turned").checked }, words: value("words").trim() };
};

const labelOf = (name) => field(name).labels[0].textContent;
const wordsOf = (name) => field(name).selectedOptions?.[0]?.textContent ?? value(name);

/** What is asked for, each with a button that takes it away. */
const showChips = () => {
  const active = NAMES.filter((name) => name !== "sort" && value(name)).map((name) => [name, labelOf(name), wordsOf(name)]);
  const words = value("words").trim();
  if (words) active.push(["words", chips.dataset.words, words]);
  chips.replaceChildren(...active.map(([name, label, text]) => chip(name, label, text)));
  const state = tabs.find((tab) => tab.hasAttribute("aria-current"))?.dataset.state;
  clear.hidden = !active.length && !state;
};

const chip = (name, label, text) => {
  const button = document.createElement("button");
  Object.assign(button, { type: "button", className: "chip" });
  button.dataset.chip = name;
  button.setAttribute("aria-label", `${chips.dataset.remove} ${label}${chips.dataset.colon}${text}`);
  const strong = document.createElement("b");
  Object.assign(strong, { textContent: text, dir: "auto" });
  button.append(`${label}${chips.dataset.colon}`, strong, " ×");
  button.addEventListener("click", () => {
    field(name).value = "";
    ask();
    (chips.querySelector("button") ?? field("words") ?? form.querySelector("summary")).focus();
  });
  return button;
};

/** An exchange brings new borders, months, acts, languages and kinds: what may be chosen follows. */
const refill = (choices) => {
  for (const [name, options] of Object.entries(choices)) {
    const select = /** @type {HTMLSelectElement} */ (field(name));
    const [nothing, ...known] = [...select.options];
    if (JSON.stringify(known.map((one) => [one.value, one.text])) === JSON.stringify(options)) continue;
    const chosen = select.value;
    select.replaceChildren(nothing, ...options.map(([code, words]) => new Option(words, code)));
    select.value = chosen;
  }
};

const count = (states) => {
  for (const tab of tabs) tab.querySelector("[data-number]").textContent = written(document.documentElement.lang, states[tab.dataset.state] ?? 0);
};

const offer = (name, code) => {
  const select = field(name);
  if (code && ![...select.options].some((one) => one.value === code)) select.add(new Option(code, code));
  select.value = code;
};

/**
 * Put `question` and `words` into the form, and ask for them.
 * @param {{question?: Record<string, any>, words?: string}} given
 */
export const askFor = ({ question = {}, words = "" }) => {
  for (const name of NAMES) {
    const code = question[name] ?? (name === "sort" ? "arrival" : "");
    if (field(name).tagName === "SELECT") offer(name, code);
    else field(name).value = code;
  }
  field("turned").checked = question.turned === true;
  if (field("words")) field("words").value = words;
  standAt(question.state ?? "");
  return ask();
};

const standAt = (state) => tabs.forEach((tab) => tab.toggleAttribute("aria-current", tab.dataset.state === state));

const piece = ({ text, lang, dir, tone, code }) => {
  const span = document.createElement("span");
  span.textContent = text;
  if (tone) span.className = ["good", "warn", "bad"].includes(tone) ? `state ${tone}` : tone;
  if (code) span.dataset.code = code;
  if (lang) span.lang = lang;
  span.dir = dir || "auto";
  span.translate = code !== "assigned";
  return span;
};

const draw = (row, told) => {
  const { tid, name, where, rest, own, address, state, opens, withdrawn, cells } = told;
  Object.assign(row.dataset, { tid, review: state, opens });
  row.className = withdrawn ? "withdrawn" : "";
  row.querySelector("a").href = address;
  row.querySelectorAll(".face").forEach((/** @type {HTMLElement} */ each) => (each.dataset.face = tid));
  for (const [place, text] of Object.entries({ name, where, rest, own })) row.querySelectorAll(`[data-${place}]`).forEach((each) => (each.textContent = text));
  const box = row.querySelector("input");
  if (box) box.value = tid;
  for (const cell of row.querySelectorAll("[data-cell]")) {
    cell.replaceChildren(...cells[cell.dataset.cell].flatMap((one, at) => (at ? [" ", piece(one)] : [piece(one)])));
  }
};

/** Rows that stay keep their element, and so the focus and the tick. */
const show = (told) => {
  const here = new Map(rows().map((row) => [row.dataset.tid, row]));
  const focused = /** @type {HTMLElement} */ (document.activeElement);
  const next = told.map((one) => {
    const row = here.get(one.tid) ?? blank.cloneNode(true);
    const looks = JSON.stringify(one);
    if (drawn.get(row) !== looks) draw(row, one);
    drawn.set(row, looks);
    return row;
  });
  const same = next.length === list.rows.length && next.every((row, at) => row === list.rows[at]);
  if (!same) list.replaceChildren(...next);
  if (!same && list.contains(focused)) focused.focus({ preventScroll: true });
  list.dispatchEvent(new CustomEvent("shown", { bubbles: true }));
};

/** Rows that are shown get what changed in them. None comes, goes or moves. */
export const redraw = (told) => {
  const byTid = new Map(told.map((one) => [one.tid, one]));
  for (const row of rows()) {
    const one = byTid.get(row.dataset.tid);
    if (!one) continue;
    const looks = JSON.stringify(one);
    if (drawn.get(row) !== looks) draw(row, one);
    drawn.set(row, looks);
  }
};

const tell = ({ found, all, read, total, page, pages }) => {
  const { found: sentence, none, reading, pageSaid } = place.dataset;
  const sentences = [found ? fill(sentence, { found, all }) : none, ...(read < total ? [fill(reading, { read, total })] : [])];
  if (said.textContent !== sentences.join(" ")) said.textContent = sentences.join(" ");
  said.hidden = !all;
  Object.assign(progress, { max: total || 1, value: read, hidden: read >= total });
  Object.assign(known, { page, pages, found });
  place.querySelector("[data-paging]").hidden = pages < 2;
  place.querySelector("[data-nothing]").hidden = all > 0;
  place.querySelector("[data-full]").hidden = !all;
  place.querySelector("[data-unmet]").hidden = found > 0 || read < total;
  place.querySelector("[data-page-number]").textContent = fill(pageSaid, { page: page + 1, pages });
  place.querySelectorAll("[data-turn]").forEach((button) => (button.disabled = !canTurn(Number(button.dataset.turn))));
};

const canTurn = (by) => known.page + by >= 0 && known.page + by < known.pages;

/** The rows of what is asked for now; then on and on while testimonies are being opened. A new question ends this one. */
export const ask = async ({ page = 0, read = false } = {}) => {
  const own = ++turn;
  showChips();
  const asked = { ...asking(), page };
  try {
    for (let before = -1, reads = read; ; reads = true) {
      const answer = await post(place.dataset.rows, { ...asked, read: reads });
      if (own !== turn) return;
      show(answer.rows);
      tell(answer);
      refill(answer.choices);
      count(answer.states);
      showChips();
      if (answer.read >= answer.total || (reads && answer.read === before)) return;
      before = answer.read;
    }
  } catch (error) {
    if (own === turn) complain(error);
  }
};

/** The same page of the same question. */
export const again = () => ask({ page: known.page });

/** To the next page or the one before; whether there is one. */
export const turnPage = async (by) => {
  if (!canTurn(by)) return false;
  await ask({ page: known.page + by });
  place.querySelector("table").scrollIntoView({ block: "start" });
  return true;
};

const start = () => {
  document.querySelectorAll("[data-scripted]").forEach((each) => (each.hidden = false));
  document.querySelectorAll("[data-unscripted]").forEach((each) => (each.hidden = true));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    ask();
  });
  form.addEventListener("change", (event) => event.target !== field("words") && ask());
  field("words")?.addEventListener("input", (event) => {
    clearTimeout(later);
    if (!event.isComposing) later = setTimeout(ask, WAIT);
  });
  tabs.forEach((tab) =>
    tab.addEventListener("click", (event) => {
      event.preventDefault();
      standAt(tab.dataset.state);
      ask();
    }),
  );
  clear.addEventListener("click", (event) => {
    event.preventDefault();
    askFor({});
  });
  place.querySelectorAll("[data-turn]").forEach((button) => {
    button.disabled = !canTurn(Number(button.dataset.turn));
    button.addEventListener("click", () => turnPage(Number(button.dataset.turn)));
  });
  showChips();
  if (Number(place.dataset.read) < Number(place.dataset.total)) ask({ page: known.page, read: true });
};

document.addEventListener("exchanged", () => ask({ page: known.page, read: true }));
start();
