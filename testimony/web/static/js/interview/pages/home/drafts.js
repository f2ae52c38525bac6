/** The unfinished interviews of the person who is signed in, as lines of the home card: what they are, what can be done, what was done. */

import { all, cardNamed, one, pageData, word } from "../base/cards.js";
import { hour, languageOf, region, written } from "../base/phrases.js";
import { draftsIn } from "../../draft/store.js";
import { isUnreadable, readDraft } from "../../draft/key_shares.js";
import { letGo } from "../../draft/locks.js";
import { deleteDraft } from "../../draft/pending_refusals.js";
import { inTurn } from "../../draft/turns.js";
import { stockIn } from "../../node/share_stock.js";

export { claim, letAllGo, letGo } from "../../draft/locks.js";
export { meetNode, requestsFor } from "../../draft/key_shares.js";
export { payOwed } from "../../draft/pending_refusals.js";
export { meetingsOf } from "../../node/meetings.js";

/** Give the phone what it needs for unfinished interviews; the first page does without. */
export const equip = (phone) => {
  phone.drafts ??= draftsIn(phone.store);
  phone.stock ??= stockIn(phone.store, phone.node);
  phone.media ??= async () => (await import("../media/media.js")).mediaOf(phone);
};

/** Delete a draft, and give up its lock; `removed` is called in the same turn. */
export const discardDraft = async (phone, entry, removed) => {
  await inTurn(async () => {
    await deleteDraft(phone, entry);
    removed();
  });
  letGo(entry.id);
};

/** A time as people say it, in the language and the numerals of the page. */
const said = (time) =>
  written(new Intl.DateTimeFormat(region(), { weekday: "long", day: "numeric", month: "long", hour: "numeric", minute: "2-digit" }).format(new Date(time)));

/** On the locked card of a pause, to say to the witness: in the page's language alone, for a locked phone tells nothing of whom it heard. */
const sayPause = (paused) => {
  const place = one("[data-pause-words]");
  place.hidden = !paused;
  place.replaceChildren(...(paused ? [one('[data-parting="pause"]').content.cloneNode(true)] : []));
};

/** On the locked card: what opens the interview `entry` once this page is closed; nothing where the passphrase always does. */
export const sayWhatOpens = (entry) => {
  sayPause(entry !== undefined);
  const until = entry?.draft.until ?? null;
  one("[data-pause-node]").hidden = !entry?.wrap.share || until !== null;
  one("[data-pause-sitting]").hidden = until === null;
  one("[data-pause-sitting]").textContent = until === null ? "" : word("pause_sitting").replace("{time}", hour(until));
};

/** How far an open draft is, from its newest snapshot: shown, and forgotten again. */
const farness = async (phone, entry) => {
  const held = entry.state === "open" ? await readDraft(phone, entry) : null;
  if (!held) return "";
  const section = pageData().sections?.[cardNamed(held.state.card)?.dataset.section];
  return [section, languageOf(held.state.answers.witness_language?.value)].filter(Boolean).join(" · ");
};

const nodeIsBusy = () => Boolean(document.documentElement.dataset.nodeBusy);

/** Why the interview `entry` cannot be gone on with. */
export const whyClosed = ({ state }) => word(state === "share" && nodeIsBusy() ? "draft_busy" : `draft_${state}`);

const reasonOf = (entry) => {
  const { state, clock, stuck, wrap, draft } = entry;
  if (state !== "open") return whyClosed(entry);
  if (stuck) return word(`draft_${stuck}`);
  if (clock) return word("draft_clock");
  if (!wrap.share) return word("draft_alone");
  return draft.until === null ? "" : word("draft_sitting").replace("{time}", hour(draft.until));
};

const lineOf = ({ id }) => one(`[data-draft-list] [data-draft-id="${id}"]`) ?? one("[data-draft-row]").content.firstElementChild.cloneNode(true);

/** Fill the line of `entry`, the one that stands there already: a button that is put in its place anew loses the tap that is on it. */
const lineFor = async (phone, entry) => {
  if (entry.state === "open" && (await isUnreadable(phone, entry))) entry.state = "unreadable";
  const line = lineOf(entry);
  Object.assign(line.dataset, { draftId: entry.id, state: entry.state });
  one("[data-begun]", line).textContent = entry.begun ? said(entry.begun) : word("draft_no_date");
  one("[data-far]", line).textContent = await farness(phone, entry);
  one("[data-why]", line).textContent = reasonOf(entry);
  one("[data-why]", line).toggleAttribute("data-draft-closed", entry.state === "closed");
  one('[data-act="resume"]', line).hidden = !["open", "share", "elsewhere"].includes(entry.state);
  one('[data-act="resume"] span', line).textContent = word(entry.state === "open" ? "draft_go_on" : "draft_ask_node");
  return line;
};

let drawing = 0;
let drawn = null;

/** What the lines say, in short: the same lines are not drawn again under the finger of who is about to tap one. */
const gist = (drafts, lang) => JSON.stringify([lang, cardNamed("languages") !== null, nodeIsBusy(), drafts.map(({ id, state, clock, stuck, wrap, draft }) => [id, state, clock, stuck, Boolean(wrap?.share), draft?.until])]);

/** Draw the lines anew where they changed. `lang` is the page's. */
export const showDrafts = (phone, session, lang) => inTurn(() => draw(phone, session, lang));

const draw = async (phone, { drafts }, lang) => {
  const now = gist(drafts, lang);
  if (drawn === now) return;
  const turn = (drawing += 1);
  const recent = [...drafts].sort((one, other) => (other.begun ?? "").localeCompare(one.begun ?? ""));
  const lines = await Promise.all(recent.map((entry) => lineFor(phone, entry)));
  if (turn !== drawing) return; // the page was emptied meanwhile
  drawn = now;
  const list = one("[data-draft-list]");
  if (lines.length !== list.childElementCount || lines.some((line, at) => line !== list.children[at])) list.replaceChildren(...lines);
  one("[data-draft]").hidden = lines.length === 0;
};

/** What was done with drafts that nobody entered: said until it was read. */
export const showNotices = async (phone, person) => {
  const notices = (await phone.store.all("notices")).filter((notice) => notice.person === person);
  const sentences = notices.map(({ what, begun }) => {
    const line = document.createElement("li");
    line.textContent = word(`overdue_${what}`).replace("{begun}", said(begun));
    return line;
  });
  one("[data-notices]").replaceChildren(...sentences);
  one("[data-notice]").hidden = notices.length === 0;
};

export const forgetNotices = async (phone, person) => {
  const own = (await phone.store.all("notices")).filter((notice) => notice.person === person);
  for (const { id } of own) await phone.store.remove("notices", id);
  return showNotices(phone, person);
};

/** Nothing of one person is left on the page for the next. */
export const clearDrafts = () => {
  drawing += 1;
  drawn = null;
  all("[data-draft-list], [data-notices], [data-outbox], [data-row-named]").forEach((list) => list.replaceChildren());
  all("[data-draft], [data-notice]").forEach((place) => (place.hidden = true));
  all("[data-row-label], [data-card=take-back] input").forEach((field) => (field.value = ""));
};
