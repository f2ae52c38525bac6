/** The outbox's way to the node: dropped on a verified receipt alone, and one bad entry never holds back the others. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { deliver } from "../../../../testimony/web/static/js/interview/outbox/delivery.js";
import { readFrames, writeFrames } from "../../../../testimony/web/static/js/interview/node/frames.js";
import { NodeRefused } from "../../../../testimony/web/static/js/interview/node/node.js";

const bytes = (text) => new TextEncoder().encode(text);
const entry = async (id) => ({ id, kind: "testimony", day: "2026-11-24", names: [id, `${id}-head`], container: await writeFrames([{ kind: "record", payload: bytes(id) }, { kind: "object", payload: bytes(`${id}-head`) }]) });

const outboxOf = (entries) => {
  const settled = {};
  return { settled, all: async () => entries, settle: async (id, state, rule) => (settled[id] = { state, rule }) };
};

/** `container` with another `end`, as damage leaves it. */
const withEnd = async (container, end) => {
  const header = bytes(`{"kind":"end","len":${end.length}}`);
  const at = new TextDecoder("latin1").decode(container).lastIndexOf('{"kind":"end"') - 4;
  return new Uint8Array([...container.slice(0, at), 0, 0, 0, header.length, ...header, ...bytes(end)]);
};

const answering = (status, receipt) => ({
  have: async () => "ff",
  batch: async (container) => {
    const [{ payload }] = (await readFrames(container)).frames;
    const name = new TextDecoder().decode(payload);
    return writeFrames([{ kind: "status", payload: bytes(JSON.stringify({ name, status, rule: status === "refused" ? "structure" : null })) }, ...(receipt ? [{ kind: "record", payload: bytes(name) }] : [])]);
  },
});

test("without a receipt that verifies nothing is dropped, whatever the node says", async () => {
  for (const [status, receipt] of [["stored", false], ["duplicate", true], ["withdrawn", true], ["refused", true]]) {
    const outbox = outboxOf([await entry("one")]);
    assert.equal(await deliver({ outbox, node: answering(status, receipt), verify: async () => null }), 1);
    assert.equal(outbox.settled.one.state, "waiting", status);
  }
});

test("a receipt is asked to name every head and body", async () => {
  const asked = [];
  const outbox = outboxOf([await entry("one")]);
  await deliver({ outbox, node: answering("stored", true), verify: async (_, wanted) => (asked.push(wanted), "node") });
  assert.deepEqual(asked, [{ recordId: "one", parts: ["one-head"] }]);
  assert.equal(outbox.settled.one.state, "node");
});

test("an entry that the node does not take, or that is damaged here, holds back no other", async () => {
  const [large, torn, sound] = [await entry("large"), await entry("torn"), await entry("sound")];
  torn.container = torn.container.slice(0, -3);
  const outbox = outboxOf([large, torn, sound]);
  const node = answering("stored", true);
  const batch = async (container) => {
    if (new TextDecoder().decode(container).includes("large")) throw new NodeRefused(413);
    return node.batch(container);
  };
  assert.equal(await deliver({ outbox, node: { ...node, batch }, verify: async () => "node" }), 2);
  assert.deepEqual(outbox.settled, {
    large: { state: "waiting", rule: "http.413" },
    torn: { state: "waiting", rule: "damaged.here" },
    sound: { state: "node", rule: null },
  });
});

test("a node out of reach ends the attempt, and everything waits", async () => {
  const outbox = outboxOf([await entry("one"), await entry("two")]);
  const away = { have: async () => Promise.reject(new TypeError("failed to fetch")) };
  await assert.rejects(deliver({ outbox, node: away, verify: async () => "node" }), TypeError);
  assert.deepEqual(outbox.settled, {});
});

test("a receipt of central says more than the node's, and progress is told before each entry goes", async () => {
  const outbox = outboxOf([await entry("one"), await entry("two")]);
  const seen = [];
  await deliver({ outbox, node: answering("stored", true), verify: async () => "central", progress: ({ id }, done, total) => seen.push([id, done, total]) });
  assert.deepEqual(seen, [["one", 0, 2], ["two", 1, 2]]);
  assert.equal(outbox.settled.one.state, "headquarters");
});

test("an entry whose end or bytes cannot be read at all is damaged, and those after it go", async () => {
  const [garbled, gone, nameless, sound] = [await entry("garbled"), await entry("gone"), await entry("nameless"), await entry("sound")];
  garbled.container = await withEnd(garbled.container, "{no json");
  gone.container = undefined;
  nameless.names = undefined;
  const outbox = outboxOf([garbled, gone, nameless, sound]);
  assert.equal(await deliver({ outbox, node: answering("stored", true), verify: async () => "node" }), 3);
  for (const id of ["garbled", "gone", "nameless"]) assert.deepEqual(outbox.settled[id], { state: "waiting", rule: "damaged.here" });
  assert.equal(outbox.settled.sound.state, "node");
});

test("an answer that says nothing leaves its entry waiting, and the others go", async () => {
  const sound = answering("stored", true);
  const nonsense = {
    "a status that is no JSON": { ...sound, batch: async () => writeFrames([{ kind: "status", payload: bytes("{no json") }]) },
    "no container": { ...sound, batch: async () => bytes("<html>sign in to this hotspot</html>") },
    "no bitmap": { ...sound, have: async () => undefined },
    "a bitmap of other letters": { ...sound, have: async () => "zz" },
  };
  for (const [what, node] of Object.entries(nonsense)) {
    const outbox = outboxOf([await entry("one"), await entry("two")]);
    const recordIn = async (container) => new TextDecoder().decode((await readFrames(container)).frames[0].payload);
    const forOne = {
      have: async (names) => (names[0] === "one" ? node : sound).have(names),
      batch: async (container) => ((await recordIn(container)) === "one" ? node : sound).batch(container),
    };
    await deliver({ outbox, node: forOne, verify: async () => "node" });
    assert.deepEqual(outbox.settled, { one: { state: "waiting", rule: null }, two: { state: "node", rule: null } }, what);
  }
});
