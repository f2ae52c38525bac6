/** The outbox in the store: sealed bytes stay until somebody signed, two windows never undo each other, the list can be cleared. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { entryOf, outboxWith, statesOf } from "../../support/phones.mjs";

test("what waits keeps its bytes and its reason; what is delivered keeps its names and no byte", async () => {
  const outbox = await outboxWith(await entryOf("one"), await entryOf("two"));
  await outbox.settle("one", "waiting", "size.limit");
  await outbox.settle("two", "node", null);
  const [one] = await outbox.all();
  assert.equal(one.rule, "size.limit");
  assert.ok(one.container.length > 0);
  const two = await outbox.find("two");
  assert.equal(two.container, undefined);
  assert.deepEqual(two.names, ["two", "two-head"]);
});

test("a second window that comes late leaves what the first one settled", async () => {
  const outbox = await outboxWith(await entryOf("one"));
  await outbox.settle("one", "headquarters", null);
  await outbox.settle("one", "waiting", "http.413");
  await outbox.settle("one", "node", null);
  assert.deepEqual(await statesOf(outbox), { one: "headquarters" });
  await outbox.settle("never", "node", null);
  assert.equal(await outbox.advance("never", "desk"), false);
});

test("a delivered refusal is forgotten, by whichever way its receipt came", async () => {
  const refusal = async (id) => ({ ...(await entryOf(id)), kind: "refusal" });
  const outbox = await outboxWith(await refusal("one"), await refusal("two"));
  await outbox.settle("one", "node", null);
  await outbox.advance("two", "node");
  assert.deepEqual(await outbox.states(), []);
});

test("clearing takes what is delivered off the list and nothing that waits", async () => {
  const outbox = await outboxWith(await entryOf("one"), await entryOf("two"), await entryOf("three"));
  await outbox.settle("one", "node", null);
  await outbox.settle("two", "withdrawn", null);
  assert.equal(await outbox.clear(), 2);
  assert.deepEqual(await statesOf(outbox), { three: "waiting" });
});

test("the list that is shown holds no ciphertext", async () => {
  const outbox = await outboxWith(await entryOf("one"));
  await outbox.saved(["one"], "2026-11-24");
  assert.deepEqual(await outbox.states(), [{ id: "one", kind: "testimony", day: "2026-11-24", nth: 1, state: "waiting", rule: null, saved: "2026-11-24" }]);
});

test("testimonies are counted day by day, and keep number and note when they are delivered; one that is withdrawn keeps no note", async () => {
  const note = { argon: "01", salt: "02", sealed: new Uint8Array(3) };
  const outbox = await outboxWith({ ...(await entryOf("one")), note }, { ...(await entryOf("two")), note }, { ...(await entryOf("next")), day: "2026-11-25", note });
  const shown = async () => Object.fromEntries((await outbox.states()).map(({ id, nth, note: kept }) => [id, [nth, Boolean(kept)]]));
  assert.deepEqual(await shown(), { one: [1, true], two: [2, true], next: [1, true] });
  await outbox.settle("one", "node", null);
  await outbox.takeBack("two", "2026-11-25", { id: "w", kind: "withdraw", day: "2026-11-25", names: ["w"] });
  assert.deepEqual(await shown(), { one: [1, true], two: [2, false], next: [1, true], w: [undefined, false] });
  await outbox.rename("two", note);
  assert.deepEqual((await shown()).two, [2, false], "what was withdrawn gets no label any more");
});
