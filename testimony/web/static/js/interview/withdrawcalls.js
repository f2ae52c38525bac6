/** The calls of the vault by which a witness who has no code takes back: signed by the phone, so that no interviewer is named. DOM-free. */

import { CannotSeal, buildWithdrawal, encodeCanonical, sealAnnex } from "../sealing/index.js";
import { entryOf } from "./sealcalls.js";

const LAWYERS = "lawyers";
/** Nobody knows yet which testimony a request is about. */
const NOBODY_S = "0".repeat(32);

/** `held` is {chain, seeds}, of whoever is signed in. Each gives an entry of the outbox. */
export const withdrawCalls = (held) => ({
  /** The withdrawal of everything of the testimony `tid`: it is held back at once, and destroyed after two weeks. */
  withdraw: ({ tid, day }) => entryOf("withdraw", day, buildWithdrawal({ tid, scope: "all", day, seed: held.seeds.device }), []),

  /** What a witness says to have a testimony found that is not on this phone, sealed to the lawyers. Throws `CannotSeal` "lawyers". */
  async withdrawalRequest({ text, day }) {
    const { chain, seeds } = held;
    const recipients = chain.recipients(LAWYERS);
    if (recipients.length === 0) throw new CannotSeal(LAWYERS);
    const audiences = { [LAWYERS]: { recipients, slots: chain.latest.slots[LAWYERS] } };
    const content = encodeCanonical({ kind: "withdrawal-request", text, day });
    const { record, part } = await sealAnnex(content, { tid: NOBODY_S, day, roster: chain.latest.sha256, audiences, seed: seeds.device });
    return entryOf("request", day, record, [...Object.values(part.heads), part.body]);
  },
});
