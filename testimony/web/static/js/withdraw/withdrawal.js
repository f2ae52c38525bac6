/** Taking back what was said with a code: its key, what it is for, what it signs, and the station's receipt. DOM-free. */

import { PURPOSES, closedBy } from "../interview/consent/compartments.js";

/** The station answered without a receipt for what it was sent: it may not be on its disk. */
export class NoReceipt extends Error {
  constructor() {
    super("no receipt");
    this.name = "NoReceipt";
  }
}

const requireReceipt = ({ receipts }, record) => {
  const said = receipts.map((receipt) => JSON.parse(receipt.record));
  if (!said.some((one) => one.record === record.id && one.durable === true)) throw new NoReceipt();
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
export const headsClosedBy = (withdrawn, heads) => headsOf(closedBy(withdrawn), heads);

const headsOf = (closed, heads) =>
  Object.entries(heads).flatMap(([part, byAudience]) =>
    Object.entries(byAudience).flatMap(([audience, names]) =>
      (closed[part]?.includes(audience) || (audience === "granted" && closed[part]?.length > 0) ? names : [])),
  );

/**
 * The heads that close when the uses `chosen` out of those that are ever `asked` for ([{purpose, recipient}]) are taken back. A purpose
 * goes when all of its uses go; one that nobody is asked for lets nobody in, and does not close anything by itself.
 */
export const headsOfUses = (chosen, asked, heads) => {
  const single = PURPOSES.filter((one) => one !== "P01"); // without it nothing is kept at all: that is the other way
  const never = single.filter((one) => !asked.some(({ purpose }) => purpose === one));
  const isChosen = (use) => chosen.some(({ purpose, recipient }) => purpose === use.purpose && recipient === use.recipient);
  const gone = single.filter((one) => !never.includes(one) && asked.every((use) => use.purpose !== one || isChosen(use)));
  const [before, after] = [closedBy(never), closedBy([...never, ...gone])];
  const closed = Object.entries(after).map(([part, them]) => [part, them.filter((one) => !before[part].includes(one))]);
  return headsOf(Object.fromEntries(closed), heads);
};

/** The seed of the key with which a testimony that was found was sealed. */
const seedFor = (keys, { key }) => keys.find(({ publicHex }) => publicHex === key).seed;

/**
 * One withdrawal for each testimony of the code, and for each key of which none is known the one that waits for it: another station
 * may have what the same person told besides. Throws `NothingHere`.
 */
const recordsFor = (testimonies, keys, /** @type {Record<string, any>} */ { day, signing, lawyersKeep }) => {
  if (testimonies.length === 0 && lawyersKeep) throw new NothingHere();
  const scope = (heads) => (lawyersKeep ? headsClosedBy(FOR_OTHERS, heads) : "all");
  const known = testimonies.map((one) => signing.buildWithdrawal({ tid: one.tid, scope: scope(one.heads), day, seed: seedFor(keys, one) }));
  const waiting = keys.flatMap(({ publicHex, seed }, number) =>
    lawyersKeep || testimonies.some(({ key }) => key === publicHex) ? [] : [signing.buildEarlyWithdrawal({ day, seed, number })],
  );
  return [...known, ...waiting];
};

/** What was found is taken back whole, or all but what the lawyers keep; how far it has come. */
const takeHeads = async (found, keys, { station, signing, ...how }) => {
  const records = recordsFor(found.testimonies, keys, { signing, ...how });
  const frames = records.map((record) => ({ kind: "record", payload: signing.encodeSigned(record) }));
  const answer = await station.takeFrames(await signing.writeFrames(frames));
  records.forEach((record) => requireReceipt(answer, record));
  return answer.reach;
};

/** Single uses of what was found are taken back: what says which is sealed, and who has no other use left loses the heads. */
const takeUses = async ({ testimonies }, keys, { day, station, signing, uses }) => {
  if (testimonies.length === 0) throw new NothingHere();
  const [readers, sealing] = await Promise.all([station.readers(), uses.sealing()]);
  let reach = null;
  for (const { tid, heads, key } of testimonies) {
    const seed = seedFor(keys, { key });
    const scope = headsOfUses(uses.chosen, uses.asked, heads);
    const withdrawals = scope.length > 0 ? [signing.buildWithdrawal({ tid, scope, day, seed })] : [];
    const sealed = await sealing.sealUses(uses.chosen, { tid, day, readers, seed });
    const answer = await station.takeFrames(await sealing.inFrames(sealed, withdrawals));
    [sealed.record, ...withdrawals].forEach((record) => requireReceipt(answer, record));
    reach = answer.reach;
  }
  return reach;
};

/**
 * {keys, known, reach}: everything of `code` is taken back at this station. `keys` are its public halves, for asking again;
 * `known` whether anything of it was here. `lawyersKeep`: only what others than the lawyers can open. `uses`
 * {chosen, asked, sealing}: only the uses `chosen` ([{purpose, recipient}]), out of all that are `asked` for; `sealing` loads
 * withdraw/use_seal.js. The code and its seeds stay here; the seeds are overwritten. Throws `NothingHere`, `NoReceipt`, `StationRefused`.
 */
export const takeBack = async ({ code, root, day, station, signing, lawyersKeep = false, uses = null }) => {
  const own = await signing.withdrawalKeys(code, root);
  const keys = own.map(({ publicHex }) => publicHex);
  try {
    const found = await station.find(keys);
    const known = found.testimonies.length > 0;
    if (found.withdrawal !== null) return { keys, known, reach: found.reach };
    const reach = uses
      ? await takeUses(found, own, { day, station, signing, uses })
      : await takeHeads(found, own, { day, station, signing, lawyersKeep });
    return { keys, known, reach };
  } finally {
    own.forEach(({ seed }) => seed.fill(0));
  }
};
