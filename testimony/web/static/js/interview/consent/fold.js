/**
 * What stands of a consent: one fold over the set of its events. Twin of domain/consent/fold.py, held to it by
 * tests/vectors/consent-fold.json. No DOM.
 *
 * An event is {event, id, purpose, recipient, day, after: [ids], life_months, reason?, name_shown?} (docs/consent.md, "Events").
 */

import { effectiveKeys, monthsLater, PURPOSES } from "./compartments.js";

const AFTER = { INVALIDATE: "invalid", WITHDRAW: "withdrawn", REFUSE: "refused", ASK: "undecided" }; // the strongest first
const ENDING = ["INVALIDATE", "WITHDRAW", "REFUSE"];
const NAMING = ["ASK", "GRANT"];
const ACTS = [...ENDING, ...NAMING, "HOLD", "RELEASE", "ERASE"];
const SHOWN = ["full", "initials", "none"];
const ID = /^[0-9A-Za-z._:-]{1,64}$/;
const SEEN = /^[0-9A-Za-z._:-]{1,64}(#[0-9a-f]{32})?$/;
const CODE = /^[a-z0-9_.]{1,40}$/;
const DAY = /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/;

/** An event that cannot be read, or two that share an id; `part` names what of it. While it is there, nothing counts as agreed. */
export class EventUnreadable extends Error {
  constructor(part) {
    super(part);
    this.name = "EventUnreadable";
    this.part = part;
  }
}

const text = (value, form) => typeof value === "string" && form.test(value);
const isDay = (day) => text(day, DAY) && day >= "0001" && day < "3000" && !Number.isNaN(Date.parse(day)) && new Date(day).toISOString().startsWith(day);
const isLife = (life) => Number.isInteger(life) && life >= 1 && life <= 1200;
const isRecipient = (one) => typeof one === "string" && [...one].length > 0 && [...one].length <= 200;
/** Each part of an event, and whether it can be read, in the order in which they are looked at. */
const READABLE = {
  structure: (event) => event !== null && typeof event === "object" && !Array.isArray(event),
  id: ({ id }) => text(id, ID),
  event: ({ event }) => ACTS.includes(event),
  purpose: ({ purpose }) => purpose === null || PURPOSES.includes(purpose),
  recipient: ({ recipient }) => recipient === null || isRecipient(recipient),
  day: ({ day }) => isDay(day),
  after: ({ after }) => Array.isArray(after) && after.every((one) => text(one, SEEN)),
  life_months: ({ life_months: life = null }) => life === null || isLife(life),
};
const MORE = ({ reason = null, name_shown: shown = null }) => (reason === null || text(reason, CODE)) && (shown === null || SHOWN.includes(shown));
const unreadable = (event) => {
  const part = Object.keys(READABLE).find((name) => !READABLE[name](event));
  if (part) return part;
  if (!MORE(event)) return "structure";
  return NAMING.includes(event.event) && (event.purpose === null || event.recipient === null) ? "purpose" : null;
};

const sameAs = ({ event, purpose, recipient, day, after, life_months: life = null, reason = null, name_shown: shown = null }) =>
  JSON.stringify([event, purpose, recipient, day, life, reason, shown, [...new Set(after)].sort()]);

const byId = (events) => {
  const known = new Map();
  for (const event of events) {
    const part = unreadable(event);
    if (part) throw new EventUnreadable(part);
    if (known.has(event.id) && sameAs(known.get(event.id)) !== sameAs(event)) throw new EventUnreadable("twice");
    known.set(event.id, event);
  }
  return known;
};

/** Ids of all that the device of `event` had seen, directly or through what that had seen. */
const seenBy = (event, known) => {
  const seen = new Set();
  const waiting = [...event.after];
  while (waiting.length > 0) {
    const id = waiting.pop();
    if (seen.has(id)) continue;
    seen.add(id);
    waiting.push(...(known.get(id)?.after ?? []));
  }
  return seen;
};

const stateOf = (of, seen, at) => {
  if (of("ERASE").length > 0) return "erased";
  const ends = of(...ENDING);
  const live = of("GRANT").filter((grant) => ends.every(({ id }) => seen(grant).has(id)));
  const lives = ({ day, life_months: life = null }) => life === null || at <= monthsLater(day, life);
  if (live.length > 0) return live.some(lives) ? "granted" : "expired";
  return AFTER[Object.keys(AFTER).find((act) => of(act).length > 0)] ?? "not_asked";
};

const standing = (key, known, seen, at) => {
  const about = ({ purpose, recipient }) => [null, key.purpose].includes(purpose) && [null, key.recipient].includes(recipient);
  const mine = [...known.values()].filter(about);
  const of = (...acts) => mine.filter(({ event }) => acts.includes(event));
  const onHold = of("HOLD").some(({ id }) => !of("RELEASE").some((release) => seen(release).has(id)));
  return { ...key, state: stateOf(of, seen, at), on_hold: onHold };
};

const inOrder = (a, b) => (a.purpose < b.purpose || (a.purpose === b.purpose && a.recipient < b.recipient) ? -1 : 1);

/** [{purpose, recipient, state, on_hold}]: how each key that some event names stands at `at` (YYYY-MM-DD). Throws `EventUnreadable`. */
export const states = (events, at) => {
  const known = byId(events);
  const pasts = new Map();
  const seen = (event) => pasts.get(event.id) ?? pasts.set(event.id, seenBy(event, known)).get(event.id);
  const named = [...known.values()].filter(({ purpose, recipient }) => purpose !== null && recipient !== null);
  const keys = new Map(named.map(({ purpose, recipient }) => [JSON.stringify([purpose, recipient]), { purpose, recipient }]));
  return [...keys.values()].sort(inOrder).map((key) => standing(key, known, seen, at));
};

/** [{purpose, recipient}]: what is granted, not on hold, and has all that it needs. Throws `EventUnreadable`. */
export const usable = (events, at) =>
  effectiveKeys(states(events, at).filter(({ state, on_hold: held }) => state === "granted" && !held).map(({ purpose, recipient }) => ({ purpose, recipient })));
