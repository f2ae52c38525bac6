/** How far what was delivered has come: the node is asked, central's receipt is verified, "desk" is only what they say. DOM-free. */

const SHARE = 64;

const receiptBytes = (receipt) => new TextEncoder().encode(JSON.stringify(receipt));

/** What may be believed of `said` ({state, receipt?}, or anything at all) about `entry`; null when it proves nothing new. */
const believed = async (entry, said, verify) => {
  if (said?.state === "withdrawn") return "withdrawn";
  if (!said?.receipt) return null;
  const signer = await verify(receiptBytes(said.receipt), { recordId: entry.id, parts: entry.names.slice(1) });
  if (signer !== "central") return null;
  return said.state === "desk" ? "desk" : "headquarters";
};

/**
 * Ask about every entry that may still move on. `outbox` gives `followed()` -> [{id, names}] and `advance(id, state)`, which
 * never goes back; `node.whereabouts(ids)` -> {id: {state, receipt?}}; `verify` as for `deliver`. Returns how many moved.
 */
export const follow = async ({ outbox, node, verify }) => {
  const entries = await outbox.followed();
  let moved = 0;
  for (let at = 0; at < entries.length; at += SHARE) {
    const share = entries.slice(at, at + SHARE);
    const answer = await node.whereabouts(share.map(({ id }) => id));
    for (const entry of share) {
      const state = await believed(entry, answer?.[entry.id], verify);
      if (state && (await outbox.advance(entry.id, state))) moved += 1;
    }
  }
  return moved;
};
