/** Media without a browser: bins in memory, the worker's calls made directly, and a draft whose keys are open. */
import * as drafts from "../../../testimony/web/static/js/interview/vault/draft_keys.js";
import { mediaCalls } from "../../../testimony/web/static/js/interview/vault/media_keys.js";
import { mediaIn } from "../../../testimony/web/static/js/interview/media/store.js";
import { readFrames, writeFrames } from "../../../testimony/web/static/js/interview/node/frames.js";
import { sha256Hex } from "../../../testimony/web/static/js/sealing/index.js";
import { bytesOf, entryOf } from "./phones.mjs";

const STRETCHED = new Uint8Array(32).fill(5);
const SALT = "01".repeat(16);

/** What the disk holds: {id: Map of rows}. `refuse(rows)` may throw as a full phone does. */
export const binsInMemory = (disk = new Map(), refuse = () => null) => {
  const bin = (id) => {
    if (!disk.has(id)) disk.set(id, new Map());
    const rows = disk.get(id);
    const writeTogether = async (given) => {
      refuse(given);
      given.forEach(([key, value]) => rows.set(key, value));
    };
    return { gone: false, read: async (key) => rows.get(key), keys: async () => [...rows.keys()], write: (key, value) => writeTogether([[key, value]]), writeTogether };
  };
  const open = new Map();
  return {
    disk,
    openBin: async (id) => open.get(id) ?? open.set(id, bin(id)).get(id),
    destroyBin: async (id) => {
      if (open.has(id)) open.get(id).gone = true;
      open.delete(id);
      disk.delete(id);
    },
  };
};

/** The phone's own store, in memory. */
export const storeOf = () => {
  const stores = new Map();
  const at = (name) => stores.get(name) ?? stores.set(name, new Map()).get(name);
  return {
    read: async (name, key) => at(name).get(key),
    all: async (name) => [...at(name).values()],
    write: async (name, key, value) => void at(name).set(key, value),
    writeTogether: async (writes) => writes.forEach(([name, key, value]) => at(name).set(key, value)),
    remove: async (name, key) => void at(name).delete(key),
    update: async (name, key, change) => {
      const next = change(at(name).get(key));
      if (next === null) at(name).delete(key);
      else if (next !== undefined) at(name).set(key, next);
      return next;
    },
  };
};

/** A draft that is begun, and what opens it again. */
export const beginDraft = async () => {
  await drafts.openDrafts({ stretched: STRETCHED, salt: SALT, passphrase: "", wraps: [], paused: null });
  return beginAnother();
};

/** One more beside it. */
export const beginAnother = () => drafts.beginDraftKeys({ key: null, begun: "2026-11-24T10:00:00.000Z" });

/** What is left when everything but the disk is gone: the keys of the draft opened anew, and no item of this worker's own. */
export const startAgain = async (wrap, disk) => {
  for (const id of disk.keys()) mediaCalls.forget({ id });
  await drafts.openDrafts({ stretched: STRETCHED, salt: SALT, passphrase: "", wraps: [wrap], paused: null });
};

/** A vault with `calls` besides those about media; what it throws and takes is what a worker would. */
export const vaultOf = (calls) => {
  const all = { ...calls, media: ({ act, ...args }) => mediaCalls[act](args) };
  const call = async (name, args) => {
    try {
      return structuredClone(await all[name](structuredClone(args)));
    } catch (error) {
      throw Object.assign(new Error(error.name), { name: error.name, reason: error.reason ?? error.code ?? "" });
    }
  };
  return async () => ({ call });
};

/** {media, store, bins, heard}: media over a store and bins in memory; `heard` is what was told. */
export const mediaOver = ({ store = storeOf(), bins = binsInMemory(), estimate, wait = async () => null } = {}) => {
  const heard = [];
  const vault = vaultOf({});
  const media = mediaIn({ store, vault }, { bins, estimate, wait, tell: (name, detail) => heard.push([name, detail]) });
  return { media, store, bins, heard };
};

export const joined = (slices) => new Uint8Array(slices.flatMap((slice) => [...slice]));

/** An entry of the outbox with `count` pieces, nothing sealed, and what its bin holds: {entry, rows}. */
export const entryWithMedia = async (id, count = 3) => {
  const { names, container, ...rest } = await entryOf(id);
  const rows = new Map();
  const pieces = [];
  for (let place = 0; place < count; place += 1) {
    const objects = [bytesOf(`${id} head ${place}`), bytesOf(`${id} body ${place}`)];
    pieces.push(objects.map(sha256Hex));
    rows.set(`media-${String(place + 1).padStart(3, "0")}`, { names: pieces.at(-1), objects });
  }
  return { entry: { ...rest, names, container, media: { bin: id, pieces, left: count, text: "" } }, rows };
};

/**
 * A node that takes what entries name, and signs: for the text once it is there, for everything once that is. `held` are the names that
 * it has; `refuse(names)` may throw, or give a rule, for a batch; `came` are the batches. `withdrawn` are entries, or single
 * heads of them, that it will not hold.
 */
export const nodeFor = (entries, { refuse = () => null, withdrawn = new Set() } = {}) => {
  const held = new Set();
  const came = [];
  const nameOf = ({ kind, payload }) => (kind === "record" ? new TextDecoder().decode(payload) : entries.flatMap(({ names }) => names).find((name) => name === new TextDecoder().decode(payload)) ?? sha256Hex(payload));
  const owner = (name) => entries.find((entry) => [...entry.names, ...(entry.media?.pieces.flat() ?? [])].includes(name));
  const receiptsFor = (touched) =>
    [...touched].flatMap((entry) => {
      const text = entry.names.slice(1);
      if (withdrawn.has(entry.id)) return [{ record: entry.id, parts: [] }];
      const [left, all] = [text, [...text, ...(entry.media?.pieces.flat() ?? [])]].map((names) => names.filter((name) => !withdrawn.has(name)));
      if (![entry.id, ...left].every((name) => held.has(name))) return [];
      return [{ record: entry.id, parts: all.every((name) => held.has(name)) ? all : left }];
    });
  return {
    held,
    came,
    have: async (names) => {
      const bits = names.map((name) => (held.has(name) || withdrawn.has(name) ? "0" : "1")).join("").padEnd(Math.ceil(names.length / 8) * 8, "0");
      return bits.match(/.{8}/g).map((byte) => parseInt(byte, 2).toString(16).padStart(2, "0")).join("");
    },
    batch: async (bytes) => {
      const { frames } = await readFrames(bytes);
      const names = frames.map(nameOf);
      const rule = await refuse(names);
      came.push(names);
      const touched = new Set();
      const statuses = names.map((name) => {
        const entry = owner(name);
        if (rule) return { name, status: "refused", rule };
        if (!entry || (name !== entry.id && !held.has(entry.id) && !names.includes(entry.id))) return { name, status: "refused", rule: "not.named" };
        if (withdrawn.has(entry.id)) {
          if (name === entry.id) touched.add(entry);
          return { name, status: "withdrawn", rule: null };
        }
        const status = held.has(name) ? "duplicate" : "stored";
        held.add(name);
        touched.add(entry);
        return { name, status, rule: null };
      });
      const taken = [...touched].flatMap((entry) => entry.names.filter((name) => name !== entry.id && withdrawn.has(name) && names.includes(entry.id)));
      taken.forEach((name) => statuses.push({ name, status: "withdrawn", rule: null }));
      const made = [...statuses.map((status) => ["status", status]), ...receiptsFor(touched).map((receipt) => ["record", receipt])];
      return writeFrames(made.map(([kind, value]) => ({ kind, payload: bytesOf(JSON.stringify(value)) })));
    },
  };
};

/** Believes a receipt of `nodeFor` when it names all that is wanted. */
export const verifyReceiptOf = async (payload, { recordId, parts }) => {
  const { record, parts: named } = JSON.parse(new TextDecoder().decode(payload));
  return record === recordId && (parts ?? []).every((name) => named.includes(name)) ? "node" : null;
};
