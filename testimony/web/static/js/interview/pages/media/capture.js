/** Recordings, pictures and files in an interview: their cards' scripts when such a card is opened, what was agreed to, and how many there are. */

import { all, cardNamed, complain, currentCard, failed, on, one, word } from "../base/cards.js";
import { clock, filled, shown } from "../base/phrases.js";
import { prerequisites } from "../../consent/compartments.js";
import { go, whenEntered } from "../cards/card.js";
import { noteMedia } from "../cards/read_back.js";
import { answers, purposes, sitting, spokenData } from "../base/interview_state.js";

/** What each kind needs: its purpose, its card, and its script once it is there. */
const KINDS = {
  voice: { purpose: "P02", card: "voice", load: () => import("./voice.js"), enter: (script) => script.enterVoice() },
  picture: { purpose: "P03", card: "pictures", load: () => import("./pictures.js"), enter: (script) => script.enterPictures() },
  file: { purpose: "P03", card: "pictures" }, // on the card of pictures, whose script knows it
};
/** The last cards: what is said there, the code above all, is nothing to record. */
const CLOSING = ["readers", "code", "finish"];
/** Where what is kept is told to the witness. */
const READ_BACK = ["review", "read-part"];
/** Ends at which all of it is deleted. */
const REFUSED = ["refused", "refused-child"];
const ASKING = ["start", "told", "purposes", "teach", "talk"];

let voice = null;
const kept = () => import("./items.js");
const stands = (kind) => purposes().includes(KINDS[kind].purpose);
const itemsOf = async (kind) => (sitting.state?.media ? (await kept()).itemsOf(kind) : []);

/** End what is being recorded and keep it; resolves with whether there was anything. `sentence` says why. */
export const endRecording = async (sentence = null) => (voice ? voice.endRecording(sentence) : false);

/** The page is about to lock or to be left: true when that ended a recording. */
export const settleCapture = () => endRecording(word("ended_locked"));

const enterCard = async (kind) => {
  const card = cardNamed(KINDS[kind].card);
  one("[data-not-agreed]", card).hidden = stands(kind);
  one("[data-capture]", card).hidden = !stands(kind);
  if (!stands(kind)) return;
  if (kind === "voice") import("./player.js").catch(failed);
  const script = await KINDS[kind].load();
  if (kind === "voice") voice = script;
  await KINDS[kind].enter(script);
};

/** The purpose that lacks a yes, before `kind` may be kept: its own, or one without which it is void. */
const lackingFor = (kind) => [...prerequisites(KINDS[kind].purpose), KINDS[kind].purpose].find((purpose) => !purposes().includes(purpose));
const isAsked = (kind) => {
  const { card, section } = currentCard().dataset;
  return card === `purpose-${lackingFor(kind)}` || (ASKING.includes(section) && answers()[`purpose_${KINDS[kind].purpose}`] === undefined);
};

/** Kinds of which something is kept that the witness does not agree to any more; what is just being asked is not judged yet. */
const takenBack = async () => {
  const judged = Object.keys(KINDS).filter((kind) => !stands(kind) && !isAsked(kind));
  const counts = await Promise.all(judged.map(async (kind) => [kind, (await itemsOf(kind)).length]));
  return counts.filter(([, count]) => count > 0);
};

const backDialog = () => one('dialog[data-dialog="media-back"]');

/** Ask what to do with what cannot be kept; true when there is such. */
export const askIfTakenBack = async () => {
  if (!sitting.state?.media || REFUSED.includes(sitting.state.card)) return false;
  if (!stands("voice")) await endRecording(word("ended_refused"));
  const found = await takenBack();
  if (found.length === 0 || backDialog().open) return found.length > 0;
  all("[data-media-back]").forEach((line) => (line.hidden = true));
  found.forEach(([kind, count]) => Object.assign(one(`[data-media-back="${kind}"]`), { hidden: false, textContent: filled(`media_back_${kind}`, { n: count }) }));
  one("dialog[open]")?.close();
  backDialog().showModal();
  return true;
};

/** Delete what is kept without a yes. */
const dropUnagreed = async () => {
  const kinds = Object.keys(KINDS).filter((kind) => sitting.state?.media && !stands(kind));
  for (const kind of kinds) await (await kept()).removeAll(kind);
};

/** What each picture shows, in the order in which they are sealed; null where none is. */
export const shownInPictures = async () => {
  const items = stands("picture") ? await itemsOf("picture") : [];
  return items.length === 0 ? null : items.map(({ id }) => sitting.state.pictures?.[id] ?? "other");
};

/** How many there are of `kind`, in words; null where that is no matter: the organisation does not ask for it. */
const countOf = async (kind) => {
  const items = await itemsOf(kind);
  if (kind === "file" && items.length === 0) return null; // few witnesses show one, and nobody is reminded
  const offered = Object.values(spokenData().purposes).some(({ purpose }) => purpose === KINDS[kind].purpose);
  if (items.length === 0) return offered ? word(stands(kind) ? "count_none" : "count_not_agreed") : null;
  const seconds = items.reduce((sum, item) => sum + item.seconds, 0);
  return kind === "voice" ? filled("count_voice", { n: items.length, time: clock(seconds) }) : shown(items.length);
};

/** The lines of the read-back, and what they say together: with other recordings or pictures they are read anew. */
const fillCounts = async () => {
  const found = [];
  for (const [kind, { purpose, card }] of Object.entries(KINDS)) {
    const said = await countOf(kind);
    const line = one(`[data-media-count="${kind}"]`);
    line.hidden = said === null;
    one("dd", line).textContent = said ?? "";
    one("button", line).dataset.goto = stands(kind) ? card : `purpose-${purpose}`;
    if (said !== null) found.push([kind, stands(kind), (await itemsOf(kind)).map(({ id }) => id)]);
  }
  const number = found.reduce((sum, [, , ids]) => sum + ids.length, 0);
  if (!sitting.state) return;
  noteMedia(found.length === 0 ? null : { basis: JSON.stringify(found), count: number > 0 ? filled("media_count", { n: number }) : word("count_none"), empty: number === 0 });
};

/** Who will be able to hear and see: those who read the person's own words, and only where there is something. */
const fillMediaReaders = async () => {
  const who = one('[data-reader-part="narrative"] [data-reader-names]').textContent;
  for (const kind of Object.keys(KINDS)) {
    const line = one(`[data-media-reads="${kind}"]`);
    const there = (await itemsOf(kind)).length > 0;
    line.hidden = !there;
    one("[data-media-said]", line).textContent = there ? await countOf(kind) : "";
    one("[data-media-who]", line).textContent = there ? who : "";
  }
  one("[data-media-readers]").hidden = all("[data-media-reads]").every((line) => line.hidden);
};

const kindOn = (card) => Object.keys(KINDS).find((kind) => KINDS[kind].card === card);

const entered = async (card) => {
  voice?.showVoice();
  if (CLOSING.includes(card)) await endRecording(word("ended_closing"));
  if (kindOn(card)) await enterCard(kindOn(card));
  if (READ_BACK.includes(card)) await fillCounts();
  if (card === "readers") await fillMediaReaders();
  await askIfTakenBack();
};
whenEntered((card) => entered(card).catch(failed));

document.addEventListener("media-sealing", ({ detail: { done, total } }) => {
  one("[data-media-sealing]").hidden = total === 0;
  one("[data-media-sealing-said]").textContent = total > 0 ? filled("sealing_media", { n: done, of: total }) : "";
  Object.assign(one("[data-media-sealing-bar]"), { value: done, max: Math.max(total, 1) });
});

on({
  "media-back-delete": async () => {
    await dropUnagreed();
    backDialog().close();
    complain(word("media_deleted"));
  },
  "media-back-ask": async () => {
    const [[kind]] = await takenBack();
    backDialog().close();
    return go(`purpose-${lackingFor(kind)}`);
  },
  "stop-sealing": () => import("./media.js").then(({ stopSealing }) => stopSealing()),
});
