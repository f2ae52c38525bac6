/** How much room the phone's storage has left for what is sealed and for drafts. DOM-free. */

const MIB = 1024 * 1024;
/** Below this the page warns: some hundred testimonies more. */
export const LOW = 40 * MIB;
/** Below this no interview begins: a draft in two slots and its sealed copy, at their largest, want 4 MiB. */
export const LEAST = 8 * MIB;

/** "enough", "low" or "none", from what `navigator.storage.estimate()` gives; a browser that does not say is taken to have enough. */
export const roomIn = (/** @type {StorageEstimate} */ { quota, usage } = {}) => {
  if (!(quota >= 0) || !(usage >= 0)) return "enough";
  const free = quota - usage;
  if (free < LEAST) return "none";
  return free < LOW ? "low" : "enough";
};

/** How long an answer about storage is waited for. */
const ANSWER_MS = 3000;

/** What `asked` of the browser's storage answers; undefined when it does not in time, as while a browser clears much away: nothing waits for it. */
export const inTime = (asked) =>
  new Promise((resolve, reject) => {
    const late = setTimeout(resolve, ANSWER_MS);
    Promise.resolve(asked).then(resolve, reject).finally(() => clearTimeout(late));
  });

/** The same for this phone, now. */
export const room = async (storage = navigator.storage) => roomIn(await inTime(storage.estimate?.().catch(() => undefined)));
