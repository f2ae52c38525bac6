/** The outbox on the screen, and its delivery: on opening, coming back, "online" and every 15 seconds while something waits. */

import { all, announce, currentCard, failed, on, one, show, word } from "./cards-page.js";
import { deliver } from "./delivery.js";

const PROBE = 15000;
/** How long to wait before asking again how far delivered ones have come. */
const PATIENCE = 60000;
const REACHED = { waiting: 1, node: 2, headquarters: 3, desk: 4, withdrawn: 0 };
let phone = null;
let running = null;
let asked = -Infinity;

const filled = (name, values) => Object.entries(values).reduce((text, [key, value]) => text.replace(`{${key}}`, value), word(name));

const REGION = { en: "en-GB" };
/** A day as the interviewer says it; the digits of the ISO day are for machines. */
export const dayInWords = (day) =>
  new Intl.DateTimeFormat(REGION[document.documentElement.lang] ?? document.documentElement.lang, { weekday: "long", day: "numeric", month: "long", year: "numeric", calendar: "gregory", timeZone: "UTC" }).format(new Date(`${day}T00:00:00Z`));

export const verify = async (payload, wanted) => (await phone.vault()).call("receipt", { payload, wanted });

const progress = (entry, done, total) => {
  one("[data-sending]").hidden = false;
  one("[data-sending-text]").textContent = filled("sending", { n: done + 1, of: total });
  Object.assign(one("[data-sending-bar]"), { value: done, max: total });
  one(`[data-record="${entry.id}"]`)?.setAttribute("data-busy", "");
};

/** Whether the node was in reach. What does not arrive waits, and is tried again. */
const attempt = async (eager) => {
  try {
    if ((await phone.outbox.all()).length > 0) await deliver({ outbox: phone.outbox, node: phone.node, verify, progress });
    if ((eager || Date.now() - asked > PATIENCE) && (await phone.outbox.followed()).length > 0) {
      asked = Date.now();
      await (await import("./whereabouts.js")).follow({ outbox: phone.outbox, node: phone.node, verify });
    }
    return true;
  } catch {
    return false; // out of reach: everything waits
  } finally {
    one("[data-sending]").hidden = true;
    await fillOutbox();
  }
};

/** One attempt at a time, over all windows of this page; a second call joins the first. */
export const deliverNow = (eager = false) => {
  running ??= navigator.locks.request("delivery", { ifAvailable: true }, (lock) => (lock ? attempt(eager) : true)).finally(() => (running = null));
  return running;
};

const stateOf = ({ kind, state, rule }) => {
  if (kind === "refusal") return "refusal";
  return state === "waiting" && rule ? "refused" : state;
};

const reason = ({ rule, saved }) =>
  [rule && (word(`rule_${rule}`) ?? word("rule_other")), saved && filled("saved_on", { day: dayInWords(saved) })].filter(Boolean).join(" ");

const rowFor = (entry) => {
  const row = one("[data-outbox-row]").content.firstElementChild.cloneNode(true);
  Object.assign(row.dataset, { state: entry.state, kind: entry.kind, record: entry.id });
  all(".path .icon", row).forEach((icon, i) => icon.classList.toggle("reached", i < REACHED[entry.state]));
  one("[data-day]", row).textContent = dayInWords(entry.day);
  one("[data-state-text]", row).textContent = word(`state_${stateOf(entry)}`);
  one("[data-rule]", row).textContent = entry.state === "waiting" ? reason(entry) : "";
  return row;
};

/** The list, and how many wait wherever the page says so. */
export const fillOutbox = async () => {
  const last = ({ state }) => Number(state !== "waiting");
  const entries = (await phone.outbox.states()).sort((a, b) => last(a) - last(b) || b.day.localeCompare(a.day));
  const waiting = entries.filter(({ state }) => state === "waiting").length;
  one("[data-outbox]").replaceChildren(...entries.map(rowFor));
  one("[data-outbox-empty]").hidden = entries.length > 0;
  one("[data-outbox-summary]").textContent = entries.length === 0 ? "" : waiting > 0 ? filled("outbox_waiting", { n: waiting }) : word("outbox_all_gone");
  one('[data-act="clear-delivered"]').hidden = waiting === entries.length;
  all("[data-outbox-count]").forEach((badge) => {
    badge.hidden = waiting === 0;
    badge.textContent = waiting;
  });
};

/** `what` just happened: "sealed", "refused" or nothing. */
export const showOutbox = async (opened, what = "") => {
  phone = opened;
  one("[data-sealed-now]").hidden = what !== "sealed";
  one("[data-refused-now]").hidden = what !== "refused";
  one("[data-carry-said]").hidden = true;
  await fillOutbox();
  show("outbox");
  return deliverNow(true);
};

export const followOutbox = (opened) => {
  phone = opened;
  deliverNow();
  addEventListener("online", () => deliverNow());
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && deliverNow());
  setInterval(() => document.visibilityState === "visible" && deliverNow(), PROBE);
  document.addEventListener("language-changed", () => (currentCard()?.dataset.card === "outbox" ? fillOutbox() : null));
};

export const sendNow = async (button) => {
  button.disabled = true;
  all("[data-sealed-now], [data-refused-now]").forEach((notice) => (notice.hidden = true));
  const reached = await deliverNow(true);
  button.disabled = false;
  announce(reached ? one("[data-outbox-summary]").textContent : word("node_away"));
  if (!reached) one("[data-outbox-summary]").textContent = word("node_away");
};

const say = (sentence) => {
  Object.assign(one("[data-carry-said]"), { hidden: false, textContent: sentence });
};

const carrying = () => import("./carry-page.js");

on({
  "save-file": async () => {
    const { name, ids } = await (await carrying()).saveFile(phone.outbox);
    say(ids.length > 0 ? filled("file_saved", { name, n: ids.length }) : word("file_nothing"));
    return fillOutbox();
  },
  "read-receipts": () => one("[data-receipts]").click(),
  "clear-delivered": async () => {
    await phone.outbox.clear();
    return fillOutbox();
  },
});
document.addEventListener("change", async ({ target }) => {
  if (!target.matches("[data-receipts]") || target.files.length === 0) return;
  try {
    const { moved } = await (await carrying()).readReceipts(target.files[0], phone.outbox, verify);
    say(moved > 0 ? filled("receipts_read", { n: moved }) : word("receipts_nothing"));
    await fillOutbox();
  } catch (error) {
    failed(error);
  } finally {
    target.value = "";
  }
});
