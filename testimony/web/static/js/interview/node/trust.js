/** Pin the organisation's root on first use, let its rosters only grow, and keep the newest statement of how fresh they are. DOM-free and storage-free: both are handed in. */

export class TrustRefused extends Error {
  /** `reason`: foreign (another organisation), older (fewer or other rosters than pinned), broken (do not verify), none (nothing known yet). */
  constructor(reason) {
    super(reason);
    this.name = "TrustRefused";
    this.reason = reason;
  }
}

/** Rosters and roots: who left out new roots would bring back those that they replaced. A pin of before knows its rosters alone. */
const grows = (pinned, offered) => {
  const named = pinned.records ? "records" : "sha256s";
  return pinned[named].every((sha, i) => offered[named][i] === sha);
};

const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

/** The node's statement and the one of before; a node of an earlier version has none. */
const withStatements = (offer, pinned) => ({ ...offer, fresh: [offer.fresh, pinned?.fresh?.[0]].filter(Boolean) });

/** A phone that is full can still be opened: with its old rosters' pin, and with an older statement. */
const repin = async ({ pinned, found, store }) => {
  const write = store.write("trust", "pin", found);
  await (same(pinned.records, found.records) ? write.catch(() => null) : write);
};

const verified = async (offer, verify) => {
  try {
    return { ...offer, ...(await verify(offer)) };
  } catch (error) {
    if (error.name === "VaultClosed") throw error;
    throw new TrustRefused(error.reason === "foreign" ? "foreign" : "broken");
  }
};

/**
 * Take what the node offers ({root, rosters, fresh, station} or null when it is out of reach) if it continues what is pinned.
 * `store` reads and writes the pin; `verify` checks signatures and gives {fingerprint, no, sha256s (rosters), records (and roots),
 * fresh, …}: of the statements in `fresh`, a list, the one that counts.
 * Returns the trust in force and, when the offer was not taken, why. Throws `TrustRefused` when nothing is left to trust.
 */
export const takeTrust = async ({ offer, store, verify }) => {
  const pinned = await store.read("trust", "pin");
  if (!offer && !pinned) throw new TrustRefused("none");
  if (!pinned) {
    const first = await verified(withStatements(offer), verify);
    await store.write("trust", "pin", first);
    return { trust: first, refused: null };
  }
  const reason = offer ? await refusal({ pinned, offer, store, verify }) : null;
  return { trust: await verified(await store.read("trust", "pin"), verify), refused: reason };
};

const refusal = async ({ pinned, offer, store, verify }) => {
  if (offer.root !== pinned.root) return "foreign";
  try {
    const found = await verified(withStatements(offer, pinned), verify);
    if (!grows(pinned, found)) return "older";
    if (!same(pinned, found)) await repin({ pinned, found, store });
    return null;
  } catch (error) {
    if (error.name !== "TrustRefused") throw error;
    return error.reason;
  }
};
