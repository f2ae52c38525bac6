/** The outbox on the screen, and its delivery: on opening, coming back, "online" and every 15 seconds while something waits. */

import { all, currentCard, one, show, word } from "./cards-page.js";
import { deliver } from "./delivery.js";

const PROBE = 15000;
const PICTURES = { waiting: "phone", node: "node", withdrawn: "back" };
let phone = null;
let running = null;

const verify = async (payload, wanted) => (await phone.vault()).call("receipt", { payload, wanted });

const attempt = async () => {
  if ((await phone.outbox.all()).length === 0) return;
  await deliver({ outbox: phone.outbox, node: phone.node, verify }).catch(() => null); // out of reach: it all waits
  await fillOutbox();
};

/** One attempt at a time; a second call joins the first. */
export const deliverNow = () => {
  running ??= attempt().finally(() => (running = null));
  return running;
};

const icon = (name) => {
  const copy = one(".icon").cloneNode(true);
  one("use", copy).setAttribute("href", `#i-${name}`);
  return copy;
};

const rowFor = ({ id, kind, day, state, rule }) => {
  const row = one("[data-outbox-row]").content.firstElementChild.cloneNode(true);
  Object.assign(row.dataset, { state, kind, record: id });
  one("[data-picture]", row).append(icon(PICTURES[state]));
  one("[data-day]", row).textContent = day;
  one("[data-state-text]", row).textContent = word(kind === "refusal" ? "state_refusal" : `state_${state}`);
  one("[data-rule]", row).textContent = rule ? word("rule_refused") : "";
  return row;
};

const fillOutbox = async () => {
  const states = (await phone.outbox.states()).sort((one, other) => other.day.localeCompare(one.day));
  one("[data-outbox]").replaceChildren(...states.map(rowFor));
  one("[data-outbox-empty]").hidden = states.length > 0;
};

/** `what` just happened: "sealed", "refused" or nothing. */
export const showOutbox = async (opened, what = "") => {
  phone = opened;
  one("[data-sealed-now]").hidden = what !== "sealed";
  one("[data-refused-now]").hidden = what !== "refused";
  await fillOutbox();
  show("outbox");
  return deliverNow();
};

export const followOutbox = (opened) => {
  phone = opened;
  deliverNow();
  addEventListener("online", deliverNow);
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && deliverNow());
  setInterval(() => document.visibilityState === "visible" && deliverNow(), PROBE);
  document.addEventListener("language-changed", () => currentCard()?.dataset.card === "outbox" && fillOutbox());
};

export const sendNow = async (button) => {
  button.disabled = true;
  all("[data-sealed-now], [data-refused-now]").forEach((notice) => (notice.hidden = true));
  await deliverNow();
  await fillOutbox();
  button.disabled = false;
};
