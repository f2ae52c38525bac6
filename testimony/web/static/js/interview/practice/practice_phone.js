/**
 * A phone for an interview with an invented witness: all that an interview asks of a phone (interview/phone.js), and none of it is
 * kept. What it is given is not held, its keys are none, and nothing of it reaches the disk or the node. DOM-free.
 */

import { readers } from "../consent/compartments.js";

/** Nobody takes it for a real one, and no testimony was ever sealed with it. */
export const EXAMPLE_CODE = "0000011111222223333344444";
const ID = "practice";

const nothing = async () => undefined;
const none = async () => [];
const draft = { until: null, save: nothing, snapshots: none };

/** The calls of the vault that an interview makes. There are no keys, so nothing is encrypted, sealed or signed. */
const calls = {
  readers: ({ purposes }) => ({ table: readers(purposes), short: "" }),
  begin: () => ({ id: ID, share: null }),
  snapshot: () => null,
  forgetDraft: () => null,
  code: () => ({ code: EXAMPLE_CODE, publicHex: "" }),
  seal: () => ({ id: ID, kind: "testimony" }),
  sealRowNote: () => null,
  refusal: () => ({ id: ID, kind: "refusal" }),
};

const vault = {
  call: async (name, args) => {
    if (!Object.hasOwn(calls, name)) throw new Error(`a practice has no ${name}`);
    return calls[name](args);
  },
};

/** `ending(kind)` is told that a testimony or a refusal would be put into the outbox now, while its answers are there; `over(id, what)` as of any phone. */
export const practicePhone = ({ ending, over }) => ({
  trust: { trust: { shares: false, sitting: false } },
  vault: async () => vault,
  renewTrust: nothing,
  store: { all: none },
  drafts: { begin: async () => draft, clear: nothing },
  stock: { take: async () => null, ending: () => [] },
  outbox: { put: async ({ kind }) => ending(kind) },
  over,
});
