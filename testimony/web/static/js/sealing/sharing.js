/** The node's half of a draft's key: 32 random bytes, sealed so that one node alone can give them back. Twin of nodeshare.py. */

import { openBody, sealBody } from "./agebody.js";
import { joinAge, newFileKey, openHead, sealHead, splitAge } from "./agehead.js";
import { CannotOpen } from "./refusals.js";

const SHARE_BYTES = 32;

/** An age file with one stanza; `recipient` is the share key's `age1pq1…`. */
export const sealShare = async (share, recipient) => {
  const fileKey = newFileKey();
  return joinAge(await sealHead(fileKey, [recipient], 1), await sealBody(fileKey, share));
};

/** The 32 bytes. The page never does this, the node does; tests hold the two to each other. Throws `CannotOpen`. */
export const openShare = async (sealed, key) => {
  const file = splitAge(sealed);
  if (file === null) throw new CannotOpen("altered");
  const share = await openBody(await openHead(file.head, key), file.body);
  if (share.length !== SHARE_BYTES) throw new CannotOpen("altered");
  return share;
};
