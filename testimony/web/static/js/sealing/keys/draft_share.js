/** The node's half of a draft's key: 32 random bytes, sealed so that one node alone can give them back. Twin of sealing/keys/draft_share.py. */

import { sealBody } from "../age/stream.js";
import { joinAge, newFileKey, sealHead } from "../age/age.js";

/** An age file with one stanza; `recipient` is the share key's `age1pq1…`. */
export const sealShare = async (share, recipient) => {
  const fileKey = newFileKey();
  return joinAge(await sealHead(fileKey, [recipient], 1), await sealBody(fileKey, share));
};
