/** What a node that is near does for drafts, and what it must leave alone. */

import assert from "node:assert/strict";
import test from "node:test";

import { isUnreadable, meetNode } from "../../../../testimony/web/static/js/interview/draft/key_shares.js";
import { inTurn } from "../../../../testimony/web/static/js/interview/draft/turns.js";

test("an interview that is begun while the node is asked is not moved under it", async () => {
  const session = { person: "interviewer-1", device: "phone-1", drafts: [] };
  let working = null;
  const calls = [];
  const phone = {
    trust: { trust: { shares: true } },
    stock: {
      fill: async () => {
        working = "begun"; // meanwhile somebody begins, with no key in stock
        session.drafts.push({ id: "begun", state: "open", wrap: {}, draft: { snapshots: async () => calls.push("read") && [] } });
        return "station";
      },
      settle: async () => null,
      take: async () => calls.push("take") && null,
    },
    vault: async () => ({ call: async (name) => calls.push(name) }),
  };
  await meetNode(phone, session, () => working);
  assert.deepEqual(calls, []);
  assert.equal(session.drafts[0].id, "begun");
});

/** A phone whose one draft stands in a store that throws once it was cleared, as a closed database does. */
const phoneWithWeak = () => {
  const gone = new Set();
  const draftOf = (id) => ({
    snapshots: async () => {
      await null;
      if (gone.has(id)) throw new Error(`the draft ${id} is closed`);
      return [{ seq: 1, bytes: id }];
    },
  });
  const calls = {
    begin: () => ({ id: "moved", share: {} }),
    snapshot: () => "bytes",
    openSnapshot: ({ draft, bytes }) => (draft === bytes ? { words: "kept" } : null),
    forgetDraft: () => null,
  };
  const phone = {
    trust: { trust: { shares: true, sitting: false } },
    stock: { fill: async () => "station", settle: async () => null, take: async () => "key" },
    vault: async () => ({ call: async (name, asked) => calls[name](asked) }),
    drafts: { begin: async ({ id }) => draftOf(id), clear: async (id) => (gone.add(id), new Promise((cleared) => setTimeout(cleared, 5))) },
    media: async () => ({ moving: async (from, to, begin) => begin([]) }),
  };
  return { phone, entry: { id: "weak", state: "open", begun: "2027-01-01", wrap: {}, draft: draftOf("weak") } };
};

test("a list that is read while a draft is moved sees the old one or the new one, and never a half", async () => {
  Object.defineProperty(globalThis, "navigator", { configurable: true, value: { locks: { request: async (name, how, work) => work({}) } } });
  const { phone, entry } = phoneWithWeak();
  const met = meetNode(phone, { person: "interviewer-1", device: "phone-1", drafts: [entry] }, () => null);
  const seen = [];
  for (let look = 0; look < 20; look += 1) {
    seen.push(inTurn(async () => [entry.id, await isUnreadable(phone, entry)]));
    await new Promise((passed) => setTimeout(passed, 1));
  }
  await met;
  const ids = (await Promise.all(seen)).map(([id, unreadable]) => (assert.equal(unreadable, false), id));
  assert.deepEqual([...new Set(ids)].sort(), ["moved", "weak"]);
});
