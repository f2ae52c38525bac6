/** The calls of the vault by which a witness who has no code takes back: signed by the phone, so that no interviewer is named. DOM-free. */

import { sealAnnex } from "../../sealing/testimony/annex.js";
import { AUDIENCES } from "../../sealing/parts/audiences.js";
import { encodeCanonical } from "../../sealing/base/jcs.js";
import { CannotSeal } from "../../sealing/base/errors.js";
import { buildWithdrawal } from "../../sealing/keys/withdrawal_code.js";
import { entryOf } from "./seal_calls.js";
import { withdrawnUses } from "../consent/partial_withdrawal.js";

const LAWYERS = "lawyers";
/** Nobody knows yet which testimony a request is about. */
const NOBODY_S = "0".repeat(32);

/** `held` is {chain, seeds}, of whoever is signed in; without seeds all throw `CannotSeal` "keys". Each gives an entry of the outbox. */
export const withdrawCalls = (held) => {
  if (held.seeds === null) throw new CannotSeal("keys");
  const sealedTo = async (names, kind, content, { tid, day }) => {
    const { chain, seeds } = held;
    const { sha256, slots } = chain.latest;
    const audiences = Object.fromEntries(names.map((name) => [name, { recipients: chain.recipients(name), slots: slots[name] }]));
    if (audiences[LAWYERS].recipients.length === 0) throw new CannotSeal(LAWYERS);
    const { record, part } = await sealAnnex(content, { tid, day, roster: sha256, audiences, seed: seeds.device });
    return entryOf(kind, day, record, [...Object.values(part.heads), part.body]);
  };
  return {
    /** The withdrawal of everything of the testimony `tid`: it is held back at once, and destroyed after the grace period. */
    withdraw: ({ tid, day }) => entryOf("withdraw", day, buildWithdrawal({ tid, scope: "all", day, seed: held.seeds.device }), []),

    /** That the `uses` ([{purpose, recipient}]) of the testimony `tid` are taken back, sealed to all who act on it. Throws `CannotSeal` "lawyers". */
    withdrawUses: ({ tid, day, uses }) => sealedTo(AUDIENCES, "uses", withdrawnUses(uses, day), { tid, day }),

    /** What a witness says to have a testimony found that is not on this phone, sealed to the lawyers. Throws `CannotSeal` "lawyers". */
    withdrawalRequest: ({ text, day }) =>
      sealedTo([LAWYERS], "request", encodeCanonical({ kind: "withdrawal-request", text, day }), { tid: NOBODY_S, day }),
  };
};
