/** The outbox in the phone's store: sealed entries until somebody signed for them, then only how far they have come. DOM-free. */

import { refusedByPhone } from "../node/phone_store.js";

const ORDER = ["waiting", "node", "headquarters", "desk", "withdrawn"];
const further = (one, other) => (ORDER.indexOf(other) > ORDER.indexOf(one) ? other : one);
const isUrgent = ({ kind }) => kind === "withdraw" || kind === "uses";
/** Nothing about them is followed any further. */
const isDoneOnReceipt = ({ kind }) => kind === "refusal" || kind === "answer";
const DELIVERED = new Set(["node", "headquarters", "desk"]);
const MOVING = new Set(["node", "headquarters", "withdrawn"]);

/** Every name that a receipt for all of `entry` must name, without the record's: of the text and of each piece of media. */
export const wholeOf = ({ names, media }) => [...names.slice(1), ...(media?.pieces.flat() ?? [])];

/** The entry without its ciphertext; the names stay, because a later receipt has to name them all. Of one that is withdrawn no question stays. */
const emptied = (entry, state, rule) => {
  const { id, kind, day, nth, note, names, tid, questions, void: falsely } = entry;
  return { id, kind, day, ...(nth && { nth }), ...(note && { note }), ...(tid && { tid }), ...(questions && state !== "withdrawn" && { questions }), ...(falsely && { void: falsely }), names: names && [names[0], ...wholeOf(entry)], state, rule, ...(entry.media && { had: entry.media.pieces.length }) };
};

/** What the list says of media: how many pieces, how many are on this phone alone, whether the text is safe, and what holds the pieces up. */
const mediaShown = ({ media, had }) => {
  if (media) return { media: { pieces: media.pieces.length, left: media.left, text: media.text, rule: media.rule ?? null } };
  return had ? { media: { pieces: had, left: 0, text: "", rule: null } } : {};
};

/** How many testimonies of `day` the list names with this one. */
const nextOf = (entries, day) => 1 + Math.max(0, ...entries.filter((entry) => entry.day === day).map(({ nth }) => nth ?? 0));

/**
 * The outbox over a phone store. `nth` says of a testimony that it is the first, second … of its day here; `note` is what its worker
 * alone may see of it (interview/vault/row_notes.js), and is never sent. An entry is {id, kind, day, names, container, state, rule, saved?, media?}: names are the record's and
 * each object's SHA-256, in the container's order; `saved` is the day on which it was last written to a file, `tid` the testimony's number, `taken` the day on which the witness took it back and `withdrawal` the record that says so; `void` says that two roles called one false. `media` is {bin, pieces,
 * left, text, rule?}: the pieces lie in the bin `bin` (interview/media/buckets.js), under the names [[…], …]; `left` are not at the node yet, as it
 * said last; `text` is "node" or "headquarters" once a receipt for the text was verified. Until one for everything is, all of it stays.
 */
export const outboxIn = (store) => ({
  /**
   * `draft` is the id of the draft that it came from, marked as done in the same stroke, with the writes `beside`: a crash
   * never seals it twice, and forgets nothing of what has to follow.
   */
  put: async (entry, draft, beside = []) => {
    const nth = entry.kind === "testimony" ? { nth: nextOf(await store.all("outbox"), entry.day) } : {};
    await store.writeTogether([["outbox", entry.id, { ...entry, ...nth, state: "waiting", rule: null }], ["settings", `done-${draft}`, true], ...beside]);
  },
  /** Put what the worker alone may see of `id` in place of what was there. */
  rename: (id, note) => store.update("outbox", id, (entry) => (entry?.note ? { ...entry, note } : undefined)),
  /** What was made for no draft: that single uses are taken back, a request. */
  add: (entry) => store.writeTogether([["outbox", entry.id, { ...entry, state: "waiting", rule: null }]]),
  /** What waits, what was taken back first. */
  all: async () => (await store.all("outbox")).filter((entry) => entry.state === "waiting").sort((a, b) => Number(isUrgent(b)) - Number(isUrgent(a))),
  states: async () => (await store.all("outbox")).map(({ container, names, media, had, ...shown }) => ({ ...shown, ...mediaShown({ media, had }) })),
  /** The ids of all that is there: to see whether something new came, without reading it. */
  ids: () => store.keys("outbox"),
  find: (id) => store.read("outbox", id ?? ""),
  /** What became of a delivery. Another window may have settled it meanwhile: then that stays. */
  settle: (id, state, rule) =>
    store.update("outbox", id, (entry) => {
      if (entry?.state !== "waiting") return undefined;
      if (state === "waiting") return { ...entry, rule };
      return isDoneOnReceipt(entry) ? null : emptied(entry, state, rule);
    }),
  /** What is known by now of the media of one that waits: {text}, {left}, {rule}. A text that is safe is never unsafe again. */
  note: (id, known) =>
    store.update("outbox", id, (entry) => {
      if (entry?.state !== "waiting" || !entry.media) return undefined;
      const text = further(entry.media.text, known.text ?? "");
      return { ...entry, media: { ...entry.media, ...known, text } };
    }).catch((error) => {
      if (!refusedByPhone(error)) throw error; // a full phone still delivers: it only forgets what it would show
    }),
  /** Delivered ones that may have moved on, or were withdrawn and may be served again: [{id, names, state, taken?, withdrawal?}]. */
  followed: async () =>
    (await store.all("outbox"))
      .filter(({ state, names }) => MOVING.has(state) && names)
      .map(({ id, names, state, taken, withdrawal }) => ({ id, names, state, taken, withdrawal })),
  /** The ids of delivered testimonies, about which a lawyer may have asked something. */
  delivered: async () => (await store.all("outbox")).filter(({ kind, state }) => kind === "testimony" && DELIVERED.has(state)).map(({ id }) => id),
  /** Keep the questions about `id`, unless it was withdrawn meanwhile, that `told(before)` gives: [{name, code, day, answers: [{code, day, mine?}]}]. */
  asked: (id, told) =>
    store.update("outbox", id, (entry) => {
      if (!entry || entry.state === "withdrawn") return undefined;
      const before = entry.questions ?? [];
      const now = told(before);
      return JSON.stringify(now) !== JSON.stringify(before) ? { ...entry, questions: now } : undefined;
    }),
  /** Move an entry on, never back; whether it moved. */
  advance: async (id, state) => {
    let moved = false;
    await store.update("outbox", id, (entry) => {
      moved = Boolean(entry) && ORDER.indexOf(state) > ORDER.indexOf(entry.state);
      if (!moved) return undefined;
      return isDoneOnReceipt(entry) ? null : emptied(entry, state, null);
    });
    return moved;
  },
  /** Its withdrawal is void: it is at `state` again, and can be taken back anew. Whether it was withdrawn. */
  giveBack: async (id, state) => {
    let back = false;
    await store.update("outbox", id, (entry) => {
      back = entry?.state === "withdrawn";
      return back ? { ...emptied(entry, state, null), void: true } : undefined;
    });
    return back;
  },
  /** The witness takes `id` back on `day`: its ciphertext goes, and the signed withdrawal waits, in one stroke. */
  takeBack: async (id, day, withdrawal) => {
    const entry = await store.read("outbox", id);
    const { note, ...left } = { ...emptied(entry, "withdrawn", null), taken: day, withdrawal: withdrawal.id };
    await store.writeTogether([["outbox", withdrawal.id, { ...withdrawal, state: "waiting", rule: null }], ["outbox", id, left]]);
  },
  /** Remember that these were written to a file on `day`; they wait on until a receipt is verified. */
  saved: (ids, day) => Promise.all(ids.map((id) => store.update("outbox", id, (entry) => (entry?.state === "waiting" ? { ...entry, saved: day } : undefined)))),
  /** Take what is delivered off the list; how many. */
  clear: async () => {
    const gone = (await store.all("outbox")).filter(({ state }) => state !== "waiting");
    await Promise.all(gone.map(({ id }) => store.update("outbox", id, (entry) => (entry && entry.state !== "waiting" ? null : undefined))));
    return gone.length;
  },
});
