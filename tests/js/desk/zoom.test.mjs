import assert from "node:assert/strict";
import { test } from "node:test";

import { fitting, kept, turned, within } from "../../../testimony/web/static/js/desk/zoom.js";

const own = { width: 1200, height: 800 };

test("a picture is whole in its window, turned or not, and never made larger for that", () => {
  assert.equal(fitting(own, { width: 600, height: 600 }), 0.5);
  assert.equal(fitting(own, { width: 400, height: 600 }, 90), 0.5);
  assert.equal(fitting(own, { width: 5000, height: 5000 }), 1);
  assert.deepEqual(turned(own, 270), { width: 800, height: 1200 });
  assert.deepEqual(turned(own, 180), own);
});

test("the dot under the finger stays there", () => {
  const scroll = kept({ scroll: 100, at: 50, before: 1, after: 2 });
  assert.equal((scroll + 50) / 2, 150);
  assert.equal(kept({ scroll: 0, at: 50, before: 2, after: 1 }), 0);
});

test("nobody zooms out of sight", () => {
  assert.deepEqual([0, 1, 99].map(within), [0.05, 1, 8]);
});
