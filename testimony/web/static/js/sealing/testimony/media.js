/** The list that joins the pieces of recordings, pictures and files, and how an item is cut into them (docs/sealing.md, section 5). */

import { MOST_PIECES, pieceName } from "../parts/audiences.js";
import { encodeCanonical } from "../base/jcs.js";
import { PIECE } from "./piece_size.js";
import { CannotSeal } from "../base/errors.js";
import { sha256 } from "../base/hashes.js";
import { toHex } from "../base/bytes.js";

const LIST = { part: pieceName(1), type: "application/json" };
const TYPES = { voice: ["audio/mp4", "audio/ogg", "audio/webm"], picture: ["image/jpeg"], file: ["application/octet-stream"] };
const LONGEST = 24 * 60 * 60;

/**
 * Cut items into pieces as their bytes come, and seal each by `async seal(part, {type, bytes})`: one piece is in memory, and no more.
 * `begin({kind, type})` an item, `add(bytes)` to it, `end(seconds)` it, in this order; `list()` seals the list, last. `add`, `end` and
 * `list` give [what `seal` gave]. An item without a byte leaves nothing. A file has its `origin` too, {name, source, at, sha256}: one whose
 * bytes are not those of that hash is not sealed (`CannotSeal` "media").
 */
export const cutterOf = (seal) => {
  const [items, piece] = [[], new Uint8Array(PIECE)];
  let [number, filled, item, hash] = [2, 0, null, null];
  const flush = async () => {
    if (number > MOST_PIECES) throw new CannotSeal("size");
    const sealed = await seal(pieceName(number), { type: item.type, bytes: piece.subarray(0, filled) });
    item.len += filled;
    item.pieces += 1;
    [number, filled] = [number + 1, 0];
    return sealed;
  };
  return {
    begin: ({ kind, type, origin }) => {
      if (!TYPES[kind]?.includes(type) || (kind === "file") !== Boolean(origin)) throw new CannotSeal("part");
      item = { kind, type, len: 0, seconds: 0, first: number, pieces: 0, ...(origin && { origin }) };
      hash = origin ? sha256.create() : null;
    },
    add: async (bytes) => {
      hash?.update(bytes);
      const sealed = [];
      for (let at = 0; at < bytes.length; ) {
        const taken = bytes.subarray(at, at + PIECE - filled);
        piece.set(taken, filled);
        [at, filled] = [at + taken.length, filled + taken.length];
        if (filled === PIECE) sealed.push(await flush());
      }
      return sealed;
    },
    end: async (seconds) => {
      if (hash && toHex(hash.digest()) !== item.origin.sha256) throw new CannotSeal("media");
      const sealed = filled > 0 ? [await flush()] : [];
      if (item.pieces > 0) items.push({ ...item, seconds: item.kind === "voice" ? Math.min(Math.ceil(seconds), LONGEST) : 0 });
      return sealed;
    },
    list: async () => {
      piece.fill(0);
      const version = items.some(({ origin }) => origin) ? 2 : 1; // older programs say of version 2 that it is newer than they are
      return items.length > 0 ? [await seal(LIST.part, { type: LIST.type, bytes: encodeCanonical({ v: `testimony/${version}/media`, items }) })] : [];
    },
  };
};
