/** Delivery while the page is open: on opening, coming back, "online" and every 15 seconds; and the count of what waits. */

import { all } from "../base/cards.js";

const PROBE = 15000;
/** How long to wait before asking again how far delivered ones have come. */
const PAUSE_MS = 60000;
let phone = null;
let running = null;
let asked = -Infinity;

const tell = (name, detail) => document.dispatchEvent(new CustomEvent(name, { detail }));

/** Who signed a receipt, as the vault finds it. */
export const verify = async (payload, wanted) => (await phone.vault()).call("receipt", { payload, wanted });

const contested = async (asked) => (await phone.vault()).call("contested", asked);

/** How many wait, wherever the page says so; and word to the list, when somebody looks at it. */
export const outboxChanged = async () => {
  const waiting = (await phone.outbox.states()).filter(({ state }) => state === "waiting").length;
  all("[data-outbox-count]").forEach((badge) => Object.assign(badge, { hidden: waiting === 0, textContent: waiting }));
  tell("outbox-changed");
};

const progress = (entry, done, total, piece) => tell("delivering", { id: entry.id, done, total, ...piece });

const deliverAll = async (eager) => {
  const sealed = (await phone.store.all("media")).some((row) => row.sealed);
  if ((await phone.outbox.all()).length > 0) {
    const { deliver } = await import("../../outbox/delivery.js");
    await deliver({ outbox: phone.outbox, node: phone.node, verify, progress });
  }
  if (sealed) await (await import("./media_delivery.js")).deliverPieces(phone, { verify, progress, eager });
  if ((await phone.store.read("settings", "wrongSentences"))?.length) await (await import("../../outbox/wrong_sentences.js")).sendMarks(phone);
};

const followAll = async (eager) => {
  if (!eager && Date.now() - asked < PAUSE_MS) return;
  const [moving, delivered] = [await phone.outbox.followed(), await phone.outbox.delivered()];
  if (moving.length + delivered.length === 0) return;
  asked = Date.now();
  if (moving.length > 0) await (await import("../../outbox/record_status.js")).follow({ outbox: phone.outbox, node: phone.node, verify, contested });
  if (delivered.length > 0) await (await import("../../outbox/questions.js")).learn({ outbox: phone.outbox, node: phone.node });
};

/** What ends an attempt and is no fault: the node went out of reach or does not want to, or the page was locked meanwhile. */
const EXPECTED = new Set(["NodeAway", "NodeRefused", "AnswerDamaged", "VaultClosed", "TrustRefused"]);

/** Whether the node was in reach. What does not arrive waits, and is tried again. */
const attempt = async (eager) => {
  try {
    await deliverAll(eager);
    await followAll(eager);
    return true;
  } catch (error) {
    if (!EXPECTED.has(error.name)) throw error;
    return false; // everything waits
  } finally {
    await outboxChanged();
  }
};

/** One attempt at a time, over all windows of this page; a second call joins the first. */
export const deliverNow = (eager = false) => {
  running ??= navigator.locks.request("delivery", { ifAvailable: true }, (lock) => (lock ? attempt(eager) : true)).finally(() => (running = null));
  return running;
};

export const followOutbox = (opened) => {
  phone = opened;
  deliverNow();
  addEventListener("online", () => deliverNow());
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && deliverNow());
  setInterval(() => document.visibilityState === "visible" && deliverNow(), PROBE);
  document.addEventListener("language-changed", outboxChanged);
};
