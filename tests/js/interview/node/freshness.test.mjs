/** Whose freshness statements count, and how old the list of readers is by them: as Python says it. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { freshnessOf, newestOf } from "../../../../testimony/web/static/js/interview/node/freshness.js";
import { recordOf } from "../../../../testimony/web/static/js/sealing/records/records.js";
import { RosterChain } from "../../../../testimony/web/static/js/sealing/roster/chain.js";
import { confirmers, verifiedFresh } from "../../../../testimony/web/static/js/sealing/statements/fresh.js";

const vectors = JSON.parse(await readFile(new URL("../../../vectors/fresh.json", import.meta.url), "utf8"));
const bytesOf = (text) => new TextEncoder().encode(text);
const signed = ({ record, sigs }) => recordOf(bytesOf(record), sigs);
const chain = (rosters) => new RosterChain(bytesOf(vectors.root), vectors.rosters.slice(0, rosters).map(signed));

for (const { about, rosters, rule, ...record } of vectors.statements) {
  test(`a statement ${about}`, () => {
    const found = verifiedFresh(signed(record), chain(rosters));
    if (rule === null) assert.equal(found?.day, JSON.parse(record.record).day);
    else assert.equal(found, null);
  });
}

test("what is no record at all says nothing", () => {
  for (const text of ["", "[]", "null", "{"]) assert.equal(verifiedFresh(recordOf(bytesOf(text), []), chain(1)), null);
});

test("a list of confirmers without a sound form names nobody", () => {
  const { latest } = chain(1);
  assert.deepEqual(confirmers(latest).map(({ pub }) => pub), [vectors.key]);
  for (const fresh of [{}, [{ id: "coordinator" }], [{ id: "coordinator", pub: "01" + "00".repeat(31) }]]) {
    assert.deepEqual(confirmers({ value: { ...latest.value, trust: { fresh } } }), []);
  }
});

for (const { about, today, found, ...roster } of vectors.ages) {
  test(about, () => assert.deepEqual(freshnessOf(roster, today), found));
}

test("the newest statement is that of the newest roster, then of the latest day; the future comes last", () => {
  const [old, late, newer, ahead] = [[1, "2026-11-20"], [1, "2026-11-24"], [2, "2026-11-22"], [3, "2027-01-01"]].map(([no, day]) => ({ no, day }));
  assert.equal(newestOf([late, old], "2026-11-25"), late);
  assert.equal(newestOf([late, newer], "2026-11-25"), newer);
  assert.equal(newestOf([ahead, old], "2026-11-25"), old);
  assert.equal(newestOf([ahead], "2026-11-25"), ahead);
  assert.equal(newestOf([], "2026-11-25"), null);
});
