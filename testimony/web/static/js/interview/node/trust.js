/** Pin the organisation's root on first use and let its rosters only grow. DOM-free and storage-free: both are handed in. */

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

const verified = async (offer, verify) => {
  try {
    return { ...offer, ...(await verify(offer)) };
  } catch (error) {
    if (error.name === "VaultClosed") throw error;
    throw new TrustRefused(error.reason === "foreign" ? "foreign" : "broken");
  }
};

/**
 * Take what the node offers ({root, rosters, station} or null when it is out of reach) if it continues what is pinned.
 * `store` reads and writes the pin; `verify` checks signatures and gives {fingerprint, no, sha256s (rosters), records (and roots), …}.
 * Returns the trust in force and, when the offer was not taken, why. Throws `TrustRefused` when nothing is left to trust.
 */
export const takeTrust = async ({ offer, store, verify }) => {
  const pinned = await store.read("trust", "pin");
  if (!offer && !pinned) throw new TrustRefused("none");
  if (!pinned) {
    const fresh = await verified(offer, verify);
    await store.write("trust", "pin", fresh);
    return { trust: fresh, refused: null };
  }
  const reason = offer ? await refusal({ pinned, offer, store, verify }) : null;
  return { trust: await verified(await store.read("trust", "pin"), verify), refused: reason };
};

const refusal = async ({ pinned, offer, store, verify }) => {
  if (offer.root !== pinned.root) return "foreign";
  try {
    const fresh = await verified(offer, verify);
    if (!grows(pinned, fresh)) return "older";
    if (!same(pinned, fresh)) await store.write("trust", "pin", fresh); // a phone that is full can still be opened
    return null;
  } catch (error) {
    if (error.name !== "TrustRefused") throw error;
    return error.reason;
  }
};
