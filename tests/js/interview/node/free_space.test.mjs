/** Room on the phone: warned of before it is short, refused before it is gone, never guessed where the browser does not say. */
import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { LEAST, LOW, room, roomIn } from "../../../../testimony/web/static/js/interview/node/free_space.js";

test("what is free decides, at the limits too", () => {
  for (const [free, expected] of [[LOW, "enough"], [LOW - 1, "low"], [LEAST, "low"], [LEAST - 1, "none"], [-5, "none"]]) {
    assert.equal(roomIn({ quota: 1000 * LOW, usage: 1000 * LOW - free }), expected, String(free));
  }
});

test("a browser that does not say, or cannot, stops nobody", async () => {
  assert.equal(roomIn(), "enough");
  assert.equal(roomIn({ quota: undefined, usage: 3 }), "enough");
  assert.equal(await room({}), "enough");
  assert.equal(await room({ estimate: async () => Promise.reject(new Error("no")) }), "enough");
  assert.equal(await room({ estimate: async () => ({ quota: 10, usage: 9 }) }), "none");
});

test("a browser that never answers stops nobody either", async () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const asked = room({ estimate: () => new Promise(() => null) });
  mock.timers.tick(3000);
  assert.equal(await asked, "enough");
  mock.timers.reset();
});
