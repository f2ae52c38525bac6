/** A passphrase as it is typed, tried and refused: in one sentence, and slower each time. */

import { all, announce, complain, currentCard, one, word } from "./cards.js";
import { clock, filled } from "./phrases.js";
import { waitAfter } from "../../draft/pause.js";

const TICK = 250;

/** The passphrase in `card`, as every keyboard would give it; `forget` takes it off the page. */
export const secretIn = (card) => {
  const input = one("input[type=password], .secret input", card);
  const value = input.value.normalize("NFKC").trim().replace(/\s+/g, " ");
  return { value, forget: () => ((input.value = ""), (input.type = "password")) };
};

/** Candidates for the locked keys of `name`: the node's, then the one kept from last time (another node may not know them). */
export const candidatesFor = async (phone, name) => {
  const kept = await phone.store.read("locked", name);
  const offered = await phone.node.locked(name).catch(() => null);
  const same = kept && offered && kept.ct === offered.ct;
  return [offered, same ? null : kept].filter(Boolean);
};

/** What `open` makes of the first of `candidates` that the passphrase opens. */
export const openAny = async (candidates, open) => {
  for (const [i, locked] of candidates.entries()) {
    try {
      return await open(locked);
    } catch (error) {
      if (error.name !== "PassphraseWrong" || i === candidates.length - 1) throw error;
    }
  }
  return null;
};

const sentenceFor = (error) => {
  if (error.name === "PassphraseWrong") return word("passphrase_wrong");
  if (error.name === "TrustRefused") return word(`trust_${error.reason}`);
  return null;
};

/** The count of wrong tries while this page lives: a phone that is full remembers it only here, and locks nobody out for that. */
let tries = 0;
const count = (store, wrong) => {
  tries = wrong;
  return store.writeIfTaken("settings", "tries", wrong);
};

/** Wait for `seconds`, and say how long: on the card each second, to a screen reader once. */
const wait = async (seconds) => {
  const place = one("[data-wait]", currentCard());
  const until = performance.now() + seconds * 1000;
  const left = () => Math.ceil((until - performance.now()) / 1000);
  const say = () => (one("span", place).textContent = filled("tries_wait", { time: clock(left()) }));
  if (left() > 0) announce(say());
  while (left() > 0) {
    say();
    place.hidden = false;
    await new Promise((passed) => setTimeout(passed, TICK));
  }
  place.hidden = true;
};

/** On the card of a pause: ask for the PIN, or for the passphrase with the way back to the PIN where it `holds`. No digit stays typed. */
export const askFor = (what, holds = false) => {
  all("[data-pin]").forEach((input) => (input.value = ""));
  all("[data-by]").forEach((part) => (part.hidden = part.dataset.by !== what));
  one('[data-act="use-pin"]').hidden = !holds;
};

/** Do `work` with a passphrase: null and a sentence when it is wrong, which `onWrong` hears of; the count outlives the page. */
export const slowly = async (store, work, onWrong = () => null) => {
  const wrong = Math.max((await store.read("settings", "tries")) ?? 0, tries);
  await wait(waitAfter(wrong));
  try {
    const opened = await work();
    if (opened) await count(store, 0);
    return opened;
  } catch (error) {
    const sentence = sentenceFor(error);
    if (!sentence) throw error;
    if (error.name === "PassphraseWrong") await count(store, wrong + 1).then(() => onWrong());
    complain(sentence);
    return null;
  }
};
