/** The keys of recordings, pictures and files, inside the worker: made with an item, opened to hear it again, never given out. DOM-free. */

import { randomBytes, toHex } from "../../sealing/base/bytes.js";
import { END, HEAD, SLICE, openRow, rowOpener, rowSealer, sealRow, unwrapItemKey, wrapItemKey } from "../../sealing/keys/media_cipher.js";
import { CannotOpen, CannotSeal } from "../../sealing/base/errors.js";
import { sha256 } from "../../sealing/base/hashes.js";
import { rootOf } from "./draft_keys.js";

/** By item: {key, opener} and, only where this worker began it, {sealer, next, ended}, of a file {hash}. A worker that was started anew appends to nothing. */
const held = new Map();

const bytesOf = (value) => new TextEncoder().encode(JSON.stringify(value));
const valueOf = (bytes) => JSON.parse(new TextDecoder().decode(bytes));

const hold = async (id, key) => {
  const item = { key, opener: await rowOpener(key, id) };
  held.set(id, item);
  return item;
};

const itemOf = (id) => {
  if (!held.has(id)) throw new CannotOpen("altered");
  return held.get(id);
};

/** An item of this worker's own, that still grows. */
const growing = (id) => {
  const item = held.get(id);
  if (!item?.sealer || item.ended) throw new CannotSeal("over");
  return item;
};

/** What the page may ask of the worker about media. What does not open is `CannotOpen`; what cannot grow any more, `CannotSeal` "over". */
export const mediaCalls = {
  /** Begin an item of `draft`; `about` says what it is. What is stored: {id, wrapped, head}. */
  async begin({ draft, about }) {
    const [id, key] = [toHex(randomBytes(16)), randomBytes(32)];
    const item = Object.assign(await hold(id, key), { sealer: await rowSealer(key, id), next: 0, ended: false });
    if (about.kind === "file") item.hash = sha256.create();
    return { id, wrapped: await wrapItemKey(rootOf(draft), draft, id, key), head: await sealRow(item.sealer, id, HEAD, 0, bytesOf(about)) };
  },

  /** The next slice of an item: {no, row}. Its number is taken before anything is waited for, so that none is given twice. */
  async slice({ id, bytes }) {
    const item = growing(id);
    const no = item.next;
    item.next += 1;
    item.hash?.update(bytes);
    return { no, row: await sealRow(item.sealer, id, SLICE, no, bytes) };
  },

  /** The row that says where the item ends, of a file with the hash of all that came; `says` is {bytes, seconds}. Nothing can be appended after it. */
  async end({ id, says }) {
    const item = growing(id);
    item.ended = true;
    const hashed = item.hash && { sha256: toHex(item.hash.digest()) };
    return sealRow(item.sealer, id, END, 0, bytesOf({ slices: item.next, ...says, ...hashed }));
  },

  /** Open a stored item: {about, end}; `end` is null where nobody said where it ends (it was cut off). */
  async open({ draft, id, wrapped, head, end }) {
    const { opener } = held.get(id) ?? (await hold(id, await unwrapItemKey(rootOf(draft), draft, id, wrapped)));
    const about = valueOf(await openRow(opener, id, HEAD, 0, head));
    return { about, end: end ? valueOf(await openRow(opener, id, END, 0, end)) : null };
  },

  /** The bytes of slice `no` of an open item. */
  read: ({ id, no, row }) => openRow(itemOf(id).opener, id, SLICE, no, row),

  /** The key of an open item wrapped for another draft, of the same words. */
  rewrap: async ({ draft, id }) => wrapItemKey(rootOf(draft), draft, id, itemOf(id).key),

  forget: ({ id }) => void held.delete(id),
};
