/** What a node that is near does for drafts, and what it must leave alone. */

import assert from "node:assert/strict";
import test from "node:test";

import { meetNode } from "../../../../testimony/web/static/js/interview/draft/key_shares.js";

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
