/** Sealing an interview that has recordings, pictures or files: slice by slice into pieces, in a bin that the outbox entry then names. DOM-free. */

import { piecesOf } from "../media/capacity.js";

const KINDS = { voice: "voice", photo: "picture", document: "picture", file: "file" };

/** A person stopped it. Nothing was put away, and the interview is as it was. */
export class SealingStopped extends Error {
  constructor() {
    super("sealing stopped");
    this.name = "SealingStopped";
  }
}

const newBin = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");

/** What cannot be read is not left out unsaid: somebody deletes it first. */
const refuseDamaged = (error) => Promise.reject(error.name === "CannotOpen" ? Object.assign(error, { name: "CannotSeal", reason: "media" }) : error);

const throwAway = async (phone, bins, id) => {
  await bins.destroyBin(id);
  await phone.store.remove("media", id);
};

const sealedIn = async ({ store }) => (await store.all("media")).filter(({ sealed }) => sealed);

/** Whether the draft `from` is over. It is marked so in the stroke in which its entry is put into the outbox. */
const isOver = async ({ store }, from) => !(await store.all("drafts")).some(({ id }) => id === from) || Boolean(await store.read("settings", `done-${from}`));

/**
 * Throw away sealed bins that no entry of the outbox names and no draft is being sealed into: what was delivered, and what a kill left.
 * While the draft `from` is not over its bin stays: between its sealing and its entry there is a moment in which nothing names it. What is
 * over is asked first and what is named after that: the other way round the entry might be put between the two, and lose its media.
 */
export const sweepSealed = async (phone, bins) => {
  const over = [];
  for (const bin of await sealedIn(phone)) if (await isOver(phone, bin.from)) over.push(bin);
  const named = new Set((await phone.store.all("outbox")).map(({ media }) => media?.bin));
  for (const { id } of over) if (!named.has(id)) await throwAway(phone, bins, id);
};

/** Put what was sealed into the bin; counts it. */
const keeperOf = (bin, total, progress) => {
  let done = 0;
  return async (pieces) => {
    for (const { part, names, objects } of pieces) {
      await bin.write(part, { names, objects });
      progress((done += 1), total);
    }
  };
};

/** What is noted of a file; one that was not taken in to its end has no hash, and the sealing worker refuses it. */
const originOf = ({ kind, name, source, at, sha256 }) => (kind === "file" ? { name, source, at: `${at.slice(0, "YYYY-MM-DDThh:mm:ss".length)}Z`, sha256 } : undefined);

const sealItem = async (item, { media, draft, call, keep, stopped }) => {
  const { rows, seconds, mime } = await media.rows(draft, item.id).catch(refuseDamaged);
  await call("sealItem", { kind: KINDS[item.kind], type: mime, origin: originOf(item) });
  try {
    for await (const { no, row } of rows) {
      if (stopped()) throw new SealingStopped();
      await keep(await call("sealSlice", { id: item.id, no, row }));
    }
  } catch (error) {
    await refuseDamaged(error);
  }
  await keep(await call("sealItemEnd", { seconds }));
};

const sealInto = async (bin, items, { phone, media, draft, asked, progress, stopped }) => {
  const vault = await phone.vault();
  const call = (name, args) => vault.call(name, args);
  const { kinds } = await call("sealBegin", asked);
  const given = items.filter(({ kind, state }) => state === "damaged" || kinds.includes(KINDS[kind]));
  const total = given.reduce((sum, { bytes }) => sum + piecesOf(bytes), 1);
  const keep = keeperOf(bin, total, progress);
  progress(0, total);
  for (const item of given) await sealItem(item, { media, draft, call, keep, stopped });
  await keep(await call("sealList"));
  if (stopped()) throw new SealingStopped();
  return call("sealEnd");
};

/**
 * The interview `draft` as an entry of the outbox; `asked` is what the vault's `seal` is given. An entry with media has them in `media`:
 * {bin, pieces: [names of each], left, text}. `progress(done, total)` in pieces; `stopped()` is asked between two slices. Whatever goes
 * wrong, nothing is left of what was sealed so far, and what a kill left of an earlier sealing goes first. Throws `CannotSeal` "media" when
 * something that was recorded cannot be read any more.
 */
export const sealWithMedia = async ({ phone, media, bins, draft, asked, progress = (_done, _total) => null, stopped = () => false }) => {
  for (const { id, from } of await sealedIn(phone)) if (from === draft) await throwAway(phone, bins, id);
  const items = await media.list(draft);
  const id = newBin();
  await media.reserve(draft, id);
  try {
    const { pieces, ...entry } = await sealInto(await bins.openBin(id), items, { phone, media, draft, asked, progress, stopped });
    if (pieces.length > 0) return { ...entry, media: { bin: id, pieces, left: pieces.length, text: "" } };
    await throwAway(phone, bins, id);
    return entry;
  } catch (error) {
    await (await phone.vault()).call("sealStop").catch(() => null); // the keys may have ended: then there is nothing to stop
    await throwAway(phone, bins, id);
    throw error;
  } finally {
    progress(0, 0);
  }
};
