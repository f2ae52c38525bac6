/** The worker that holds the keys: unlocks, encrypts drafts, seals, signs, checks receipts. Ending it is locking. DOM-free. */

import {
  CannotSeal, RosterChain, decodeSigned, encodeCanonical, encodeSigned, kidOf, newWithdrawalCode, publicKeyOf, sealTestimony,
  sha256Hex, sign, stretch, unlockWith, verifyReceipt,
} from "../sealing/index.js";
import { beginDraftKeys, forgetDraft, openDraft, openDrafts, openShared, pauseKeys, refusalOf, sealDraft } from "./draftkeys.js";
import { writeFrames } from "./framing.js";
import { mediaCalls } from "./mediakeys.js";
import { canSealTo, readersOf, rosterSaid } from "./namedreaders.js";
import { LEAST_LAWYERS, effective, lacksLawyers, narrow, readers } from "./readertable.js";

const REFUSAL = "testimony/1/refusal";
const held = { chain: null, seeds: null };

const bytesOf = (text) => new TextEncoder().encode(text);
const recordFrom = ({ record, sigs }) => decodeSigned(encodeCanonical({ record, sigs }));

const recipientsOf = (table, roster) =>
  Object.fromEntries(
    Object.entries(table).map(([part, audiences]) => [
      part,
      Object.fromEntries([...audiences].map((audience) => [audience, readersOf(held.chain, roster, audience)])),
    ]),
  );

const deviceKid = () => kidOf(publicKeyOf(held.seeds.device));

const frameOf = (kind, payload) => ({ kind, payload });

const entryOf = async (kind, day, record, objects) => ({
  id: record.id,
  kind,
  day,
  names: [record.id, ...objects.map((bytes) => sha256Hex(bytes))],
  container: await writeFrames([frameOf("record", encodeSigned(record)), ...objects.map((bytes) => frameOf("object", bytes))]),
});

const calls = {
  /** Verify the organisation's root and rosters and use them from now on. */
  trust({ root, rosters }) {
    const chain = new RosterChain(bytesOf(root), rosters.map(recordFrom));
    held.chain = chain;
    const { no, expires, value } = chain.latest;
    const began = chain.rosters[0].value.issued;
    return { fingerprint: chain.fingerprint, no, expires, began, shares: value.drafts?.share !== "none", sha256s: chain.rosters.map((roster) => roster.sha256) };
  },

  /**
   * {person, device, active, drafts: [{id, state, begun}]} of the keys in `locked` and the drafts in `wraps`; `paused` is what
   * `pause` gave before the worker ended, or null. Throws PassphraseWrong.
   */
  async unlock({ locked, passphrase, wraps, paused }) {
    const stretched = await stretch(locked, passphrase);
    held.seeds = await unlockWith(locked, stretched);
    const signer = held.chain.signer(kidOf(publicKeyOf(held.seeds.device)));
    const drafts = await openDrafts({ stretched, salt: locked.argon2id.salt, passphrase, wraps, paused });
    return { person: locked.person, device: locked.device, active: signer?.status === "active", drafts };
  },

  signIn({ nonce }) {
    const [{ kid, sig }] = sign("testimony/1/sign-in", bytesOf(nonce), held.seeds.interviewer);
    return { kid, nonce, sig };
  },

  /** Drafts: see draftkeys.js. */
  begin: beginDraftKeys,
  openShared: ({ wrap, share }) => openShared(wrap, share),
  pause: pauseKeys,
  snapshot: sealDraft,
  openSnapshot: openDraft,
  forgetDraft,
  /** Recordings and pictures of drafts: `act` is one of `mediaCalls`. */
  media: ({ act, ...args }) => mediaCalls[act](args),

  /** {code, publicHex}: the witness's code and the key that it signs a withdrawal with. */
  code: () => newWithdrawalCode(held.chain.fingerprint),

  /**
   * Who will read what, {part: [audience]}, after the words of the roster `said`; `short` says why nothing can be sealed: "lawyers"
   * when too few of them could read, "words" when nothing can be sealed to those words; else "".
   */
  readers({ purposes, said }) {
    const roster = rosterSaid(held.chain, said);
    if (!canSealTo(held.chain, roster, deviceKid)) return { table: {}, short: "words" };
    const table = [roster, held.chain.latest].reduce((wide, { value }) => narrow(wide, value.policy), readers(purposes));
    if (!lacksLawyers(table, readersOf(held.chain, roster, "lawyers").length)) return { table, short: "" };
    return { table, short: held.chain.recipients("lawyers").length < LEAST_LAWYERS ? "lawyers" : "words" };
  },

  /**
   * Seal `contents` ({part: text}) for the readers that `purposes` allow: an entry of the outbox, ciphertext only. Throws
   * `CannotSeal` "consent" when nothing was agreed to, "lawyers" or "words" as `readers` says.
   */
  async seal({ contents, purposes, said, day, at, form, formSha256, withdraw }) {
    const roster = rosterSaid(held.chain, said);
    const { table, short } = calls.readers({ purposes, said });
    if (effective(purposes).length === 0) throw new CannotSeal("consent");
    if (short) throw new CannotSeal(short);
    const sealed = await sealTestimony({
      contents: Object.fromEntries(Object.entries(contents).map(([part, value]) => [part, { type: "application/json", bytes: encodeCanonical(value) }])),
      readers: recipientsOf(table, roster),
      slots: roster.slots,
      rosterSha256: roster.sha256,
      rosterNo: roster.no,
      deviceSeed: held.seeds.device,
      interviewerSeed: held.seeds.interviewer,
      day, at, form, formSha256, withdraw,
    });
    return entryOf("testimony", day, sealed.record, sealed.parts.flatMap((part) => [...Object.values(part.heads), part.body]));
  },

  /** A refusal counts one, without a word of content; the same one however often it is made from the same draft. */
  async refusal({ day, draft }) {
    const by = kidOf(publicKeyOf(held.seeds.device));
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
    self.postMessage({ id, value: await calls[call](args) });
  } catch (error) {
    self.postMessage({ id, failure: { name: error.name, reason: error.reason ?? error.code ?? "" } });
  }
});
self.postMessage({ id: 0, value: "ready" });
