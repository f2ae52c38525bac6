/** The worker that holds the keys: unlocks, encrypts drafts, seals, signs, checks receipts. Ending it is locking. DOM-free. */

import { verifyReceipt } from "../../sealing/statements/statements.js";
import { confirmers, verifiedFresh } from "../../sealing/statements/fresh.js";
import { sha256Hex } from "../../sealing/base/hashes.js";
import { encodeCanonical } from "../../sealing/base/jcs.js";
import { stretch, unlockWith } from "../../sealing/keys/locked_seeds.js";
import { RosterChain } from "../../sealing/roster/chain.js";
import { decodeSigned } from "../../sealing/records/records.js";
import { sign } from "../../sealing/records/signatures.js";
import { newWithdrawalCode } from "../../sealing/keys/withdrawal_code.js";
import { answerCall } from "./answer_calls.js";
import { beginDraftKeys, forgetDraft, openDraft, openDrafts, openShared, pauseKeys, refusalOf, sealDraft } from "./draft_keys.js";
import { mediaCalls } from "./media_keys.js";
import { pinGuard } from "./pin.js";
import { rowNoteCalls } from "./row_notes.js";
import { deviceKidOf, entryOf, isActive, sealCalls } from "./seal_calls.js";
import { withdrawCalls } from "./withdrawal_calls.js";

const REFUSAL = "testimony/1/refusal";
const held = { chain: null, seeds: null };
const guard = pinGuard();

const bytesOf = (text) => new TextEncoder().encode(text);
/** One of the calls by which a witness takes back without the code. What works out of the node's reach is loaded with the worker: it may not come later. */
const takingBack = (name) => async (args) => withdrawCalls(held)[name](args);

const recordFrom = ({ record, sigs }) => decodeSigned(encodeCanonical({ record, sigs }));

/** What a freshness statement says, or null: whatever a node puts in its place, the rosters hold without it. */
const freshIn = (signed, chain) => {
  try {
    return verifiedFresh(recordFrom(signed), chain);
  } catch {
    return null;
  }
};

const calls = {
  /** Verify the organisation's root and rosters and use them from now on; `said` are those of the statements `fresh` that count: {no, day, signed}. */
  trust({ root, rosters, fresh = [] }) {
    const chain = new RosterChain(bytesOf(root), rosters.map(recordFrom));
    held.chain = chain;
    const { no, expires, value } = chain.latest;
    const said = fresh.map((signed) => ({ ...freshIn(signed, chain), signed })).filter(({ day }) => day);
    const confirmed = { issued: value.issued, asked: confirmers(chain.latest).length > 0, said };
    const began = chain.rosters[0].value.issued;
    const named = { sha256s: chain.rosters.map(({ sha256 }) => sha256), records: chain.records.map(({ bytes }) => sha256Hex(bytes)) };
    const { share } = value.drafts ?? {};
    const ruled = { shares: share !== "none", sitting: share === "sitting", signs: value.trust?.releases !== undefined };
    return { fingerprint: chain.fingerprint, no, expires, began, ...ruled, ...named, ...confirmed };
  },

  /**
   * {person, device, active, drafts: [{id, state, begun}]} of the keys in `locked` and the drafts in `wraps`; `paused` is what
   * `pause` gave before the worker ended, or null. Throws PassphraseWrong.
   */
  async unlock({ locked, passphrase, wraps, paused }) {
    const stretched = await stretch(locked, passphrase);
    held.seeds = await unlockWith(locked, stretched);
    const active = isActive(held);
    const openable = active ? wraps : wraps.map(({ kept, ...wrap }) => wrap); // who was taken out of the roster needs the node, which refuses
    const drafts = await openDrafts({ stretched, salt: locked.argon2id.salt, passphrase, wraps: openable, paused });
    return { person: locked.person, device: locked.device, active, drafts };
  },

  signIn({ nonce }) {
    const [{ kid, sig }] = sign("testimony/1/sign-in", bytesOf(nonce), held.seeds.interviewer);
    return { kid, nonce, sig };
  },

  /** What `unlock` needs to open the drafts after a pause; where a PIN is set, this worker does nothing more until it is given. */
  async pause() {
    const kept = await pauseKeys();
    guard.pause();
    return kept;
  },

  /** The PIN of pauses, six digits: see interview/vault/pin.js. */
  setPin: ({ pin }) => guard.set(pin),
  openByPin: ({ pin }) => guard.open(pin),
  hasPin: () => guard.isSet(),
  confirmByPin: ({ pin }) => guard.confirm(pin),

  /** Drafts: see interview/vault/draft_keys.js. */
  begin: beginDraftKeys,
  openShared: ({ wrap, share }) => openShared(wrap, share),
  snapshot: sealDraft,
  openSnapshot: openDraft,
  forgetDraft,
  /** Recordings and pictures of drafts: `act` is one of `mediaCalls`. */
  media: ({ act, ...args }) => mediaCalls[act](args),

  /** {code, publicHex}: the witness's code and the key that it signs a withdrawal with. */
  code: () => newWithdrawalCode(held.chain.fingerprint),

  /** Sealing, and who will read it: see interview/vault/seal_calls.js. */
  ...sealCalls(held),

  /** What the worker alone may see in the outbox, and their passphrase once more: see interview/vault/row_notes.js. */
  ...rowNoteCalls,

  withdraw: takingBack("withdraw"),
  withdrawUses: takingBack("withdrawUses"),
  withdrawalRequest: takingBack("withdrawalRequest"),

  /** Answers a lawyer's question: see interview/vault/answer_calls.js. */
  answerQuestion: async (args) => answerCall(held, args),
  /** The same in words: see interview/vault/question_calls.js. */
  openQuestion: async (args) => (await import("./question_calls.js")).openQuestionCall(held, args),
  answerInWords: async (args) => (await import("./question_calls.js")).answerWordsCall(held, args),

  /** {version, day, files} of the page that two page keys of the roster in force signed. Throws `PagesRefused`. */
  pages: async ({ signed }) => (await import("../../sealing/statements/pages.js")).verifyPages(recordFrom(signed), held.chain.latest),

  /** Whether two roles contested the record `withdrawal`, as `envelopes` (bytes) show. */
  contested: async ({ withdrawal, envelopes }) => (await import("../../sealing/statements/contests.js")).isVoid(withdrawal, envelopes, held.chain),

  /** A refusal counts one, without a word of content; the same one however often it is made from the same draft. */
  async refusal({ day, draft }) {
    const by = deviceKidOf(held);
    const bytes = encodeCanonical({ v: REFUSAL, id: refusalOf(draft), day, by });
    const record = { bytes, sigs: sign(REFUSAL, bytes, held.seeds.device), id: sha256Hex(bytes) };
    return entryOf("refusal", day, record, []);
  },

  /** "node" or "central", whose durable receipt for the record and, unless null, all these objects `payload` is; else null. */
  receipt({ payload, wanted: { recordId, parts } }) {
    try {
      const { station } = verifyReceipt(decodeSigned(payload), { recordId, parts: parts ?? [], chain: held.chain });
      return held.chain.latest.signer(station).kind;
    } catch (error) {
      if (error.name === "ReceiptRefused" || error.name === "NotCanonical") return null;
      throw error;
    }
  },
};

self.addEventListener("message", async ({ data: { id, call, args } }) => {
  try {
    if (call !== "openByPin") guard.requireOpen();
    self.postMessage({ id, value: await calls[call](args) });
  } catch (error) {
    self.postMessage({ id, failure: { name: error.name, reason: error.reason ?? error.code ?? "" } });
  }
});
self.postMessage({ id: 0, value: "ready" });
