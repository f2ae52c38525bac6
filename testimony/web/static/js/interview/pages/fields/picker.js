/** The search dialog for countries and border segments, and the search above the long lists of a card. */

import { all, on, one, pageData } from "../base/cards.js";
import { fieldOf } from "./fields.js";
import { finds } from "../../form/search_terms.js";
import { borderNames } from "../../borders/border_names.js";
import { fetchPage } from "../base/fragments.js";
import { takePart } from "./rows.js";
import { used } from "../../form/suggestions.js";

/** Each list's rows in the order in which they came: by name. */
let order = new Map();

const rowOf = ([code, name]) => {
  const button = Object.assign(document.createElement("button"), { type: "button", textContent: name });
  button.dataset.option = code;
  button.setAttribute("aria-pressed", "false");
  const row = document.createElement("li");
  row.append(button);
  return row;
};

/** The parts of borders that the form knows: their names are made of those of the States, for six hundred are too many to send. */
const nameBorders = (place) => {
  const list = one('[data-picker-list="gaz_segment"]', place);
  const codes = (pageData().form.definition.lists.gaz_segment?.options ?? []).map(({ code }) => code);
  const states = new Map(all('[data-picker-list="iso3"] [data-option]', place).map((one) => [one.dataset.option, one.textContent]));
  list.replaceChildren(...borderNames(codes, states, JSON.parse(list.dataset.words), document.documentElement.lang).map(rowOf));
  delete list.dataset.words;
};

/** Bring the lists into the dialog: they are half the words of the page, and nobody needs them to sign in. `form`: until it is there. */
export const loadLists = async (form) => {
  const place = one("[data-picker-lists]");
  if (place.childElementCount > 0) return;
  const { body } = await fetchPage(pageData().urls.lists);
  await form;
  nameBorders(body);
  place.replaceChildren(...[...body.children].map((list) => document.adoptNode(list)));
  order = new Map(all("[data-picker-list]").map((list) => [list, [...list.children]]));
};

const dialog = () => one('dialog[data-dialog="picker"]');

/** What is being chosen: {field, part, list, many, codes}. */
let picking = null;

const listPlace = () => one(`[data-picker-list="${picking.list}"]`, dialog());
const rows = () => all("button", listPlace());

const mark = () => rows().forEach((row) => row.setAttribute("aria-pressed", String(picking.codes.includes(row.dataset.option))));

const narrow = (text) => {
  let shown = 0;
  for (const row of rows()) {
    const fits = finds(text, row.textContent, row.dataset.option);
    row.parentElement.hidden = !fits;
    shown += Number(fits);
  }
  one("[data-picker-none]", dialog()).hidden = shown > 0;
};

/** What this interview holds already stands on top. */
const arrange = (answers) => {
  const first = used(pageData().form.definition, answers, picking.list);
  const byName = order.get(listPlace());
  const rank = (row) => (first.includes(row.firstElementChild.dataset.option) ? first.indexOf(row.firstElementChild.dataset.option) : first.length);
  listPlace().replaceChildren(...[...byName].sort((a, b) => rank(a) - rank(b)));
  byName.forEach((row) => row.toggleAttribute("data-used", rank(row) < first.length));
};

const open = (button, answers) => {
  const field = fieldOf(button);
  const part = button.closest("[data-part]");
  const codes = part ? [part.dataset.value ?? ""] : [answers[field.dataset.field]?.value ?? []].flat();
  picking = { field, part, list: button.dataset.list, many: "many" in button.dataset, codes };
  one("[data-picker-title]").textContent = (one("h2", field) ?? button).textContent;
  all("[data-picker-list]").forEach((list) => (list.hidden = list.dataset.pickerList !== picking.list));
  one("[data-picker-search]").value = "";
  arrange(answers);
  narrow("");
  mark();
  dialog().showModal();
};

const closeMap = (map) => {
  map.hidden = true;
  map.previousElementSibling.setAttribute("aria-expanded", "false");
  all("svg, [data-map-near], [data-map-said]", map).forEach((place) => place.replaceChildren());
};

/** Nothing was searched, chosen or used: what one interview looked for is not there in the next. */
export const clearPicker = () => {
  picking = null;
  all("[data-picker-search], [data-narrow]").forEach((search) => (search.value = ""));
  all("[data-picker-title]").forEach((title) => (title.textContent = ""));
  all("[data-picker-none]").forEach((none) => (none.hidden = true));
  all("[data-map]").forEach(closeMap);
  for (const [list, byName] of order) {
    list.replaceChildren(...byName);
    list.hidden = true;
    byName.forEach((row) => (row.hidden = false));
    byName.forEach((row) => row.removeAttribute("data-used"));
    all("button", list).forEach((row) => row.setAttribute("aria-pressed", "false"));
  }
};

/** The rows of a long list on the card itself that the search leaves; what is ticked always stays. */
const narrowCard = (search) => {
  const options = all(".options [data-option]", search.parentElement);
  for (const option of options) option.hidden = !finds(search.value, option.textContent, option.dataset.option) && !one("input", option).checked;
};

/** The map beside the list of border segments is most of their weight: nobody loads it who does not open it. */
const turnMap = async (button, held, choose) => {
  const field = fieldOf(button);
  const { turnMap: turn } = await import("./border_map.js");
  turn(button, () => [held()[field.dataset.field]?.value ?? []].flat(), (code) => choose(field, [code], false));
};

/** Let `choose(field, codes, many, part)` know what was taken; `held()` gives the answers. */
export const followPicker = (held, choose) => {
  on({ "open-picker": (button) => open(button, held()), "picker-done": () => dialog().close(), "turn-map": (button) => turnMap(button, held, choose) });
  document.addEventListener("input", (event) => {
    if (event.target.matches("[data-picker-search]")) narrow(event.target.value);
    if (event.target.matches("[data-narrow]")) narrowCard(event.target);
  });
  document.addEventListener("click", (event) => {
    const row = event.target.closest("[data-picker-list] [data-option]");
    if (row) take(row.dataset.option, choose);
  });
};

const take = (code, choose) => {
  const { field, part, many, codes } = picking;
  const before = codes.filter((each) => each !== "");
  picking.codes = !many ? [code] : before.includes(code) ? before.filter((each) => each !== code) : [...before, code];
  mark();
  if (part) takePart(part, code);
  choose(field, picking.codes, many, part);
  if (!many) dialog().close();
};
