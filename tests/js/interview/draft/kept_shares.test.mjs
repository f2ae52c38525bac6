/** Shares that stay on the phone for one sitting: what opens them, when they end, and that an ended one never comes back. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { draftsIn } from "../../../../testimony/web/static/js/interview/draft/store.js";
import { keptSharesIn } from "../../../../testimony/web/static/js/interview/draft/kept_shares.js";
import * as keys from "../../../../testimony/web/static/js/interview/vault/draft_keys.js";
import { argon2id, fromHex, openingKey, randomBytes } from "../../../../testimony/web/static/js/sealing/index.js";

const WORDS = "six words that nobody else knows";
const SALT = "01".repeat(16);
const BEGUN = "2026-11-24T10:00:00.000Z";
const HOUR = 3600e3;
const stretched = await argon2id(WORDS, fromHex(SALT));
const key = { id: "ab".repeat(16), station: "cd".repeat(8), recipient: openingKey(new Uint8Array(32).fill(7)).recipient };

const signIn = (wraps, argon = stretched) => keys.openDrafts({ stretched: argon, salt: SALT, passphrase: WORDS, wraps, paused: null });
const begin = async (asked) => {
  await signIn([]);
  return keys.beginDraftKeys({ begun: BEGUN, ...asked });
};

test("within the sitting the passphrase opens a draft without the node, and its words are there", async () => {
  const { kept, ...wrap } = await begin({ key, sitting: true });
  const bytes = await keys.sealDraft({ draft: wrap.id, seq: 1, state: { said: "words" } });
  assert.equal((await signIn([wrap]))[0].state, "share", "without what was kept it needs the node");
  assert.equal((await signIn([{ ...wrap, kept }]))[0].state, "open");
  assert.deepEqual(await keys.openDraft({ draft: wrap.id, seq: 1, bytes }), { said: "words" });
});

test("another passphrase, and the share of another draft, open nothing", async () => {
  const one = await begin({ key, sitting: true });
  const other = await begin({ key, sitting: true });
  assert.equal((await signIn([one], randomBytes(32)))[0].state, "closed");
  assert.equal((await signIn([{ ...one, kept: other.kept }]))[0].state, "share");
});

test("nothing is kept where the organisation wants the node, nor of a draft without a share", async () => {
  assert.equal((await begin({ key, sitting: false })).kept, undefined);
  assert.equal((await begin({ key: null, sitting: true })).kept, undefined);
});

/** The phone's store, and buckets, in memory; `refuses` makes the phone full for shares. */
const phone = () => {
  const [rows, bins, drafts] = [new Map(), new Map(), new Map()];
  const at = (name) => rows.get(name) ?? rows.set(name, new Map()).get(name);
  const made = { bins, drafts, rows, refuses: false, now: Date.parse(BEGUN) };
  made.store = {
    read: async (name, id) => at(name).get(id),
    all: async (name) => [...at(name).values()],
    writeTogether: async (writes) => writes.forEach(([name, id, value]) => at(name).set(id, value)),
    update: async (name, id, change) => {
      const next = change(at(name).get(id));
      if (next !== undefined) at(name).set(id, next);
    },
    remove: async (name, id) => void at(name).delete(id),
  };
  made.buckets = {
    openBin: async (id) => {
      if (!bins.has(id)) bins.set(id, new Map());
      return {
        read: async (row) => bins.get(id)?.get(row),
        write: async (row, value) => {
          if (made.refuses) throw new DOMException("full", "QuotaExceededError");
          bins.get(id).set(row, value);
        },
      };
    },
    destroyBin: async (id) => void bins.delete(id),
  };
  const openStore = async (id) => {
    const slots = new Map();
    return drafts.get(id) ?? drafts.set(id, { until: null, wrap: async () => slots.get("wrap"), begin: async (wrap) => void slots.set("wrap", wrap), destroy: async () => void drafts.delete(id) }).get(id);
  };
  /** The page, loaded anew. */
  made.start = () => draftsIn(made.store, openStore, made.buckets, keptSharesIn(made.store, made.buckets, () => made.now));
  return made;
};
const KEPT = { id: "a", wrapped: 1, kept: "share" };
const begun = async (there = phone()) => {
  await there.start().begin(KEPT, "p1", { begun: BEGUN });
  return there;
};
const wrapAt = async (there, passed) => {
  there.now = Date.parse(BEGUN) + passed;
  const [{ wrap }] = await there.start().of("p1");
  return wrap;
};

test("it is read within four hours, and lies in a bucket of its own and not with the draft", async () => {
  const there = await begun();
  assert.deepEqual(await there.drafts.get("a").wrap(), { id: "a", wrapped: 1 });
  assert.equal((await wrapAt(there, 4 * HOUR - 1)).kept, "share");
  assert.equal(there.drafts.get("a").until, Date.parse(BEGUN) + 4 * HOUR);
});

test("after four hours its bucket is thrown away, and a clock that is set back brings nothing back", async () => {
  const there = await begun();
  assert.equal((await wrapAt(there, 4 * HOUR)).kept, undefined);
  assert.equal(there.bins.size, 0);
  assert.equal((await wrapAt(there, HOUR)).kept, undefined);
  assert.equal(there.drafts.get("a").until, null);
});

test("a clock that is set to before the draft began ends the sitting", async () => {
  const there = await begun();
  assert.equal((await wrapAt(there, -4 * 60e3)).kept, "share", "two clocks differ a little");
  assert.equal((await wrapAt(there, -6 * 60e3)).kept, undefined);
  assert.equal(there.bins.size, 0);
});

test("without anybody signed in what is over goes, and all of it once the organisation wants the node", async () => {
  const there = await begun();
  await there.start().endSittings(true);
  assert.equal(there.bins.size, 1);
  there.now += 5 * HOUR;
  await there.start().endSittings(true);
  assert.equal(there.bins.size, 0);
  const other = await begun();
  await other.start().endSittings(false);
  assert.equal(other.bins.size, 0);
});

test("it goes with its draft, and a draft that is begun anew after the sitting keeps none", async () => {
  const there = await begun();
  await there.start().clear("a");
  assert.equal(there.bins.size, 0);
  there.now += 5 * HOUR;
  await begun(there);
  assert.equal(there.bins.size, 0);
});

test("a phone too full for the share still has the draft, and says that it needs the node", async () => {
  const there = phone();
  there.refuses = true;
  await begun(there);
  assert.equal(there.drafts.get("a").until, null);
  assert.equal((await wrapAt(there, 1)).kept, undefined);
  assert.equal((await wrapAt(there, 1)).wrapped, 1);
});
