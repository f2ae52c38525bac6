/** The outbox in the phone's store: sealed entries until somebody signed for them, then only how far they have come. DOM-free. */

const ORDER = ["waiting", "node", "headquarters", "desk", "withdrawn"];
const MOVING = new Set(["node", "headquarters"]);

/** The entry without its ciphertext; the names stay, because a later receipt has to name them all. */
const emptied = ({ id, kind, day, names }, state, rule) => ({ id, kind, day, names, state, rule });

/**
 * The outbox over a phone store. An entry is {id, kind, day, names, container, state, rule, saved?}: names are the record's and
 * each object's SHA-256, in the container's order; `saved` is the day on which it was last written to a file.
 */
export const outboxIn = (store) => ({
  /**
   * `draft` is the id of the draft that it came from, marked as done in the same stroke, with the writes `beside`: a crash
   * never seals it twice, and forgets nothing of what has to follow.
   */
  put: (entry, draft, beside = []) =>
    store.writeTogether([["outbox", entry.id, { ...entry, state: "waiting", rule: null }], ["settings", `done-${draft}`, true], ...beside]),
  all: async () => (await store.all("outbox")).filter((entry) => entry.state === "waiting"),
  states: async () => (await store.all("outbox")).map(({ container, names, ...shown }) => shown),
  find: (id) => store.read("outbox", id ?? ""),
  /** What became of a delivery. Another window may have settled it meanwhile: then that stays. */
  settle: (id, state, rule) =>
    store.update("outbox", id, (entry) => {
      if (entry?.state !== "waiting") return undefined;
      if (state === "waiting") return { ...entry, rule };
      return entry.kind === "refusal" ? null : emptied(entry, state, rule);
    }),
  /** Delivered ones that may have moved on: [{id, names}]. */
  followed: async () => (await store.all("outbox")).filter(({ state, names }) => MOVING.has(state) && names).map(({ id, names }) => ({ id, names })),
  /** Move an entry on, never back; whether it moved. */
  advance: async (id, state) => {
    let moved = false;
    await store.update("outbox", id, (entry) => {
      moved = Boolean(entry) && ORDER.indexOf(state) > ORDER.indexOf(entry.state);
      if (!moved) return undefined;
      return entry.kind === "refusal" ? null : emptied(entry, state, null);
    });
    return moved;
  },
  /** Remember that these were written to a file on `day`; they wait on until a receipt is verified. */
  saved: (ids, day) => Promise.all(ids.map((id) => store.update("outbox", id, (entry) => (entry?.state === "waiting" ? { ...entry, saved: day } : undefined)))),
  /** Take what is delivered off the list; how many. */
  clear: async () => {
    const gone = (await store.all("outbox")).filter(({ state }) => state !== "waiting");
    await Promise.all(gone.map(({ id }) => store.update("outbox", id, (entry) => (entry && entry.state !== "waiting" ? null : undefined))));
    return gone.length;
  },
});
