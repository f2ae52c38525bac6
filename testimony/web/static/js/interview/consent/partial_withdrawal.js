/** What says that single uses are taken back, before it is sealed: the content of an annex, in canonical JSON. DOM-free. */

import { randomBytes, toHex } from "../../sealing/base/bytes.js";
import { encodeCanonical } from "../../sealing/base/jcs.js";

const withdrawn = (day) => ({ purpose, recipient }) => ({
  event: "WITHDRAW", id: toHex(randomBytes(16)), purpose, recipient, life_months: null, after: [], day,
});

/** The bytes that say on `day` that `uses` ([{purpose, recipient}]) are taken back: every yes that has not seen it ends. */
export const withdrawnUses = (uses, day) => encodeCanonical({ kind: "consent", events: uses.map(withdrawn(day)) });
