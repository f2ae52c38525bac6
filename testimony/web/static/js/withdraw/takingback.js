/** Taking back what was said with a code: its key, what it is for, what it signs, and the station's receipt. DOM-free. */

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

/** One withdrawal for each testimony of the code; where none is known, the one that waits for it. */
const recordsFor = (tids, { seed }, day, signing) =>
  tids.length === 0
    ? [signing.buildEarlyWithdrawal({ day, seed })]
    : tids.map((tid) => signing.buildWithdrawal({ tid, scope: "all", day, seed }));

/**
 * {key, known, reach}: everything of `code` is taken back at this station. `key` is its public half, for asking again;
 * `known` whether anything of it was here. The code and its seed stay here; the seed is overwritten.
 */
export const takeBack = async ({ code, root, day, station, signing }) => {
  const key = await signing.withdrawalKey(code, root);
  try {
    const found = await station.find(key.publicHex);
    const known = found.testimonies.length > 0;
    if (found.withdrawal !== null) return { key: key.publicHex, known, reach: found.reach };
    let reach = null;
    for (const record of recordsFor(found.testimonies, key, day, signing)) {
      const answer = await station.take(signing.encodeSigned(record));
      requireReceipt(answer, record);
      reach = answer.reach;
    }
    return { key: key.publicHex, known, reach };
  } finally {
    key.seed.fill(0);
  }
};
