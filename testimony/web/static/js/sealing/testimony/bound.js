/** Content of annexes that only who opens the testimony can read: it ends with the testimony. Twin of sealing/testimony/bound.py. */

import { sealBody } from "../age/stream.js";
import { toBase64 } from "../base/bytes.js";
import { encodeCanonical } from "../base/jcs.js";

/** {kind: "bound", sealed: base64}, in which `content` is; `key`: 16 bytes, as a lawyer gave it. */
export const bind = async (content, key) => ({ kind: "bound", sealed: toBase64(await sealBody(key, encodeCanonical(content))) });
