/** The outbox's way to the node: dropped on a verified receipt alone, and one bad entry never holds back the others. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { deliver } from "../../testimony/web/static/js/interview/delivery.js";
import { readFrames, writeFrames } from "../../testimony/web/static/js/interview/framing.js";
import { NodeRefused } from "../../testimony/web/static/js/interview/node.js";

const bytes = (text) => new TextEncoder().encode(text);
const entry = async (id) => ({ id, kind: "testimony", day: "2026-11-24", names: [id, `${id}-head`], container: await writeFrames([{ kind: "record", payload: bytes(id) }, { kind: "object", payload: bytes(`${id}-head`) }]) });

const outboxOf = (entries) => {
  const settled = {};
  return { settled, all: async () => entries, settle: async (id, state, rule) => (settled[id] = { state, rule }) };
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
