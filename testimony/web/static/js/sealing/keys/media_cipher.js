/**
 * Recordings and pictures while they wait in a draft: rows of ciphertext under a key of the item's own.
 *
 *     wrapped = nonce ‖ GCM(HKDF(root, salt = draft id, "testimony/1/draft-media-key"), key, AAD = L("testimony/1/draft-media-key", draft id ‖ item id))
 *     row     = GCM(HKDF(key, salt = item id, "testimony/1/draft-media"), bytes ‖ 0x80 ‖ zeros, nonce = sort ‖ number, AAD = L("testimony/1/draft-media", item id ‖ sort ‖ number))
 *
 * `sort` is 4 bytes, `number` 8, big-endian. The nonce counts, so nobody may write under a key but whoever made it: a worker
 * that only opened the key again gets no way to seal with it. No slice can stand for another, in this item or elsewhere.
 */

import { concat, fromHex, labelled, uint64, utf8 } from "../base/bytes.js";
import { openGcm, sealGcm } from "./gcm.js";
import { derive } from "../base/hashes.js";
import { padme } from "../parts/part.js";
import { CannotOpen } from "../base/errors.js";

const KEY = "testimony/1/draft-media-key";
const ROW = "testimony/1/draft-media";
/** More than two seconds of speech, so that the length of a slice does not follow how somebody spoke. */
const SMALLEST = 8192;

/** What a row can be: a slice of the item, what the item is, or where it ends. */
export const SLICE = 0;
export const HEAD = 1;
export const END = 2;

const wrapping = (root, draftId) => derive(root, fromHex(draftId, 16), utf8(KEY));
const belonging = (draftId, itemId) => labelled(KEY, concat(fromHex(draftId, 16), fromHex(itemId, 16)));

export const wrapItemKey = (root, draftId, itemId, key) => sealGcm(wrapping(root, draftId), key, belonging(draftId, itemId));

/** The key of an item. Throws `CannotOpen("altered")` for another root, draft or item. */
export const unwrapItemKey = async (root, draftId, itemId, wrapped) => {
  const key = await openGcm(wrapping(root, draftId), wrapped, belonging(draftId, itemId));
  if (key === null) throw new CannotOpen("altered");
  return key;
};

const handleOf = (key, itemId, uses) => crypto.subtle.importKey("raw", derive(key, fromHex(itemId, 16), utf8(ROW)), "AES-GCM", false, uses);

/** What seals rows of the item: for whoever made `key`, and only once a row. */
export const rowSealer = (key, itemId) => handleOf(key, itemId, ["encrypt"]);
export const rowOpener = (key, itemId) => handleOf(key, itemId, ["decrypt"]);

const placed = (itemId, sort, number) => {
  const place = new Uint8Array(12);
  place[3] = sort;
  place.set(uint64(number), 4);
  return { name: "AES-GCM", iv: place, additionalData: labelled(ROW, concat(fromHex(itemId, 16), place)) };
};

const padded = (bytes) => {
  const plaintext = new Uint8Array(padme(Math.max(bytes.length + 1, SMALLEST)));
  plaintext.set(bytes);
  plaintext[bytes.length] = 0x80;
  return plaintext;
};

export const sealRow = async (sealer, itemId, sort, number, bytes) =>
  new Uint8Array(await crypto.subtle.encrypt(placed(itemId, sort, number), sealer, padded(bytes)));

/** The bytes of a row. Throws `CannotOpen("altered")` for any other item, sort or number than it was sealed as. */
export const openRow = async (opener, itemId, sort, number, row) => {
  try {
    const plaintext = new Uint8Array(await crypto.subtle.decrypt(placed(itemId, sort, number), opener, row));
    return plaintext.slice(0, plaintext.lastIndexOf(0x80));
  } catch {
    throw new CannotOpen("altered");
  }
};
