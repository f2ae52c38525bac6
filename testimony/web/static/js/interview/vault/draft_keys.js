/** The keys of one person's drafts, inside the worker: begun, opened with or without the node's share, kept for a pause. DOM-free. */

import { argon2id } from "../../sealing/keys/argon2.js";
import { fromHex, randomBytes, toHex } from "../../sealing/base/bytes.js";
import { kekOf, newDraftRoot, openKeptShare, openNote, openSnapshot, sealKeptShare, sealNote, sealSnapshot, unwrapRoot, wrapRoot } from "../../sealing/keys/draft_cipher.js";
import { sha256Hex } from "../../sealing/base/hashes.js";
import { CannotOpen, PassphraseWrong } from "../../sealing/base/errors.js";
import { sealShare } from "../../sealing/keys/draft_share.js";

const NO_SHARE = new Uint8Array(0);

/** What the passphrase gave, by Argon2id's salt; the root key of every draft that is open, by the draft's id. */
const held = { stretched: new Map(), salt: null, roots: new Map() };

const stretchedFor = async (passphrase, salt) => {
  if (!held.stretched.has(salt)) held.stretched.set(salt, await argon2id(passphrase, fromHex(salt, 16)));
  return held.stretched.get(salt);
};

/** {argon, stretched} of the person who is signed in: Argon2id's salt and what it made of the passphrase; nulls when nobody is. */
export const stretchedNow = () => ({ argon: held.salt, stretched: held.stretched.get(held.salt) ?? null });

const opened = async ({ id, argon, salt, wrapped }, share) => {
  try {
    held.roots.set(id, await unwrapRoot(wrapped, await kekOf(held.stretched.get(argon), share, fromHex(salt, 16))));
    return true;
  } catch (error) {
    if (error instanceof PassphraseWrong) return false;
    throw error;
  }
};

/** Whether the share that stayed on the phone for the sitting opens the draft. */
const openedByKept = async (wrap) => {
  if (!wrap.kept) return false;
  const share = await openKeptShare(held.stretched.get(wrap.argon), fromHex(wrap.salt, 16), wrap.id, wrap.kept);
  return share !== null && opened(wrap, share);
};

/** "open", "share" (the node's half is wanted) or "closed" (begun with another passphrase); and when it was begun. */
const stateOf = async (wrap, passphrase, paused) => {
  const note = await openNote(await stretchedFor(passphrase, wrap.argon), fromHex(wrap.salt, 16), wrap.id, wrap.note);
  if (note === null) return { id: wrap.id, state: "closed", begun: null };
  const kept = paused?.drafts[wrap.id];
  const inPause = Boolean(kept) && wrap.share && (await opened({ ...wrap, ...kept }, paused.secret));
  const open = wrap.share ? inPause || (await openedByKept(wrap)) : await opened(wrap, NO_SHARE);
  return { id: wrap.id, state: open ? "open" : "share", begun: note.begun };
};

/** `stretched` is Argon2id of the passphrase with `salt`; `wraps` are the person's drafts; `paused` is what `pauseKeys` gave, or null. */
export const openDrafts = async ({ stretched, salt, passphrase, wraps, paused }) => {
  Object.assign(held, { stretched: new Map([[salt, stretched]]), salt, roots: new Map() });
  const states = [];
  for (const wrap of wraps) states.push(await stateOf(wrap, passphrase, paused));
  return states;
};

/** Open a draft with the share that the node gave (hex). False when it is not the one. */
export const openShared = (wrap, share) => opened(wrap, fromHex(share, 32));

/** {sealed share beside its key's name, or null; the share}: `key` is one of the stock, never used before. */
const newShare = async (key) => {
  if (!key) return { share: null, secret: NO_SHARE };
  const secret = randomBytes(32);
  return { share: { id: key.id, station: key.station, sealed: toHex(await sealShare(secret, key.recipient)) }, secret };
};

/**
 * Begin a draft: what is stored beside it to open it again. Without `key` the passphrase alone opens it. With `sitting` there is
 * `kept` too (60 bytes): its share under the passphrase, for as long as the sitting lasts.
 */
export const beginDraftKeys = async ({ key, begun, sitting = false }) => {
  const [id, salt, root, argon] = [toHex(randomBytes(16)), randomBytes(16), newDraftRoot(), held.stretched.get(held.salt)];
  const { share, secret } = await newShare(key);
  const wrapped = await wrapRoot(root, await kekOf(argon, secret, salt));
  held.roots.set(id, root);
  const wrap = { id, argon: held.salt, salt: toHex(salt), wrapped, share, note: await sealNote(argon, salt, id, { begun }) };
  return share && sitting ? { ...wrap, kept: await sealKeptShare(argon, salt, id, secret) } : wrap;
};

/**
 * For a pause: every open root wrapped under the passphrase and a secret that the page keeps in memory and nowhere else. It
 * dies with the page, so a killed browser needs the node again.
 */
export const pauseKeys = async () => {
  const secret = randomBytes(32);
  const drafts = {};
  for (const [id, root] of held.roots) {
    const salt = randomBytes(16);
    drafts[id] = { argon: held.salt, salt: toHex(salt), wrapped: await wrapRoot(root, await kekOf(held.stretched.get(held.salt), secret, salt)) };
  }
  return { secret, drafts };
};

export const sealDraft = ({ draft, seq, state }) => sealSnapshot(held.roots.get(draft), draft, seq, state);
export const openDraft = ({ draft, seq, bytes }) => openSnapshot(held.roots.get(draft), draft, seq, bytes);
/** The root key of an open draft, for what stands beside its words. Throws `CannotOpen`. */
export const rootOf = (draft) => {
  if (!held.roots.has(draft)) throw new CannotOpen("altered");
  return held.roots.get(draft);
};
export const forgetDraft = ({ draft }) => void held.roots.delete(draft);

/** The id of the refusal that a draft became: always the same, so that a crash never counts it twice. */
export const refusalOf = (draft) => sha256Hex(new TextEncoder().encode(`testimony/1/refusal-of\0${draft}`)).slice(0, 32);
