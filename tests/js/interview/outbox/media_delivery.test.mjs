/** Recordings and pictures to the node: text first, piece by piece, resumed, once, and kept until a receipt names everything. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { deliver } from "../../../../testimony/web/static/js/interview/outbox/delivery.js";
import { readFrames, writeFrames } from "../../../../testimony/web/static/js/interview/node/frames.js";
import { deliverMedia } from "../../../../testimony/web/static/js/interview/outbox/media_delivery.js";
import { paceOf } from "../../../../testimony/web/static/js/interview/outbox/backoff.js";
import { NodeAway, NodeRefused } from "../../../../testimony/web/static/js/interview/node/node.js";
import { outboxIn } from "../../../../testimony/web/static/js/interview/outbox/store.js";
import { carryFile, takeReceipts } from "../../../../testimony/web/static/js/interview/outbox/carry_file.js";
import { objectsAt } from "../../../../testimony/web/static/js/interview/media/sealed_pieces.js";
import { entryWithMedia, nodeFor, verifyReceiptOf } from "../../support/media.mjs";
import { bytesOf, entryOf, storeInMemory } from "../../support/phones.mjs";

/** A phone with these in its outbox; the bins of those with media. */
const phoneWith = async (...made) => {
  const outbox = outboxIn(storeInMemory());
  const bins = new Map();
  for (const { entry, rows } of made) {
    await outbox.put(entry, `draft-${entry.id}`);
    if (rows) bins.set(entry.id, rows);
  }
  const openBin = async (id) => ({ read: async (key) => bins.get(id)?.get(key) });
  const drop = async (id) => void bins.delete(id);
  const pace = paceOf(() => 0);
  const options = (node) => ({ outbox, node, verify: verifyReceiptOf, openBin, drop, pace });
  const attempt = async (node, more = {}) => {
    await deliver({ outbox, node, verify: verifyReceiptOf });
    await deliverMedia({ ...options(node), ...more });
  };
  const shown = async () => Object.fromEntries((await outbox.states()).map(({ id, state, rule, media }) => [id, { state, rule, ...media }]));
  return { outbox, bins, openBin, pace, attempt, shown };
};
const entriesOf = (...made) => made.map(({ entry }) => entry);
const names = (came) => came.map((batch) => batch.length);

test("all text goes before any piece, then the pieces one by one, and all of it is dropped on the receipt that names all", async () => {
  const [one, two, plain] = [await entryWithMedia("one"), await entryWithMedia("two", 2), { entry: await entryOf("plain") }];
  const { bins, attempt, shown, outbox } = await phoneWith(one, two, plain);
  const node = nodeFor(entriesOf(one, two, plain));
  const told = [];
  await attempt(node, { progress: ({ id }, done, total, piece) => told.push([id, piece.piece, piece.pieces]) });
  assert.deepEqual(node.came.map(([first]) => first).slice(0, 3), ["one", "two", "plain"]);
  assert.deepEqual(names(node.came), [2, 2, 2, 2, 2, 2, 2, 2]);
  assert.deepEqual((await shown()).one, { state: "node", rule: null, pieces: 3, left: 0, text: "" });
  assert.deepEqual((await shown()).plain, { state: "node", rule: null });
  assert.equal(bins.size, 0);
  const kept = await outbox.find("one");
  assert.equal(kept.container, undefined);
  assert.deepEqual(kept.names, [...one.entry.names, ...one.entry.media.pieces.flat()], "a later receipt has to name all");
  assert.deepEqual(told, [["one", 0, 3], ["one", 1, 3], ["one", 2, 3], ["two", 0, 2], ["two", 1, 2]]);
});

test("a receipt for the text makes the text safe, and drops nothing", async () => {
  const one = await entryWithMedia("one");
  const { bins, outbox, shown } = await phoneWith(one);
  const node = nodeFor(entriesOf(one));
  await deliver({ outbox, node, verify: verifyReceiptOf });
  assert.deepEqual(await shown(), { one: { state: "waiting", rule: null, pieces: 3, left: 3, text: "node" } });
  assert.ok((await outbox.find("one")).container);
  assert.equal(bins.size, 1);
  await deliver({ outbox, node, verify: verifyReceiptOf });
  assert.equal(node.came.length, 1, "and it does not go again");
});

test("cut at any batch it goes on where it stopped, and no piece goes twice", async () => {
  for (let cut = 1; cut <= 6; cut += 1) {
    for (const answered of [false, true]) {
      const one = await entryWithMedia("one", 4);
      const { attempt, shown, bins } = await phoneWith(one);
      let left = cut;
      const sound = nodeFor(entriesOf(one));
      const node = {
        ...sound,
        batch: async (bytes) => {
          left -= 1;
          if (left === 0 && answered) await sound.batch(bytes); // it came in, and the answer got lost
          return left === 0 ? Promise.reject(new NodeAway()) : sound.batch(bytes);
        },
      };
      for (let tries = 0; tries < 3; tries += 1) await attempt(node).catch((error) => assert.equal(error.name, "NodeAway"));
      assert.equal((await shown()).one.state, "node", `cut at ${cut}`);
      assert.equal(bins.size, 0);
      const pieces = sound.came.flat().filter((name) => !one.entry.names.includes(name));
      assert.deepEqual([...pieces].sort(), one.entry.media.pieces.flat().sort(), `each once, cut at ${cut}`);
    }
  }
});

test("of a piece that came in half the other half goes", async () => {
  const one = await entryWithMedia("one", 1);
  const { attempt, outbox } = await phoneWith(one);
  const node = nodeFor(entriesOf(one));
  await deliver({ outbox, node, verify: verifyReceiptOf });
  const [head, body] = one.entry.media.pieces[0];
  node.held.add(head);
  await attempt(node);
  assert.deepEqual(node.came.slice(1), [[body]]);
});

test("how many are left is remembered when the node goes away", async () => {
  const one = await entryWithMedia("one", 5);
  const { attempt, shown, pace } = await phoneWith(one);
  let pieces = 0;
  const node = nodeFor(entriesOf(one), { refuse: () => ((pieces += 1) > 3 ? Promise.reject(new NodeAway()) : null) });
  await assert.rejects(attempt(node), { name: "NodeAway" });
  assert.deepEqual((await shown()).one, { state: "waiting", rule: null, pieces: 5, left: 3, text: "node" });
  assert.equal(pace.ready(), false);
});

test("what is sealed meanwhile goes before the next piece", async () => {
  const [one, later] = [await entryWithMedia("one"), { entry: await entryOf("later") }];
  const { attempt, outbox, shown } = await phoneWith(one);
  const node = nodeFor(entriesOf(one, later), { refuse: async (batch) => (batch.includes(one.entry.media.pieces[0][0]) ? outbox.put(later.entry, "draft").then(() => null) : null) });
  await attempt(node);
  assert.deepEqual(node.came.map(([first]) => first), ["one", one.entry.media.pieces[0][0], "later", one.entry.media.pieces[1][0], one.entry.media.pieces[2][0]]);
  assert.equal((await shown()).later.state, "node");
});

test("a node with no room for media still takes text; that is said, nothing more is sent, and the next attempt waits", async () => {
  const [one, two, plain] = [await entryWithMedia("one"), await entryWithMedia("two"), { entry: await entryOf("plain") }];
  const { attempt, shown, pace, bins } = await phoneWith(one, two, plain);
  const node = nodeFor(entriesOf(one, two, plain), { refuse: (batch) => (batch.some((name) => name.length === 64) ? Promise.reject(new NodeRefused(507)) : null) });
  await attempt(node);
  const { one: first, two: second, plain: third } = await shown();
  assert.deepEqual([first.text, first.rule, second.text, second.rule, third.state], ["node", "full", "node", null, "node"]);
  assert.equal(node.came.length, 3);
  assert.equal(pace.ready(), false);
  assert.equal(bins.size, 2);
});

test("a piece that cannot be read, was changed here, or is refused, holds back neither the others nor other testimonies", async () => {
  const ways = {
    gone: [(rows) => rows.delete("media-002"), "damaged.here"],
    changed: [(rows) => rows.get("media-002").objects[0].fill(1), "damaged.here"],
    refused: [() => null, "size.limit"],
  };
  for (const [what, [change, rule]] of Object.entries(ways)) {
    const [one, two] = [await entryWithMedia("one"), await entryWithMedia("two")];
    change(one.rows);
    const { attempt, shown, bins } = await phoneWith(one, two);
    const bad = one.entry.media.pieces[1][1];
    const node = nodeFor(entriesOf(one, two), { refuse: (batch) => (what === "refused" && batch.includes(bad) ? "size.limit" : null) });
    await attempt(node);
    const { one: first, two: second } = await shown();
    assert.deepEqual([first.state, first.rule, first.left, second.state], ["waiting", rule, 1, "node"], what);
    assert.ok(bins.has("one"));
  }
});

test("at another node than the one that has the text the text goes first, and its receipt is wanted", async () => {
  const one = await entryWithMedia("one");
  const { attempt, shown, outbox } = await phoneWith(one);
  await deliver({ outbox, node: nodeFor(entriesOf(one)), verify: verifyReceiptOf });
  const other = nodeFor(entriesOf(one));
  await attempt(other);
  assert.deepEqual(other.came[0], ["one", "one-head"]);
  assert.equal((await shown()).one.state, "node");
});

test("a receipt that got lost is asked for again, and only a verified one ends anything", async () => {
  const one = await entryWithMedia("one");
  const { attempt, shown, bins, outbox, openBin } = await phoneWith(one);
  const node = nodeFor(entriesOf(one));
  const deaf = { outbox, node, openBin, drop: async () => assert.fail("nothing was signed for"), pace: paceOf(() => 0) };
  await deliver({ outbox, node, verify: verifyReceiptOf });
  await deliverMedia({ ...deaf, verify: async () => null });
  assert.deepEqual((await shown()).one, { state: "waiting", rule: null, pieces: 3, left: 0, text: "node" });
  assert.equal(bins.size, 1);
  const before = node.came.length;
  await attempt(node);
  assert.deepEqual(node.came.slice(before), [["one"]]);
  assert.equal((await shown()).one.state, "node");
});

test("what was withdrawn meanwhile is not sent to its end", async () => {
  const one = await entryWithMedia("one", 6);
  const { attempt, shown, bins, outbox } = await phoneWith(one);
  const withdrawn = new Set();
  const node = nodeFor(entriesOf(one), { withdrawn });
  await deliver({ outbox, node, verify: verifyReceiptOf });
  withdrawn.add("one");
  await attempt(node);
  assert.deepEqual(names(node.came), [2, 2, 1]);
  assert.equal((await shown()).one.state, "withdrawn");
  assert.equal(bins.size, 0);
});

test("an answer that is none ends the turn of its entry, and the next has its own", async () => {
  const [one, two] = [await entryWithMedia("one"), await entryWithMedia("two")];
  const { attempt, shown } = await phoneWith(one, two);
  const sound = nodeFor(entriesOf(one, two));
  let asked = 0;
  const node = {
    ...sound,
    batch: async (bytes) => {
      const { frames } = await readFrames(bytes);
      if (!frames.some(({ payload }) => new TextDecoder().decode(payload).startsWith("one head"))) return sound.batch(bytes);
      asked += 1;
      return bytesOf("<html>sign in to this hotspot</html>");
    },
  };
  await attempt(node);
  assert.equal(asked, 1);
  assert.deepEqual([(await shown()).one.left, (await shown()).two.state], [3, "node"]);
});

test("a phone too full to remember how far it is delivers all the same: that is what makes room", async () => {
  const one = await entryWithMedia("one");
  const store = storeInMemory();
  const { bins, openBin } = await phoneWith(one);
  const outbox = outboxIn({ ...store, update: (name, key, change) => store.update(name, key, (held) => {
    const next = change(held);
    if (next?.container) throw new DOMException("full", "QuotaExceededError");
    return next;
  }) });
  await outbox.put(one.entry, "draft");
  outbox.settle = (id, state) => (state === "waiting" ? null : outboxIn(store).settle(id, state, null));
  const node = nodeFor(entriesOf(one));
  await deliver({ outbox, node, verify: verifyReceiptOf });
  assert.equal((await outbox.states())[0].media.text, "", "not even that its text is safe");
  await deliverMedia({ outbox, node, verify: verifyReceiptOf, openBin, drop: async (id) => bins.delete(id), pace: paceOf(() => 0) });
  assert.equal((await outbox.states())[0].state, "node");
  assert.equal(bins.size, 0);
});

test("media of a text that the node refuses are not sent to it", async () => {
  const one = await entryWithMedia("one");
  const { attempt, outbox } = await phoneWith(one);
  const node = nodeFor(entriesOf(one), { refuse: () => "signer.inactive" });
  await attempt(node);
  assert.equal(node.came.length, 1);
  const [{ rule, media }] = await outbox.states();
  assert.deepEqual([rule, media.text], ["signer.inactive", ""]);
});

test("after a failure each wait is longer, up to ten minutes, and a piece that arrives ends that", () => {
  const at = { now: 0 };
  const pace = paceOf(() => at.now, () => 1);
  const waits = Array.from({ length: 8 }, () => {
    pace.failed();
    const from = at.now;
    while (!pace.ready()) at.now += 1000;
    return (at.now - from) / 1000;
  });
  assert.deepEqual(waits, [15, 30, 60, 120, 240, 480, 600, 600]);
  pace.arrived();
  pace.failed();
  at.now += 15_000;
  assert.equal(pace.ready(), true);
});

test("a long recording is asked about in questions that a slow link can carry", async () => {
  const one = await entryWithMedia("one", 640);
  const { attempt, shown, outbox } = await phoneWith(one);
  const node = nodeFor(entriesOf(one));
  const asked = [];
  const counting = { ...node, have: async (given) => (asked.push(given.length), node.have(given)) };
  await deliver({ outbox, node: counting, verify: verifyReceiptOf });
  one.entry.media.pieces.flat().forEach((name) => node.held.add(name));
  await attempt(counting);
  assert.deepEqual(asked, [2, 512, 512, 258]);
  assert.equal((await shown()).one.state, "node");
});

test("a file holds the media behind their text, names what it lacks, and the receipts that come back count for what they name", async () => {
  const [one, two] = [await entryWithMedia("one"), await entryWithMedia("two", 2)];
  two.rows.delete("media-001");
  const { outbox, openBin, shown } = await phoneWith(one, two);
  const piecesOf = async function* ({ media }) {
    for (const [place, given] of media.pieces.entries()) yield objectsAt(await openBin(media.bin), place, given);
  };
  const { file, ids, damaged, lacking } = await carryFile(await outbox.all(), piecesOf);
  assert.deepEqual([ids, damaged, lacking], [["one", "two"], [], ["two"]]);
  const { frames, whole } = await readFrames(new Uint8Array(await file.arrayBuffer()));
  assert.equal(whole, true);
  assert.deepEqual(frames.map(({ kind }) => kind[0]).join(""), "roooooooro" + "oo");
  const node = nodeFor(entriesOf(one, two));
  const back = (await readFrames(await node.batch(await writeFrames(frames)))).frames.filter(({ kind }) => kind === "record");
  const nested = back.map(({ payload }) => ({ kind: "record", payload: bytesOf(JSON.stringify({ record: new TextDecoder().decode(payload) })) }));
  const verify = async (payload, wanted) => verifyReceiptOf(bytesOf(JSON.parse(new TextDecoder().decode(payload)).record), wanted);
  assert.deepEqual(await takeReceipts({ bytes: await writeFrames(nested), outbox, verify }), { found: 2, moved: 1 });
  assert.deepEqual([(await shown()).one.state, (await shown()).two.state, (await shown()).two.text], ["node", "waiting", "node"]);
});

test("of what was taken away from some readers at the node all else is safe there, and a receipt need not name their heads", async () => {
  const one = await entryWithMedia("one");
  const { bins, attempt, shown } = await phoneWith(one);
  const node = nodeFor(entriesOf(one), { withdrawn: new Set([one.entry.names[1]]) });
  await attempt(node);
  assert.deepEqual((await shown()).one, { state: "node", rule: null, pieces: 3, left: 0, text: "" });
  assert.equal(bins.size, 0);
});

test("a receipt that leaves out more than what was withdrawn makes nothing safe", async () => {
  const one = await entryWithMedia("one");
  const { bins, attempt, shown } = await phoneWith(one);
  const node = nodeFor(entriesOf(one), { withdrawn: new Set([one.entry.names[1]]) });
  const short = async (bytes) => {
    const frames = (await readFrames(await node.batch(bytes))).frames;
    const cut = frames.map(({ kind, payload }) => (kind === "record" ? { kind, payload: bytesOf(JSON.stringify({ record: "one", parts: [] })) } : { kind, payload }));
    return writeFrames(cut);
  };
  await attempt({ ...node, batch: short });
  assert.equal((await shown()).one.state, "waiting");
  assert.equal(bins.size, 1);
});
