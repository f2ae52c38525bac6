/**
 * Whether this phone takes the page that the node offers. The page that runs decides, with the roster that it pinned; the service
 * worker hashes the files (templates/interview/sw.js). A phone that saw a signed page takes no other without signatures. DOM-free.
 */

const MARK = "/interview/mark";
/** How the address ends that one phone shows and another opens: with the digest of the page that the first one keeps. */
export const SCANNED = "#pages=";
const NEVER = { version: 0, day: "" };

const hexOf = (buffer) => [...new Uint8Array(buffer)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
const sha256 = async (bytes) => hexOf(await crypto.subtle.digest("SHA-256", bytes));

/** The whole sets of files on this phone, the one in force first: [{name, files, version, day}]. */
export const heldPages = async () => {
  const names = (await caches.keys()).filter((name) => name.startsWith("interview-"));
  const sets = names.map(async (name) => {
    const mark = await (await (await caches.open(name)).match(MARK))?.json();
    return mark && { name, ...mark };
  });
  return (await Promise.all(sets)).filter(Boolean);
};

/** What the statement says, or null where it proves nothing. */
const proved = async (signed, verify) => {
  try {
    return signed && (await verify(signed));
  } catch (error) {
    if (error.name === "VaultClosed") throw error;
    return null;
  }
};

const isOlder = (offered, held) =>
  offered.version < held.version || offered.day < held.day ||
  (offered.version === held.version && JSON.stringify(offered.files) !== JSON.stringify(held.files));

/** SHA-256 over the list of files, as `testimony pages` shows its words. */
export const digestOf = (files) => sha256(new TextEncoder().encode(JSON.stringify(files)));

const nameFor = async ({ files, version }) => `interview-${(await digestOf(files)).slice(0, 16)}-${version ?? 0}`;

/** Whether the script that the browser runs for this page is one of `files`: what it fetches by itself, no page can refuse. */
const knowsWorker = async (files, { worker, script }) => {
  const bytes = await script().catch(() => null);
  if (bytes === null) return true;
  const found = await sha256(bytes);
  return files.some((file) => file.path === worker && file.sha256 === found);
};

/**
 * Look at what the node offers and keep it beside the page in force if it may be taken. Gives "same", "kept", "away" (out of reach,
 * or no room), or why not: "unsigned", "older", "altered", "worker".
 * `offer()` gives {files, signed}; `verify(signed)` {version, day, files}; `signs`: whether the pinned roster names page keys;
 * `keep(name, mark)` asks the service worker; `worker` is the address of its script, and `script()` gives its bytes.
 */
export const lookAtOffer = async ({ offer, verify, signs, keep, worker, script }) => {
  const sets = await heldPages();
  const seen = sets.filter(({ version }) => version !== null).at(-1) ?? null;
  const offered = await offer().catch(() => null);
  if (!offered || sets.length === 0) return "away";
  let mark = { files: offered.files, version: null, day: null };
  if (signs || seen) {
    mark = await proved(offered.signed, verify);
    if (!mark) return "unsigned";
    if (isOlder(mark, seen ?? NEVER)) return "older";
    if (!(await knowsWorker([...mark.files, ...(seen?.files ?? [])], { worker, script }))) return "worker";
  }
  const name = await nameFor(mark);
  return sets.at(-1).name === name ? "same" : keep(name, mark);
};
