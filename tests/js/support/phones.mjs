/** A phone without a browser: a store in memory, and sealed entries for its outbox. */
import { encodeCanonical, encodeSigned, kidOf, publicKeyOf, sha256Hex, sign } from "../../../testimony/web/static/js/sealing/index.js";
import { writeFrames } from "../../../testimony/web/static/js/interview/node/frames.js";
import { outboxIn } from "../../../testimony/web/static/js/interview/outbox/store.js";
import { seedOf } from "../sealing/support/organisation.mjs";

/** What `openDatabase` offers, over a map. */
export const storeInMemory = () => {
  const rows = new Map();
  const at = (store, key) => `${store}/${key}`;
  return {
    read: async (store, key) => rows.get(at(store, key)),
    keys: async (store) => [...rows.keys()].filter((key) => key.startsWith(`${store}/`)).map((key) => key.slice(store.length + 1)),
    all: async (store) => [...rows].filter(([key]) => key.startsWith(`${store}/`)).map(([, value]) => value),
    write: async (store, key, value) => rows.set(at(store, key), value),
    writeTogether: async (writes) => writes.forEach(([store, key, value]) => rows.set(at(store, key), value)),
    update: async (store, key, change) => {
      const next = change(rows.get(at(store, key)));
      if (next === null) rows.delete(at(store, key));
      else if (next !== undefined) rows.set(at(store, key), next);
      return next;
    },
  };
};

export const bytesOf = (text) => new TextEncoder().encode(text);

/** An entry of an outbox whose record and objects are just `id` and `id-head`; nothing is sealed. */
export const entryOf = async (id) => ({
  id, kind: "testimony", day: "2026-11-24", names: [id, `${id}-head`],
  container: await writeFrames([{ kind: "record", payload: bytesOf(id) }, { kind: "object", payload: bytesOf(`${id}-head`) }]),
});

/** An outbox in memory that holds `entries`, waiting. */
export const outboxWith = async (...entries) => {
  const outbox = outboxIn(storeInMemory());
  for (const entry of entries) await outbox.put(entry, `draft-${entry.id}`);
  return outbox;
};

export const statesOf = async (outbox) => Object.fromEntries((await outbox.states()).map(({ id, state }) => [id, state]));

/** The receipt of the station `name` for `entry`, as it travels; `more` changes what it says. */
export const receiptOf = (entry, name, more = {}) => {
  const seed = seedOf(name);
  const value = {
    v: "testimony/1/receipt", record: entry.id, parts: entry.names.slice(1).sort(), station: kidOf(publicKeyOf(seed)), log_size: 1,
    root: "00".repeat(32), durable: true, ...more,
  };
  const bytes = encodeCanonical(value);
  return encodeSigned({ bytes, sigs: sign("testimony/1/receipt", bytes, seed), id: sha256Hex(bytes) });
};

/** An entry with names that look like hashes, for receipts that verify. */
export const hashedEntry = async (letter) => ({ ...(await entryOf(letter.repeat(64))), names: [letter.repeat(64), "1".repeat(64), "2".repeat(64)] });

