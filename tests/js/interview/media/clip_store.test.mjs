/** Recordings on the phone: whole languages or nothing of them, in one order, proven by hash, and never at the cost of an interview. */

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import test from "node:test";

import { fetchClip, keepClips, readClip } from "../../../../testimony/web/static/js/interview/media/clip_store.js";
import { LOW } from "../../../../testimony/web/static/js/interview/node/free_space.js";

const BASE = "https://node.example/interview/clips/";
const MIB = 1024 * 1024;
const bytesOf = (text) => new TextEncoder().encode(text);
const shaOf = (text) => createHash("sha256").update(text).digest("hex");
const clipOf = (text) => ({ sha256: shaOf(text), len: bytesOf(text).length, ms: 1000, type: "audio/webm" });
const clips = (...texts) => Object.fromEntries(texts.map((text) => [`told.${text}`, clipOf(text)]));
const sha = (url) => url.slice(BASE.length);

/** Cache Storage in memory; `full(name)` says whether nothing more goes into the cache of that name. */
const storesOf = (full = () => false) => {
  const held = new Map();
  const cache = (name) => ({
    keys: async () => [...held.get(name).keys()].map((url) => ({ url })),
    match: async (url) => held.get(name).get(url)?.clone(),
    delete: async (url) => held.get(name).delete(url),
    put: async (url, answer) => {
      if (full(name)) throw new DOMException("full", "QuotaExceededError");
      held.get(name).set(url, answer);
    },
  });
  return {
    has: async (name) => held.has(name),
    keys: async () => [...held.keys()],
    delete: async (name) => held.delete(name),
    open: async (name) => (held.has(name) ? null : held.set(name, new Map()), cache(name)),
    inside: (name) => [...(held.get(name)?.keys() ?? [])].map(sha),
  };
};
const plenty = { estimate: async () => ({ quota: 1000 * MIB, usage: MIB }) };

/** A node that gives `texts`; `asked` are the hashes in the order in which they were asked for, and `how` each time. */
const nodeWith = (...texts) => {
  const [asked, how] = [[], []];
  const ask = async (url, options) => {
    asked.push(sha(url));
    how.push(options);
    const text = texts.find((each) => shaOf(each) === sha(url));
    return text === undefined ? new Response("", { status: 404 }) : new Response(bytesOf(text));
  };
  return { ask, asked, how };
};

test("every language is asked for, in the order of the alphabet and one after the other, whoever speaks which, without a cookie", async () => {
  const node = nodeWith("a", "b", "c");
  const stores = storesOf();
  const states = await keepClips({ ps: clips("c", "a"), ar: clips("b"), en: {} }, { base: BASE, stores, storage: plenty, ask: node.ask });
  assert.deepEqual(states, { ar: "kept", ps: "kept" });
  assert.deepEqual(node.asked, ["b", "c", "a"].map(shaOf));
  assert.deepEqual(node.how, Array(3).fill({ credentials: "omit" }));
  assert.deepEqual(await stores.keys(), ["clips-ar", "clips-ps"]);
  assert.equal(await (await readClip("ps", clipOf("a"), { base: BASE, stores })).text(), "a");
  assert.equal((await readClip("ps", clipOf("a"), { base: BASE, stores })).type, "audio/webm");
});

test("what is kept is not asked for again, and what was recorded anew takes the place of what it was", async () => {
  const stores = storesOf();
  await keepClips({ ps: clips("a", "b") }, { base: BASE, stores, storage: plenty, ask: nodeWith("a", "b").ask });
  const again = nodeWith("a", "b", "c");
  assert.deepEqual(await keepClips({ ps: clips("a", "c") }, { base: BASE, stores, storage: plenty, ask: again.ask }), { ps: "kept" });
  assert.deepEqual(again.asked, [shaOf("c")]);
  assert.deepEqual(stores.inside("clips-ps").sort(), [shaOf("a"), shaOf("c")].sort());
  await keepClips({}, { base: BASE, stores, storage: plenty, ask: again.ask });
  assert.deepEqual(await stores.keys(), []);
});

test("other bytes than those that were signed for are not kept and not played", async () => {
  const stores = storesOf();
  const ask = async () => new Response(bytesOf("X"));
  assert.deepEqual(await keepClips({ ps: clips("a") }, { base: BASE, stores, storage: plenty, ask }), { ps: "away" });
  assert.deepEqual(stores.inside("clips-ps"), []);
  await assert.rejects(fetchClip(clipOf("a"), { base: BASE, ask }), { name: "WrongClip" });
  await (await stores.open("clips-ps")).put(BASE + shaOf("a"), new Response(bytesOf("X")));
  await assert.rejects(readClip("ps", clipOf("a"), { base: BASE, stores }), { name: "WrongClip" });
});

test("a node that goes away in the middle costs nothing that came, and the next language is tried", async () => {
  const stores = storesOf();
  const node = nodeWith("a", "d");
  assert.deepEqual(await keepClips({ ps: clips("a", "b"), ur: clips("d") }, { base: BASE, stores, storage: plenty, ask: node.ask }), { ps: "away", ur: "kept" });
  assert.deepEqual(stores.inside("clips-ps"), [shaOf("a")]);
  assert.deepEqual(await keepClips({ ps: clips("a", "b"), ur: clips("d") }, { base: BASE, stores, storage: plenty, ask: nodeWith("b").ask }), { ps: "kept", ur: "kept" });
});

test("where there is no room a language is dropped whole, and one that was kept before it stays", async () => {
  const stores = storesOf((name) => name === "clips-ps");
  const node = nodeWith("a", "b");
  assert.deepEqual(await keepClips({ ar: clips("a"), ps: clips("b") }, { base: BASE, stores, storage: plenty, ask: node.ask }), { ar: "kept", ps: "room" });
  assert.deepEqual(await stores.keys(), ["clips-ar"]);
});

test("sounds leave the room that interviews need: nothing is asked for that would not leave it", async () => {
  const [stores, node] = [storesOf(), nodeWith("a")];
  const storage = { estimate: async () => ({ quota: 2 * LOW, usage: LOW }) };
  assert.deepEqual(await keepClips({ ps: clips("a") }, { base: BASE, stores, storage, ask: node.ask }), { ps: "room" });
  assert.deepEqual([node.asked, await stores.keys()], [[], []]);
});

test("a phone that keeps nothing of a language has no recording of it, and makes no store by asking", async () => {
  const stores = storesOf();
  assert.equal(await readClip("ps", clipOf("a"), { base: BASE, stores }), null);
  assert.deepEqual(await stores.keys(), []);
});
