/** The work before a further question: found, good for one body, and asked again with it by itself. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { stationAt } from "../../../testimony/web/static/js/withdraw/station_calls.js";
import { proofFor } from "../../../testimony/web/static/js/withdraw/work.js";

const CHALLENGE = "ab".repeat(32);
const hex = (data) => createHash("sha256").update(data).digest("hex");
const zeroBits = (text) => 256 - BigInt(`0x${hex(text)}`).toString(2).length;
const worth = (proof, body) => {
  const [challenge, number] = proof.split(":");
  return zeroBits(`${challenge}:${hex(body)}:${number}`);
};

test("a proof is worth the bits that were asked for, for text and for bytes", async () => {
  for (const bits of [1, 7, 8, 9, 13]) {
    for (const body of ["asked", new Uint8Array([0, 255, 7])]) assert.ok(worth(await proofFor(CHALLENGE, bits, body), body) >= bits);
  }
});

const answers = (...given) => {
  const asked = [];
  globalThis.fetch = async (url, how) => {
    asked.push(how);
    const [status, headers] = given[asked.length - 1];
    return new Response("{}", { status, headers });
  };
  return asked;
};

test("a station that asks for work gets it with the same question", async () => {
  const asked = answers([429, { "Testimony-Work": `9 ${CHALLENGE}` }], [200, {}]);
  await stationAt({ find: "/find", take: "/take", readers: "/readers" }).find("ab");
  assert.equal(asked.length, 2);
  assert.equal(asked[0].body, asked[1].body);
  assert.equal(asked[0].headers["Testimony-Work"], undefined);
  assert.ok(worth(asked[1].headers["Testimony-Work"], asked[1].body) >= 9);
});

test("what was not asked for, or would take for ever, is not worked for", async () => {
  for (const headers of [{}, { "Testimony-Work": "" }, { "Testimony-Work": `99 ${CHALLENGE}` }, { "Testimony-Work": `x ${CHALLENGE}` }]) {
    const asked = answers([429, headers]);
    await assert.rejects(stationAt({ find: "/f", take: "/t", readers: "/r" }).find("ab"), { name: "StationRefused", slow: true });
    assert.equal(asked.length, 1);
  }
});
