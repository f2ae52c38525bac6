/** How far what was delivered has come: the node is asked, central's receipt is verified, "desk" is only what they say. DOM-free. */

const SHARE = 64;

const envelopeOf = (receipt) => new TextEncoder().encode(JSON.stringify(receipt));

/** What may be believed of `said` ({state, receipt?}, or anything at all) about `entry`; null when it proves nothing new. */
const believed = async (entry, said, verify) => {
  if (said?.state === "withdrawn") return "withdrawn";
  if (!said?.receipt) return null;
  const signer = await verify(envelopeOf(said.receipt), { recordId: entry.id, parts: entry.names.slice(1) });
  if (signer !== "central") return null;
  return said.state === "desk" ? "desk" : "headquarters";
};

/**
 * What may be believed of one that is withdrawn: nothing but that it is at headquarters again. What was taken back on this phone needs
 * the contests of both roles besides; of another withdrawal this phone has the node's word alone, and takes that back on its word.
 */
const returned = async (entry, said, verify, contested) => {
  const state = await believed(entry, said, verify);
  if (state === "withdrawn" || state === null || !entry.taken) return state;
  const shown = said.void?.[entry.withdrawal];
  if (!Array.isArray(shown)) return null;
  return (await contested({ withdrawal: entry.withdrawal, envelopes: shown.map(envelopeOf) })) ? state : null;
};

/**
 * Ask about every entry that may still move. `outbox` gives `followed()` -> [{id, names, state, …}], `advance(id, state)`, which
 * never goes back, and `giveBack(id, state)` for one that was withdrawn; `node.whereabouts(ids)` -> {id: {state, receipt?, void?}};
 * `verify` as for `deliver`; `contested({withdrawal, envelopes})` says if two roles called it false. Returns how many moved.
 */
export const follow = async ({ outbox, node, verify, contested }) => {
  const entries = await outbox.followed();
  let moved = 0;
  for (let at = 0; at < entries.length; at += SHARE) {
    const share = entries.slice(at, at + SHARE);
    const answer = await node.whereabouts(share.map(({ id }) => id));
    for (const entry of share) {
      const gone = entry.state === "withdrawn";
      const state = await (gone ? returned : believed)(entry, answer?.[entry.id], verify, contested);
      if (state && (await (gone && state !== "withdrawn" ? outbox.giveBack : outbox.advance)(entry.id, state))) moved += 1;
    }
  }
  return moved;
};
