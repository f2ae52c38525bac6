/** Which page of a node a phone takes: after a signed one only a signed one that is not older, whatever a roster says later. */

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import test from "node:test";

import { lookAtOffer } from "../../../../testimony/web/static/js/interview/node/page_files.js";

const WORKER = "/interview/sw.js";
const SCRIPT = new TextEncoder().encode("worker");
const FILES = [{ path: WORKER, sha256: createHash("sha256").update(SCRIPT).digest("hex") }];
const OTHER = [...FILES, { path: "/interview/en/", sha256: "0".repeat(64) }];
const page = (version, files = FILES) => ({ version, day: `2026-01-0${version}`, files });
const UNSIGNED = { version: null, day: null, files: FILES };

/** What the browser of a phone kept: one whole set of files, with its mark. */
const phoneWith = (mark) => {
  globalThis.caches = {
    keys: async () => ["interview-held"],
    open: async () => ({ match: async () => ({ json: async () => mark }) }),
  };
};

/** What becomes of an offer, and what was kept. `signed`: what the signatures prove of it, null for none. */
const offered = async ({ signs, files = FILES, signed = null }) => {
  const kept = [];
  const found = await lookAtOffer({
    signs, worker: WORKER,
    script: async () => SCRIPT,
    offer: async () => ({ files, signed }),
    verify: async (statement) => statement,
    keep: async (name, mark) => (kept.push(mark), "kept"),
  });
  return { found, kept };
};

for (const signs of [true, false]) {
  const roster = signs ? "with page keys" : "without page keys";
  test(`a roster ${roster}: a phone that saw a signed page takes none without signatures`, async () => {
    phoneWith(page(2));
    assert.deepEqual(await offered({ signs, files: OTHER }), { found: "unsigned", kept: [] });
  });

  test(`a roster ${roster}: a phone that saw a signed page takes none that is older, and no other of the same version`, async () => {
    phoneWith(page(2));
    assert.deepEqual(await offered({ signs, signed: page(1) }), { found: "older", kept: [] });
    assert.deepEqual(await offered({ signs, signed: page(2, OTHER) }), { found: "older", kept: [] });
  });

  test(`a roster ${roster}: a phone that saw a signed page takes a newer one that is signed`, async () => {
    phoneWith(page(2));
    assert.deepEqual(await offered({ signs, signed: page(3) }), { found: "kept", kept: [page(3)] });
  });
}

test("a phone that never saw a signed page takes one without signatures while the roster names no page keys", async () => {
  phoneWith(UNSIGNED);
  assert.deepEqual(await offered({ signs: false, files: OTHER }), { found: "kept", kept: [{ ...UNSIGNED, files: OTHER }] });
  assert.deepEqual(await offered({ signs: true, files: OTHER }), { found: "unsigned", kept: [] });
});

test("what the signatures prove to be another script than the browser runs is not taken", async () => {
  phoneWith(page(2, []));
  assert.deepEqual(await offered({ signs: false, signed: page(3, [{ path: WORKER, sha256: "0".repeat(64) }]) }), { found: "worker", kept: [] });
});
