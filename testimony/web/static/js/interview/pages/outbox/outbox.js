/** The list of what is sealed on this phone: how far each has come, delivering, the file and the receipts, clearing. */

import { all, announce, complain, currentCard, failed, on, one, show, word } from "../base/cards.js";
import { giveAnswer, showQuestions } from "./questions.js";
import { filled, hour, languageOf, region, written } from "../base/phrases.js";
import { deliverNow, outboxChanged, verify } from "./delivery.js";
import { sameWitness } from "../../outbox/same_witness.js";
import { canTakeBack } from "../../outbox/withdrawal.js";

const REACHED = { waiting: 1, node: 2, headquarters: 3, desk: 4, withdrawn: 0 };
let phone = null;
/** The testimony whose witness may tell of another event; null where none may. */
let further = null;

/** A day as the interviewer says it; the digits of the ISO day are for machines. */
const dayInWords = (day) => {
  /** @type {Intl.DateTimeFormatOptions} */
  const parts = { weekday: "long", day: "numeric", month: "long", year: "numeric", calendar: "gregory", timeZone: "UTC" };
  return written(new Intl.DateTimeFormat(region(), parts).format(new Date(`${day}T00:00:00Z`)));
};

/** What is no testimony has words of its own: a refusal, a withdrawal, a request to find one. */
const stateOf = ({ kind, state, rule, taken }) => {
  if (kind === "refusal") return "refusal";
  if (taken) return "taken";
  if (kind !== "testimony" && !(state === "waiting" && rule)) return `${kind}_${state}`;
  return state === "waiting" && rule ? "refused" : state;
};

const reason = ({ rule, saved }) =>
  [rule && (word(`rule_${rule}`) ?? word("rule_other")), saved && filled("saved_on", { day: dayInWords(saved) })].filter(Boolean).join(" ");

/** How far the recordings and pictures are, which travel after the words. */
const mediaOf = ({ state, media }) => {
  if (!media || state !== "waiting") return "";
  const far = filled(media.text ? "media_words_safe" : "media_waits", { n: media.left, of: media.pieces });
  return [far, media.rule && (word(`rule_${media.rule}`) ?? word("rule_other"))].filter(Boolean).join(" ");
};

/** Which testimony it is: the how manieth of its day, and, for its own worker, at which time and in which language; the label apart. */
const nameOf = ({ day, nth }, own) => {
  const of = dayInWords(day);
  return [nth ? filled("row_nth", { n: nth, day: of }) : of, own && hour(own.time), own && languageOf(own.lang)].filter(Boolean).join(" · ");
};

/** By entry what the worker who is signed in may see of it. Nobody signed in, or keys that are just ended: nothing. */
const ownNotes = async (entries) => {
  const notes = entries.flatMap(({ id, note }) => (note ? [{ id, note }] : []));
  if (notes.length === 0) return {};
  return (await phone.vault()).call("openRowNotes", { notes }).catch((error) => {
    if (error.name !== "VaultClosed") throw error;
    return {};
  });
};

/** Other testimonies of the same witness, by name. */
const namesOf = (entries) => new Intl.ListFormat(region()).format(entries.map((entry) => nameOf(entry)));

const rowFor = (entry, own, others) => {
  const row = one("[data-outbox-row]").content.firstElementChild.cloneNode(true);
  Object.assign(row.dataset, { state: entry.state, kind: entry.kind, record: entry.id });
  all(".path .icon", row).forEach((icon, i) => icon.classList.toggle("reached", i < REACHED[entry.state]));
  one("[data-day]", row).textContent = nameOf(entry, own);
  one("[data-label]", row).textContent = own?.label ?? "";
  one("[data-same-witness]", row).textContent = others.length > 0 ? filled("row_same_witness", { rows: namesOf(others) }) : "";
  one('[data-act="label"]', row).hidden = !own;
  one('[data-act="come-back"]', row).hidden = !own?.keys || entry.state === "withdrawn";
  one("[data-state-text]", row).textContent = word(`state_${stateOf(entry)}`);
  one("[data-media-text]", row).textContent = mediaOf(entry);
  showQuestions(row, entry, dayInWords);
  one("[data-taking]", row).hidden = !canTakeBack(entry);
  one("[data-rule]", row).textContent = entry.state === "waiting" ? reason(entry) : entry.void && entry.state !== "withdrawn" ? word("given_back") : "";
  return row;
};

const waits = ({ state }) => state === "waiting";
/** What was agreed to in it does not go on to another event. */
const isOver = ({ state, taken }) => state === "withdrawn" || Boolean(taken);
const inOrder = (a, b) => Number(waits(b)) - Number(waits(a)) || b.day.localeCompare(a.day);

/** Where a button of a line stands, to find it again in a line that is drawn anew. */
const placeOf = (button) => button && `[data-record="${button.closest("[data-record]").dataset.record}"] [data-act="${button.dataset.act}"]`;

/** Draw the lines; where the keyboard is is not forgotten for it. */
const draw = (rows) => {
  const list = one("[data-outbox]");
  const focused = placeOf(one("button:focus", list));
  list.replaceChildren(...rows);
  if (focused) one(focused, list)?.focus({ preventScroll: true });
};

const fillOutbox = async () => {
  const entries = (await phone.outbox.states()).sort(inOrder);
  const waiting = entries.filter(waits).length;
  const notes = await ownNotes(entries);
  draw(entries.map((entry) => rowFor(entry, notes[entry.id], sameWitness(entry.id, entries, notes))));
  if (entries.some((entry) => entry.id === further && isOver(entry))) further = null; // for good: the row can be cleared from the list
  one("[data-further]").hidden = further === null;
  one("[data-outbox-empty]").hidden = entries.length > 0;
  const summary = waiting > 0 ? filled("outbox_waiting", { n: waiting }) : word("outbox_all_gone");
  one("[data-outbox-summary]").textContent = entries.length > 0 ? summary : "";
  one('[data-act="clear-delivered"]').hidden = waiting === entries.length;
};

/**
 * `what` just happened: "sealed", "refused" or nothing. `next`: the id of the testimony whose witness may tell of another event, or null.
 * `earlier`: whether a testimony of theirs stays.
 */
export const showOutbox = async (opened, what = "", { next = null, earlier = false } = {}) => {
  phone = opened;
  further = next;
  one("[data-sealed-now]").hidden = what !== "sealed";
  one("[data-refused-now]").hidden = what !== "refused" || earlier;
  one("[data-later-deleted]").hidden = what !== "refused" || !earlier;
  one("[data-carry-said]").hidden = true;
  one("[data-request-said]").hidden = true;
  await fillOutbox();
  show("outbox");
  await deliverNow(true);
  if (what === "sealed") announce(word("sealed"));
};

const sendNow = async (button) => {
  button.disabled = true;
  all("[data-sealed-now], [data-refused-now], [data-later-deleted]").forEach((notice) => (notice.hidden = true));
  const reached = await deliverNow(true);
  button.disabled = false;
  if (!reached) one("[data-outbox-summary]").textContent = word("node_away");
  announce(one("[data-outbox-summary]").textContent);
};

const say = (sentence) => Object.assign(one("[data-carry-said]"), { hidden: false, textContent: sentence });
const carrying = () => import("./carry_file.js");

const saveFile = async () => {
  const { name, ids } = await (await carrying()).saveFile(phone.outbox);
  say(ids.length > 0 ? filled("file_saved", { name, n: ids.length }) : word("file_nothing"));
  return outboxChanged();
};

const readReceipts = async (input) => {
  const { moved } = await (await carrying()).readReceipts(input.files[0], phone.outbox, verify);
  input.value = "";
  say(moved > 0 ? filled("receipts_read", { n: moved }) : word("receipts_nothing"));
  return outboxChanged();
};

const today = () => new Date().toISOString().slice(0, 10);

/** Why nothing was signed: nobody is signed in, or nobody could read it. What was written or ticked stays. */
const unsigned = (error) => {
  if (error.name !== "CannotSeal") throw error;
  complain(word(error.reason === "keys" ? "take_back_keys" : "request_no_lawyer"));
  return null;
};

/** The list again, after a card about one row: whose witness may tell of another event is not forgotten for it. */
const backToList = () => showOutbox(phone, "", { next: further });

/** One row on a card of its own: to withdraw it, or to give it a label. */
const openRow = async (button, what) => {
  const { record } = button.closest("[data-record]").dataset;
  const entries = await phone.outbox.states();
  const entry = entries.find(({ id }) => id === record);
  const notes = await ownNotes(entries);
  const own = notes[record];
  const others = namesOf(sameWitness(record, entries, notes).filter(canTakeBack));
  (await import("./row.js"))[what](phone, { id: record, own, day: today(), name: nameOf(entry, own), others }, { unsigned, showList: backToList });
};

const openUses = async (button) => {
  const { record } = button.closest("[data-record]").dataset;
  (await import("./partial_withdrawal.js")).openUses(phone, record, today(), { unsigned, showList: backToList, showTaken: () => showOutbox(phone) });
};

/** For one that is not on this phone: what the witness says goes to the lawyers, who find it. */
const askWithdrawal = async () => {
  const [field, said] = [one("[data-request]"), one("[data-request-said]")];
  const text = field.value.trim();
  if (!text) return complain(word("request_empty"));
  const entry = await (await phone.vault()).call("withdrawalRequest", { text, day: today() }).catch(unsigned);
  if (!entry) return null;
  await phone.outbox.add(entry);
  field.value = "";
  complain("");
  Object.assign(said, { hidden: false, textContent: word("request_sealed") });
  await outboxChanged();
  return deliverNow(true);
};

on({
  "ask-further": () => show("further-event"),
  "leave-further": () => show("outbox"),
  answer: (button) => giveAnswer(phone, button, today()),
  "read-question": async (button) => (await import("./question_words.js")).readQuestion(phone, button, today(), { showOutbox: backToList }),
  "take-back": (button) => openRow(button, "openTakingBack"),
  label: (button) => openRow(button, "openLabel"),
  "come-back": (button) => openRow(button, "openComingBack"),
  "take-back-uses": openUses,
  "ask-withdrawal": askWithdrawal,
  "send-now": sendNow,
  "save-file": saveFile,
  "read-receipts": () => one("[data-receipts]").click(),
  "clear-delivered": async () => {
    await phone.outbox.clear();
    return outboxChanged();
  },
});
document.addEventListener("change", ({ target }) => {
  if (target.matches("[data-receipts]") && target.files.length > 0) readReceipts(target).catch(failed);
});
document.addEventListener("outbox-changed", () => {
  one("[data-sending]").hidden = true;
  if (phone && currentCard()?.dataset.card === "outbox") fillOutbox().catch(failed);
});
document.addEventListener("delivering", ({ detail: { id, done, total, piece, pieces } }) => {
  one("[data-sending]").hidden = false;
  const sending = pieces ? "sending_piece" : "sending";
  one("[data-sending-text]").textContent = filled(sending, { n: done + 1, of: total, piece, pieces });
  Object.assign(one("[data-sending-bar]"), { value: done, max: total });
  one(`[data-record="${id}"]`)?.setAttribute("data-busy", "");
});
