/** Cards about one row of the outbox, which is named: withdrawn for the witness with the PIN or the passphrase, a private label, or its witness comes back. */

import { all, announce, complain, on, one, show, word } from "../base/cards.js";
import { deliverNow, outboxChanged } from "./delivery.js";
import { askFor, secretIn, slowly } from "../base/passphrase.js";
import { tryDigits } from "../base/pin_digits.js";
import { filled } from "../base/phrases.js";
import { takeBack } from "../../outbox/withdrawal.js";

const passphrase = () => secretIn(one('[data-field="passphrase-for-row"]'));

let row = null; // {phone, id, own, day, unsigned, showList}

/** `which` is {id, own, day, name, others}: `name` says which row it is, `own` what its worker alone may see of it, `others` which are of the same witness, `day` is today. */
const open = (phone, which, handed, card) => {
  row = { phone, ...which, ...handed };
  all("[data-row-named]").forEach((place) => (place.textContent = [which.name, which.own?.label].filter(Boolean).join(" · ")));
  one("[data-row-label]").value = which.own?.label ?? "";
  one("[data-others]").hidden = !which.others;
  one("[data-others] span").textContent = which.others && filled("others_stay", { rows: which.others });
  passphrase().forget();
  complain("");
  show(card);
};

/** Asks for the PIN where one is set. */
export const openTakingBack = async (phone, which, handed) => {
  askFor((await (await phone.vault()).call("hasPin")) ? "pin" : "passphrase");
  open(phone, which, handed, "take-back");
};
export const openComingBack = (phone, which, handed) => open(phone, which, handed, "come-back");
export const openLabel = (phone, which, handed) => open(phone, which, handed, "row-label");

/** Take what the row says off the page. */
const forget = () => {
  passphrase().forget();
  one("#pin-for-row").value = "";
  one("[data-row-label]").value = "";
  all("[data-row-named], [data-others] span").forEach((place) => place.replaceChildren());
};

/** Back to the list; nothing of the row stays on the page. */
const leave = () => {
  forget();
  return row.showList();
};

const byPin = (phone) => {
  const gone = () => {
    askFor("passphrase");
    complain(word("pin_gone"));
  };
  return tryDigits("#pin-for-row", async (pin) => (await phone.vault()).call("confirmByPin", { pin }), gone);
};

const byPassphrase = async (phone) => {
  const { value } = passphrase();
  if (!value) return complain(word("passphrase_needed"));
  return slowly(phone.store, async () => (await phone.vault()).call("confirm", { passphrase: value }));
};

/** By what the card asks for. */
const confirmed = (phone) => (one('[data-field="passphrase-for-row"]').hidden ? byPin(phone) : byPassphrase(phone));

const takeItBack = async (button) => {
  const { phone, id, day, unsigned } = row;
  complain("");
  button.disabled = true;
  try {
    if (!(await confirmed(phone).catch(unsigned))) return null;
    const sign = async (tid) => (await phone.vault()).call("withdraw", { tid, day });
    if ((await takeBack({ outbox: phone.outbox, id, day, sign }).catch(unsigned)) === null) return null;
  } finally {
    button.disabled = false;
  }
  await leave();
  await outboxChanged();
  announce(word("state_taken"));
  return deliverNow(true);
};

const keepLabel = async () => {
  const { phone, id, own, unsigned } = row;
  const note = { ...own, label: one("[data-row-label]").value.trim() };
  const sealed = await (await phone.vault()).call("sealRowNote", { id, note }).catch(unsigned);
  if (sealed === null) return null;
  await phone.outbox.rename(id, sealed);
  return leave();
};

/**
 * {packed, manifest, mark} of the row whose witness comes back (form/further.js); its name goes off the page. null, and it says so, while one
 * of `drafts` was begun from it: two testimonies of one code never get the same key. `mark(begun)` notes when a draft was begun.
 */
export const takeKeys = (drafts) => {
  const { phone, id, own } = row;
  if (own.begun && drafts.some(({ begun }) => begun === own.begun)) return complain(word("come_back_begun")) ?? null;
  forget();
  const mark = async (begun) => phone.outbox.rename(id, await (await phone.vault()).call("sealRowNote", { id, note: { ...own, begun } }));
  return { packed: own.keys, manifest: id, mark };
};

on({ "take-back-really": takeItBack, "keep-row": leave, "keep-label": keepLabel });
