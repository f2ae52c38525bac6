/** The card on which is ticked what a witness takes back of a testimony that stays. Loaded when somebody asks for it. */

import { all, announce, complain, on, show, word } from "../base/cards.js";
import { takeBackUses } from "../../outbox/withdrawal.js";

const boxes = () => all("[data-use]");
const ticked = () => boxes().filter(({ checked }) => checked);
const useOf = ({ dataset }) => ({ purpose: dataset.purpose, recipient: dataset.recipient });

let taking = null; // {phone, id, day, unsigned, showList, showTaken}

/** Ask which uses of the entry `id` of the outbox end on `day`. The outbox hands in what says why nothing was signed, and its own list: as it was, and after uses ended. */
export const openUses = (phone, id, day, handed) => {
  taking = { phone, id, day, ...handed };
  boxes().forEach((box) => (box.checked = false));
  show("uses");
};

const leave = (list) => {
  boxes().forEach((box) => (box.checked = false)); // nothing of it stays on the page
  return list();
};

const takeTicked = async () => {
  const uses = ticked().map(useOf);
  if (uses.length === 0) return complain(word("uses_none"));
  const { phone, id, day, unsigned } = taking;
  const sign = async (tid) => (await phone.vault()).call("withdrawUses", { tid, day, uses });
  const taken = await takeBackUses({ outbox: phone.outbox, id, sign }).catch(unsigned);
  if (taken === null) return null;
  const delivered = leave(taking.showTaken);
  announce(word("uses_taken"));
  return delivered;
};

on({ "take-back-ticked": takeTicked, "keep-uses": () => leave(taking.showList) });
