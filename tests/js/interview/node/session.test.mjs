/** The end of the node's session is owed from the moment when the phone changes hands, and paid once. */

import assert from "node:assert/strict";
import test from "node:test";

import { nodeSessionIn } from "../../../../testimony/web/static/js/interview/node/session.js";

const phone = () => {
  const kept = new Map();
  const node = { near: true, ended: 0, signOut: async () => (node.near ? (node.ended += 1) : Promise.reject(new TypeError("away"))) };
  const store = { full: false, read: async (_, key) => kept.get(key), writeIfTaken: async (_, key, value) => !store.full && Boolean(kept.set(key, value)) };
  return { node, store, session: nodeSessionIn(store, node) };
};

test("out of reach it stays owed, also for the page that is loaded next, and is paid when the node is near", async () => {
  const { node, store, session } = phone();
  await session.owe();
  node.near = false;
  await assert.rejects(session.settle());
  node.near = true;
  await nodeSessionIn(store, node).settle();
  await session.settle();
  assert.equal(node.ended, 1);
});

test("an attempt that failed does not stop the next", async () => {
  const { node, session } = phone();
  await session.owe();
  node.near = false;
  const first = session.settle();
  const second = session.settle();
  await assert.rejects(first);
  await assert.rejects(second);
  node.near = true;
  await session.settle();
  assert.equal(node.ended, 1);
});

test("where nothing is owed the session of whoever signed in goes on", async () => {
  const { node, session } = phone();
  await session.settle();
  assert.equal(node.ended, 0);
});

test("a phone that is too full to note it owes it as long as its page is open", async () => {
  const { node, store, session } = phone();
  store.full = true;
  await session.owe();
  await session.settle();
  await session.settle();
  assert.equal(node.ended, 1);
});
