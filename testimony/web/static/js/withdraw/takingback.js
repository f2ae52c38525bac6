/** Taking back what was said with a code: its key, what it is for, what it signs, and the station's receipt. DOM-free. */

import { closedBy } from "../interview/readertable.js";

/** The station answered without a receipt for what it was sent: it may not be on its disk. */
export class NoReceipt extends Error {
  constructor() {
    super("no receipt");
    this.name = "NoReceipt";
  }
}

const requireReceipt = ({ receipt }, record) => {
  const said = JSON.parse(receipt.record);
  if (said.record !== record.id || said.durable !== true) throw new NoReceipt();
};

/** Nothing of this code is here, so that no single head can be named. */
export class NothingHere extends Error {
  constructor() {
    super("nothing here");
    this.name = "NothingHere";
  }
}

/** What is taken back so that only the lawyers keep it: counting, a mechanism, a network. Nothing else lets coordinators in. */
const FOR_OTHERS = ["P06", "P07", "P10"];

/** The heads that the purposes `withdrawn` alone may have let in, out of {part: {audience: [name]}}; what was granted later too. */
export const headsClosedBy = (withdrawn, heads) => {
  const closed = closedBy(withdrawn);
  return Object.entries(heads).flatMap(([part, byAudience]) =>
    Object.entries(byAudience).flatMap(([audience, names]) =>
      (closed[part]?.includes(audience) || (audience === "granted" && closed[part]?.length > 0) ? names : [])),
  );
};

/** One withdrawal for each testimony of the code; where none is known, the one that waits for it. Throws `NothingHere`. */
const recordsFor = (testimonies, { seed }, { day, signing, lawyersKeep }) => {
  if (testimonies.length === 0) {
    if (lawyersKeep) throw new NothingHere();
    return [signing.buildEarlyWithdrawal({ day, seed })];
  }
  const scope = (heads) => (lawyersKeep ? headsClosedBy(FOR_OTHERS, heads) : "all");
  return testimonies.map(({ tid, heads }) => signing.buildWithdrawal({ tid, scope: scope(heads), day, seed }));
};

/**
 * {key, known, reach}: everything of `code` is taken back at this station. `key` is its public half, for asking again;
 * `known` whether anything of it was here. `lawyersKeep`: only what others than the lawyers can open. The code and its seed stay here; the seed is overwritten.
 */
export const takeBack = async ({ code, root, day, station, signing, lawyersKeep = false }) => {
  const key = await signing.withdrawalKey(code, root);
  try {
    const found = await station.find(key.publicHex);
    const known = found.testimonies.length > 0;
    if (found.withdrawal !== null) return { key: key.publicHex, known, reach: found.reach };
    let reach = null;
    for (const record of recordsFor(found.testimonies, key, { day, signing, lawyersKeep })) {
      const answer = await station.take(signing.encodeSigned(record));
      requireReceipt(answer, record);
      reach = answer.reach;
    }
    return { key: key.publicHex, known, reach };
  } finally {
    key.seed.fill(0);
  }
};
