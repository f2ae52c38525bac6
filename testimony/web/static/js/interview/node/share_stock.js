/** One-time share keys of the node: a stock on the phone, each used for one draft, those that ended destroyed there. DOM-free. */

const FULL = 6;
const LIFE = 30 * 24 * 60 * 60 * 1000; // the node ends them after 60 days; a draft must not begin with one that is nearly over
const AT_ONCE = 32;

const tooOld = ({ got }, now) => Math.abs(now - got) > LIFE;

/** The name of this phone at nodes: random, made once, no key. Who borrows it has keys of their own, and the node must find theirs too. */
const handset = async (store) => {
  const held = await store.read("settings", "handset");
  if (held) return held;
  const made = Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, "0")).join("");
  await store.write("settings", "handset", made);
  return made;
};

/** `store` is the phone's, `node` the field node as `node.js` gives it. What asks the node rejects when it is out of reach. */
export const stockIn = (store, node, clock = Date.now) => {
  const good = async (person) => (await store.all("stock")).filter((key) => key.person === person && !tooOld(key, clock()));
  return {
    /** How many drafts `person` may begin with a key. */
    left: async (person) => (await good(person)).length,

    /** A key that `person` may begin a draft with, gone from the stock for ever; null when there is none. */
    take: async (person) => (await store.take("stock", (key) => key.person === person && !tooOld(key, clock()))) ?? null,

    /** The writes that put `share` (a draft's) among those to be destroyed, for a stroke with others; none for a draft without. */
    ending: (share) => (share ? [["spent", share.id, { id: share.id, station: share.station }]] : []),

    /** Have the node destroy what ended; what other nodes gave waits for them. */
    settle: async (station) => {
      const ended = (await store.all("spent")).filter((key) => key.station === station).slice(0, AT_ONCE);
      if (ended.length === 0) return;
      const { destroyed } = await node.destroyShares(ended.map(({ id }) => id));
      for (const id of destroyed) await store.remove("spent", id);
    },

    /** Fill the stock of `person` up; the station that is near. Keys of another would open nothing here, so they go. */
    fill: async (person, device) => {
      const { station, keys } = await node.shareStock({ device, handset: await handset(store), want: FULL - (await good(person)).length });
      const stale = (await store.all("stock")).filter((key) => key.person === person && (key.station !== station || tooOld(key, clock())));
      for (const { id, station: at } of stale) await store.writeTogether([["spent", id, { id, station: at }]]).then(() => store.remove("stock", id));
      for (const { id, recipient } of keys) await store.write("stock", id, { id, recipient, station, person, got: clock() });
      return station;
    },
  };
};
