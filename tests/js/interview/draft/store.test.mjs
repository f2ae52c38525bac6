/** Drafts on the phone: what opens their keys, which share key each takes, what a pause keeps, and how old is too old. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ageOf } from "../../../../testimony/web/static/js/interview/draft/age.js";
import { claim, letGo } from "../../../../testimony/web/static/js/interview/draft/locks.js";
import * as keys from "../../../../testimony/web/static/js/interview/vault/draft_keys.js";
import { draftsIn } from "../../../../testimony/web/static/js/interview/draft/store.js";
import { keepForPause, waitAfter } from "../../../../testimony/web/static/js/interview/draft/pause.js";
import { stockIn } from "../../../../testimony/web/static/js/interview/node/share_stock.js";
import { openBody } from "../../../../testimony/web/static/js/sealing/age/stream.js";
import { openHead, splitAge } from "../../../../testimony/web/static/js/sealing/age/age.js";
import { argon2id, fromHex, openingKey, randomBytes, toHex } from "../../../../testimony/web/static/js/sealing/index.js";

const WORDS = "six words that nobody else knows";
const SALT = "01".repeat(16);
const BEGUN = "2026-11-24T10:00:00.000Z";
const stretched = await argon2id(WORDS, fromHex(SALT));
const nodeKey = openingKey(new Uint8Array(32).fill(7));
const key = { id: "ab".repeat(16), station: "cd".repeat(8), recipient: nodeKey.recipient };

/** What the node does with a sealed share. */
const openShare = async (sealed, opening) => {
  const { head, body } = splitAge(sealed);
  return openBody(await openHead(head, opening), body);
};

const signIn = (wraps, { passphrase = WORDS, paused = null } = {}) =>
  keys.openDrafts({ stretched: passphrase === WORDS ? stretched : randomBytes(32), salt: passphrase === WORDS ? SALT : "02".repeat(16), passphrase, wraps, paused });
const forget = (...wraps) => wraps.forEach(({ id }) => keys.forgetDraft({ draft: id }));
const begin = async (using) => {
  await signIn([]);
  return keys.beginDraftKeys({ key: using, begun: BEGUN });
};

test("with the passphrase and without the node a draft says when it was begun, and opens not", async () => {
  const wrap = await begin(key);
  forget(wrap);
  assert.deepEqual(await signIn([wrap]), [{ id: wrap.id, state: "share", begun: BEGUN }]);
  await assert.rejects(async () => keys.sealDraft({ draft: wrap.id, seq: 1, state: {} }));
});

test("with the share that the node opens it is open again, with any other it is not", async () => {
  const wrap = await begin(key);
  const bytes = await keys.sealDraft({ draft: wrap.id, seq: 1, state: { said: "words" } });
  forget(wrap);
  await signIn([wrap]);
  assert.equal(await keys.openShared(wrap, "00".repeat(32)), false);
  const share = await openShare(fromHex(wrap.share.sealed), nodeKey);
  assert.equal(await keys.openShared(wrap, toHex(share)), true);
  assert.deepEqual(await keys.openDraft({ draft: wrap.id, seq: 1, bytes }), { said: "words" });
});

test("the share is not in what is stored beside the draft", async () => {
  const wrap = await begin(key);
  const share = toHex(await openShare(fromHex(wrap.share.sealed), nodeKey));
  const stored = JSON.stringify({ ...wrap, wrapped: toHex(wrap.wrapped), note: toHex(wrap.note) });
  assert.ok(!stored.includes(share));
});

test("another passphrase than the draft's closes it", async () => {
  const wrap = await begin(key);
  forget(wrap);
  assert.equal((await signIn([wrap], { passphrase: "other words" }))[0].state, "closed");
});

test("a draft begun without a key of the node opens with the passphrase alone", async () => {
  const wrap = await begin(null);
  forget(wrap);
  assert.equal(wrap.share, null);
  assert.equal((await signIn([wrap]))[0].state, "open");
});

test("two drafts have no key, salt or share in common", async () => {
  const [one, other] = [await begin(key), await keys.beginDraftKeys({ key: null, begun: BEGUN })];
  for (const name of ["id", "salt"]) assert.notEqual(one[name], other[name]);
  const bytes = await keys.sealDraft({ draft: one.id, seq: 1, state: {} });
  await assert.rejects(keys.openDraft({ draft: other.id, seq: 1, bytes }));
});

test("what a pause keeps opens with the passphrase, and with another secret it does not", async () => {
  const wrap = await begin(key);
  const paused = await keys.pauseKeys();
  forget(wrap);
  const guess = { ...paused, secret: new Uint8Array(32) };
  assert.equal((await signIn([wrap], { paused: guess }))[0].state, "share");
  assert.equal((await signIn([wrap], { paused }))[0].state, "open");
});

test("what a pause keeps is forgotten after twelve hours, five wrong passphrases, or a clock that was set back", () => {
  for (const end of [(kept, at) => (at.now += 12 * 3600e3 + 1), (kept) => [1, 2, 3, 4, 5].forEach(kept.wrong), (kept, at) => (at.now -= 1)]) {
    const at = { now: 1e12 };
    const secret = new Uint8Array(32).fill(9);
    const kept = keepForPause({ secret, drafts: {} }, () => at.now);
    kept.wrong();
    assert.ok(kept.kept());
    end(kept, at);
    assert.equal(kept.kept(), null);
    assert.deepEqual(secret, new Uint8Array(32), "and its bytes are gone");
  }
});

test("from the third wrong passphrase on each answer takes longer, and never for ever", () => {
  assert.deepEqual([0, 1, 2, 3, 4, 5, 6, 7, 100].map(waitAfter), [0, 0, 0, 2, 4, 8, 16, 30, 30]);
});

test("the refusal of a draft is always the same one, and no other draft's", () => {
  assert.equal(keys.refusalOf("aa".repeat(16)), keys.refusalOf("aa".repeat(16)));
  assert.notEqual(keys.refusalOf("aa".repeat(16)), keys.refusalOf("bb".repeat(16)));
  assert.match(keys.refusalOf("aa".repeat(16)), /^[0-9a-f]{32}$/);
});

/** The phone's store, in memory. */
const memory = () => {
  const stores = new Map();
  const at = (name) => stores.get(name) ?? stores.set(name, new Map()).get(name);
  return {
    read: async (name, id) => at(name).get(id),
    all: async (name) => [...at(name).values()],
    write: async (name, id, value) => void at(name).set(id, value),
    writeTogether: async (writes) => writes.forEach(([name, id, value]) => at(name).set(id, value)),
    take: async (name, fits) => {
      const found = [...at(name)].find(([, value]) => fits(value));
      if (found) at(name).delete(found[0]);
      return found?.[1];
    },
    remove: async (name, id) => void at(name).delete(id),
  };
};
const nodeGiving = (station = "n1") => {
  const node = { asked: [], destroyed: [], given: 0 };
  node.shareStock = async ({ want }) => {
    node.asked.push(want);
    return { station, keys: Array.from({ length: want }, () => ({ id: `${station}-${(node.given += 1)}`, recipient: "age1pq1" })) };
  };
  node.destroyShares = async (ids) => {
    node.destroyed.push(...ids);
    return { destroyed: ids };
  };
  return node;
};

test("no key of the stock is given to two drafts, nor to another person's", async () => {
  const [store, node] = [memory(), nodeGiving()];
  const stock = stockIn(store, node);
  await stock.fill("p1", "phone-1");
  assert.equal(await stock.take("p2"), null);
  const taken = [];
  for (let next = await stock.take("p1"); next; next = await stock.take("p1")) taken.push(next.id);
  assert.equal(new Set(taken).size, 6);
  await stock.fill("p1", "phone-1");
  assert.ok(!taken.includes((await stock.take("p1")).id));
});

test("the node hears which phone asks, by an id that the phone made once, whoever holds it", async () => {
  const [store, node, heard] = [memory(), nodeGiving(), []];
  const listening = { ...node, shareStock: async (asked) => (heard.push(asked), node.shareStock(asked)) };
  await stockIn(store, listening).fill("p1", "phone-1");
  await stockIn(store, listening).fill("p2", "phone-2");
  assert.match(heard[0].handset, /^[0-9a-f]{32}$/);
  assert.deepEqual(heard.map(({ device, handset }) => [device, handset]), [["phone-1", heard[0].handset], ["phone-2", heard[0].handset]]);
});

test("the stock is filled up, not piled up; keys of another node and old ones go and are destroyed where they came from", async () => {
  const [store, first, second] = [memory(), nodeGiving("n1"), nodeGiving("n2")];
  const clock = { now: 1e12 };
  await stockIn(store, first, () => clock.now).fill("p1", "phone-1");
  await stockIn(store, first, () => clock.now).fill("p1", "phone-1");
  assert.deepEqual(first.asked, [6, 0]);
  const elsewhere = stockIn(store, second, () => clock.now);
  await elsewhere.fill("p1", "phone-1");
  await elsewhere.settle("n2");
  assert.deepEqual(second.destroyed, [], "n2 does not hold them");
  await stockIn(store, first).settle("n1");
  assert.equal(first.destroyed.length, 6);
  clock.now += 31 * 24 * 3600e3;
  assert.equal(await elsewhere.take("p1"), null, "too old to begin with");
});

test("the share of a draft that ended is destroyed when its node is near, and asked for again when the answer was lost", async () => {
  const [store, node] = [memory(), nodeGiving()];
  const stock = stockIn(store, node);
  await store.writeTogether(stock.ending({ id: "k1", station: "n1", sealed: "" }));
  assert.deepEqual(stock.ending(null), []);
  const lost = { ...node, destroyShares: async () => Promise.reject(new Error("away")) };
  await assert.rejects(stockIn(store, lost).settle("n1"));
  await stock.settle("n1");
  await stock.settle("n1");
  assert.deepEqual(node.destroyed, ["k1"]);
});

const bucket = () => {
  const held = { slots: new Map(), destroyed: false };
  return Object.assign(held, {
    wrap: async () => held.slots.get("wrap"),
    begin: async (wrap) => void held.slots.set("wrap", wrap),
    save: async (seq, bytes) => void held.slots.set(seq % 2 ? "b" : "a", { seq, bytes }),
    destroy: async () => void (held.destroyed = true),
  });
};

test("each person finds their own drafts; one that was done before a crash, or was moved, is cleared away", async () => {
  const [store, buckets] = [memory(), new Map()];
  const openStore = async (id) => buckets.get(id) ?? buckets.set(id, bucket()).get(id);
  const drafts = draftsIn(store, openStore);
  for (const [id, person] of [["a", "p1"], ["b", "p2"], ["c", "p1"]]) await drafts.begin({ id }, person);
  await drafts.begin({ id: "d" }, "p1", { first: new Uint8Array(1), replaces: "c" });
  await store.write("settings", "done-a", true);
  const again = draftsIn(store, openStore);
  assert.deepEqual((await again.of("p1")).map(({ id }) => id), ["d"]);
  assert.deepEqual([...buckets].filter(([, each]) => each.destroyed).map(([id]) => id).sort(), ["a", "c"]);
  assert.deepEqual((await again.of("p2")).map(({ id }) => id), ["b"]);
});

test("a draft that could not be entered leaves nothing behind", async () => {
  const [store, made] = [memory(), bucket()];
  const full = { ...store, writeTogether: async () => Promise.reject(new DOMException("full", "QuotaExceededError")) };
  await assert.rejects(draftsIn(full, async () => made).begin({ id: "a" }, "p1"), { name: "QuotaExceededError" });
  assert.equal(made.destroyed, true);
});

test("a draft that the browser threw away is told, not left out", async () => {
  const store = memory();
  await draftsIn(store, async () => bucket()).begin({ id: "a" }, "p1");
  const [entry] = await draftsIn(store, async () => bucket()).of("p1");
  assert.equal(entry.wrap, null);
});

test("a day makes a draft overdue; a clock that must be wrong makes nothing", () => {
  const now = Date.parse("2026-11-24T10:00:00Z");
  const age = (begun, first = "2026-01-05") => ageOf(begun, now, first);
  assert.equal(age("2026-11-23T10:00:01Z"), "young");
  assert.equal(age("2026-11-23T10:00:00Z"), "old");
  assert.equal(age("2026-11-24T10:04:00Z"), "young", "two clocks differ a little");
  assert.equal(age("2026-11-24T11:00:00Z"), "clock", "begun in the future");
  assert.equal(age("2026-11-22T10:00:00Z", "2026-11-23"), "clock", "begun before the organisation was");
  assert.equal(ageOf("2026-11-24T10:00:00Z", Date.parse("2020-01-01T00:00:00Z"), "2026-01-05"), "clock", "read before it was");
  assert.equal(age("2026-08-01T10:00:00Z"), "clock", "months ago");
  assert.equal(age("no time"), "clock");
});

test("a draft belongs to one window at a time", async () => {
  const taken = new Set();
  const locks = {
    request: async (name, _, work) => {
      if (taken.has(name)) return work(null);
      taken.add(name);
      return Promise.resolve(work({})).finally(() => taken.delete(name));
    },
  };
  assert.equal(await claim("x", locks), true);
  assert.equal(await claim("x", locks), true, "again by the same window");
  taken.add("draft-y");
  assert.equal(await claim("y", locks), false);
  letGo("x");
  await new Promise(setImmediate);
  assert.ok(!taken.has("draft-x"));
});
