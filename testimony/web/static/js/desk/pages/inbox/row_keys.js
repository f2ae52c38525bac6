/** Keys of the list: one row at a time is in the order of tabs, and the keys work where the list or nothing has the focus. */

import { list, rows, turnPage } from "./inbox.js";

const dialog = document.querySelector("dialog[data-keys]");
const words = document.getElementById("ask-words");
let current = null;

const stand = (row, focus = true) => {
  if (!row) return;
  current?.setAttribute("tabindex", "-1");
  current = row;
  row.tabIndex = 0;
  if (focus) row.focus();
};

const by = (step) => {
  const all = rows();
  const at = all.indexOf(current);
  return all[Math.min(all.length - 1, Math.max(0, at + step))];
};

const step = async (way) => {
  const next = by(way);
  if (next !== current) return stand(next);
  if (await turnPage(way)) stand(way > 0 ? rows()[0] : rows().at(-1));
};

const page = async (way) => {
  if (await turnPage(way)) stand(rows()[0]);
};

const IN_LIST = {
  j: () => step(1),
  ArrowDown: () => step(1),
  k: () => step(-1),
  ArrowUp: () => step(-1),
  Home: () => stand(rows()[0]),
  End: () => stand(rows().at(-1)),
  PageDown: () => page(1),
  PageUp: () => page(-1),
  Enter: () => current.querySelector("a").click(),
  x: () => current.querySelector("input[type=checkbox]")?.click(),
};
const ANYWHERE = { "/": () => words?.focus(), "?": () => dialog.showModal() };

/** On a link or a box in a row Enter and the blank do what they always do. */
const inRow = (target) => target.closest?.("[data-list] > tr");

addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || dialog.open) return;
  const row = inRow(event.target);
  if (row && event.key === "Enter" && event.target !== row) return;
  if (!row && event.target !== document.body) return;
  const act = (row && IN_LIST[event.key]) || ANYWHERE[event.key];
  if (!act) return;
  event.preventDefault();
  if (row) stand(row, event.target === row);
  act();
});

const enter = () => {
  if (!rows().includes(current)) stand(rows()[0], false);
};

{
  list.addEventListener("shown", enter);
  list.addEventListener("focusin", (event) => stand(inRow(event.target), false));
  document.querySelector("[data-act=keys]").addEventListener("click", () => dialog.showModal());
  enter();
}
