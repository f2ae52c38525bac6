/** The version that a phone seals is the roster's to say, and from 2 on the manifest says until when it is kept. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { sealCalls } from "../../../../testimony/web/static/js/interview/vault/seal_calls.js";
import { readFrames } from "../../../../testimony/web/static/js/interview/node/frames.js";
import { decodeSigned, RosterChain, verifyManifest } from "../../../../testimony/web/static/js/sealing/index.js";
import { rootBytes, roots, rosterValue, seedOf, signedByRoots } from "../../sealing/support/organisation.mjs";

const seeds = { device: seedOf("phone-1"), interviewer: seedOf("interviewer-1") };
const chainWith = (trust) => new RosterChain(rootBytes, [signedByRoots({ ...rosterValue, ...(trust === undefined ? {} : { trust }) }, roots.slice(0, 2))]);
const said = (...given) => ({
  events: given.map(([event, purpose, day, months], i) => ({ event, id: String(i), purpose, recipient: "organisation", day, life_months: months, after: [] })),
});
const YES = said(["ASK", "P01", "2026-11-30", 24], ["GRANT", "P01", "2026-11-30", 24], ["GRANT", "P04", "2026-11-30", 36]);

const manifestOf = async (trust, consent = YES) => {
  const chain = chainWith(trust);
  const { container } = await sealCalls({ chain, seeds }).seal({
    contents: { consent }, purposes: ["P01", "P04"], said: null, day: "2026-11-30", at: "2026-11-30T10:00:00Z", form: "f@1",
    formSha256: "0".repeat(64), withdraw: null,
  });
  return verifyManifest(decodeSigned((await readFrames(container)).frames[0].payload), chain);
};

test("without a word of the roster a phone seals version 1", async () => {
  for (const trust of [undefined, { files: [] }, { files: [], seals: 1 }]) assert.equal((await manifestOf(trust)).v, "testimony/1/manifest");
});

test("what the roster says in no whole number counts for nothing", async () => {
  for (const seals of ["2", true, null, 0, -1, [2]]) assert.equal((await manifestOf({ files: [], seals })).v, "testimony/1/manifest", String(seals));
});

test("a roster that lets stations read version 2 gets it, and a later one gets what this program knows", async () => {
  for (const seals of [2, 3]) {
    const { v, keep_until: until } = await manifestOf({ files: [], seals });
    assert.deepEqual([v, until], ["testimony/2/manifest", "2028-11"]);
  }
});

test("it says the end of the last yes to be kept, and null for a yes without an end", async () => {
  const again = said(["GRANT", "P01", "2026-11-29", 60], ["INVALIDATE", "P01", "2026-11-30", 60], ["GRANT", "P01", "2026-11-30", 12]);
  assert.equal((await manifestOf({ files: [], seals: 2 }, again)).keep_until, "2027-11");
  assert.equal((await manifestOf({ files: [], seals: 2 }, said(["GRANT", "P01", "2026-11-30", null]))).keep_until, null);
  assert.equal((await manifestOf({ files: [], seals: 2 }, said(["GRANT", "P01", "2026-08-31", 6]))).keep_until, "2027-02");
});

test("a phone whose clock is lost still seals: no month stops a testimony", async () => {
  assert.equal((await manifestOf({ files: [], seals: 2 }, said(["GRANT", "P01", "1970-01-01", 24]))).keep_until, "1972-01");
});
