/** What a node puts off is asked for again when it says, and one step of it fits into the few requests that it takes. */

import assert from "node:assert/strict";
import test from "node:test";

import { meetNode, requestsFor } from "../../../../testimony/web/static/js/interview/draft/key_shares.js";
import { meetingsOf } from "../../../../testimony/web/static/js/interview/node/meetings.js";
import { NodeAway, NodeRefused } from "../../../../testimony/web/static/js/interview/node/node.js";

/** Somebody signed in with drafts in `states`, and a node of whose requests `refusing(name, number)` gives the error or null. */
const field = (states, refusing) => {
  const now = { ms: 0 };
  const [asked, came] = [[], []];
  const ask = async (name, answer) => {
    asked.push(name);
    const refused = refusing(name, asked.length, now.ms);
    if (refused) throw refused;
    return answer;
  };
  const session = { open: true, person: "interviewer-1", device: "phone-1", drafts: states.map((state, n) => ({ id: `draft-${n}`, state, wrap: { share: { id: n } } })) };
  const phone = {
    trust: { trust: { shares: true } },
    vault: async () => ({ call: async (name) => name === "isActive" || name === "openShared" }),
    nodeSession: { settle: async () => null },
    renewTrust: async () => null,
    node: { nonce: async () => "nonce", signIn: async () => null, openShare: () => ask("open", "share") },
    stock: { fill: () => ask("fill", "station"), settle: () => ask("destroy") },
  };
  const meetings = meetingsOf({
    phone,
    current: () => session,
    meet: (mine) => meetNode(phone, mine, () => null),
    requests: ({ drafts }) => requestsFor(drafts),
    told: async (what) => came.push(what),
    clock: () => now.ms,
  });
  return { meetings, session, asked, came, now, states: () => session.drafts.map(({ state }) => state) };
};

/** The node's own limit: `left` requests at once, then one every `period` ms. */
const limited = (left, period) => {
  let [tokens, seen] = [left, 0];
  return (name, number, ms) => {
    [tokens, seen] = [tokens + (ms - seen) / period, ms];
    if (tokens < 1) return new NodeRefused(429, Math.ceil((1 - tokens) * period));
    tokens -= 1;
    return null;
  };
};

for (const status of [429, 502, 503, 504]) {
  test(`a draft opens by itself after a node answered ${status}`, async () => {
    const { meetings, came, now, states } = field(["share"], (name, number) => (number < 3 ? new NodeRefused(status, 5000) : null));
    await meetings.tell();
    assert.deepEqual([came.at(-1), states(), meetings.due()], [{ near: true, wait: 5000 }, ["share"], false]);
    now.ms += 5000;
    assert.equal(meetings.due(), true);
    await meetings.tell();
    now.ms += 5000;
    await meetings.tell();
    assert.deepEqual([came.at(-1), states(), meetings.due()], [{ near: true, wait: null }, ["open"], false]);
  });
}

test("a node that does not say when is asked again after 15 seconds", async () => {
  const { meetings, came } = field(["share"], () => new NodeRefused(503));
  await meetings.tell();
  assert.deepEqual(came, [{ near: true, wait: 15_000 }]);
});

test("what somebody waits for is asked before the stock, and what may open here before what another node opens", async () => {
  const { meetings, asked, session } = field(["elsewhere", "share"], (name, number) => (number === 2 ? new NodeRefused(409) : null));
  await meetings.tell();
  assert.deepEqual(asked, ["open", "open", "fill", "destroy"]);
  assert.deepEqual(session.drafts.map(({ state }) => state), ["elsewhere", "open"]);
});

test("under the node's limit all of it is done in the end, step by step", async () => {
  const { meetings, came, asked, now, states } = field(["share", "share", "share"], limited(0, 20_000));
  await meetings.tell();
  for (let round = 0; round < 9 && came.at(-1).wait !== null; round += 1) {
    now.ms += came.at(-1).wait;
    await meetings.tell();
  }
  assert.deepEqual([came.at(-1).wait, states()], [null, ["open", "open", "open"]]);
  assert.equal(asked.at(-1), "destroy");
});

for (const status of [500, 507]) {
  test(`a draft whose share a node refused with ${status} is asked for again by itself, once a minute`, async () => {
    const { meetings, came, now, states } = field(["share"], (name, number) => (number === 1 ? new NodeRefused(status) : null));
    await meetings.tell();
    now.ms += 59_000;
    assert.deepEqual([came.at(-1), states(), meetings.due()], [{ near: true, wait: null }, ["share"], false]);
    now.ms += 1000;
    assert.equal(meetings.due(), true);
    await meetings.tell();
    now.ms += 60_000;
    assert.deepEqual([states(), meetings.due()], [["open"], false]);
  });

  test(`a node that answers ${status} when it fills the stock is asked again by itself`, async () => {
    const { meetings, asked, now } = field([], (name, number) => (number === 1 ? new NodeRefused(status) : null));
    await meetings.tell();
    now.ms += 60_000;
    assert.equal(meetings.due(), true);
    await meetings.tell();
    now.ms += 60_000;
    assert.deepEqual([asked, meetings.due()], [["fill", "fill", "destroy"], false]);
  });
}

test("a share that the node finds malformed is not asked for again by itself", async () => {
  const { meetings, now } = field(["share"], (name, number) => (number === 1 ? new NodeRefused(400) : null));
  await meetings.tell();
  now.ms += 600_000;
  assert.equal(meetings.due(), false);
});

for (const status of [400, 500, 507]) {
  test(`a node that answers ${status} about one draft still does the rest, and is not called busy`, async () => {
    const { meetings, came, asked, states } = field(["share", "share"], (name, number) => (number === 1 ? new NodeRefused(status, 600_000) : null));
    await meetings.tell();
    assert.deepEqual([came, states()], [[{ near: true, wait: null }], ["share", "open"]]);
    assert.deepEqual(asked, ["open", "open", "fill", "destroy"]);
  });
}

test("out of reach it is asked again at the next look", async () => {
  const { meetings, came } = field(["share"], () => new NodeAway());
  await meetings.tell();
  assert.deepEqual([came, meetings.due()], [[{ near: false, wait: null }], true]);
});

test("a sign-in that the node puts off counts as not near, and is tried when it says", async () => {
  const { meetings, session, came, now } = field([], () => null);
  session.drafts = [];
  const busy = meetingsOf({
    phone: { vault: async () => ({ call: async () => true }), nodeSession: { settle: async () => null }, renewTrust: async () => null, node: { nonce: async () => Promise.reject(new NodeRefused(503, 5000)) } },
    current: () => session,
    meet: async () => null,
    requests: () => 2,
    told: async (what) => came.push(what),
    clock: () => now.ms,
  });
  await busy.tell();
  assert.deepEqual([came, busy.due()], [[{ near: false, wait: 5000 }], false]);
});
