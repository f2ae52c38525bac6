/** The search dialog for countries and border segments. */

import { all, on, one, pageData } from "./cards-page.js";
import { choosePart, fieldOf } from "./fields-page.js";
import { fetchPage } from "./pieces-page.js";

/** Bring the lists into the dialog: they are half the words of the page, and nobody needs them to sign in. */
export const loadLists = async () => {
  const place = one("[data-picker-lists]");
  if (place.childElementCount > 0) return;
  const { body } = await fetchPage(pageData().urls.lists);
  place.replaceChildren(...[...body.children].map((list) => document.adoptNode(list)));
};

const dialog = () => one('dialog[data-dialog="picker"]');
const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

/** What is being chosen: {field, part, list, many, codes, done}. */
let picking = null;

const rows = () => all(`[data-picker-list="${picking.list}"] button`, dialog());

const mark = () => rows().forEach((row) => row.setAttribute("aria-pressed", String(picking.codes.includes(row.dataset.option))));

const narrow = (text) => {
  const wanted = plain(text.trim());
  let shown = 0;
  for (const row of rows()) {
    const fits = plain(row.textContent).includes(wanted) || plain(row.dataset.option).startsWith(wanted);
    row.parentElement.hidden = !fits;
    shown += fits;
  }
  one("[data-picker-none]", dialog()).hidden = shown > 0;
};

/** Let `choose(field, codes)` know what was taken; a part of a chain's leg is written straight into it. */
export const followPicker = (held, choose) => {
  on({
    "open-picker": (button) => {
      const field = fieldOf(button);
      const part = button.closest("[data-part]");
      const answer = held(field.dataset.field);
      const codes = part ? [part.dataset.value ?? ""] : [answer?.value ?? []].flat();
      picking = { field, part, list: button.dataset.list, many: "many" in button.dataset, codes, button };
      one("[data-picker-title]").textContent = (one("h2", field) ?? button).textContent;
      all("[data-picker-list]").forEach((list) => (list.hidden = list.dataset.pickerList !== picking.list));
      one("[data-picker-search]").value = "";
      narrow("");
      mark();
      dialog().showModal();
    },
    "picker-done": () => dialog().close(),
  });
  document.addEventListener("input", (event) => event.target.matches("[data-picker-search]") && narrow(event.target.value));
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
  if (part) choosePart(part, code);
  choose(field, picking.codes, many, part);
  if (!many) dialog().close();
};

