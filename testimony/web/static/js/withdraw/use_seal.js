/** What says which single uses are taken back, sealed for those who act on it: loaded only when a witness chooses some. DOM-free. */

import { writeFrames } from "../interview/node/frames.js";
import { withdrawnUses } from "../interview/consent/partial_withdrawal.js";
import { sealAnnex } from "../sealing/testimony/annex.js";
import { parseRecipient } from "../sealing/age/recipients.js";
import { encodeSigned } from "../sealing/records/records.js";

const audiencesOf = ({ audiences }) =>
  Object.fromEntries(Object.entries(audiences).map(([name, { recipients, slots }]) => [name, { recipients: recipients.map(parseRecipient), slots }]));

/**
 * {record, part}: that `uses` ([{purpose, recipient}]) of the testimony `tid` are taken back, signed by the `seed` of its code.
 * `readers` {roster, audiences: {name: {recipients, slots}}} is what the station says of the roster in force. Throws `CannotSeal`.
 */
export const sealUses = (uses, { tid, day, readers, seed }) =>
  sealAnnex(withdrawnUses(uses, day), {
    tid, day, roster: readers.roster, audiences: audiencesOf(readers), seed, byCode: true,
  });

/** The container in which a sealed annex travels with the withdrawals of heads that belong to it, behind it. */
export const inFrames = ({ record, part }, withdrawals) =>
  writeFrames([
    ...[record, ...withdrawals].map((one) => ({ kind: "record", payload: encodeSigned(one) })),
    ...[...Object.values(part.heads), part.body].map((payload) => ({ kind: "object", payload })),
  ]);
