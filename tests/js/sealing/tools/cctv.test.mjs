/** The public age vectors of C2SP's CCTV, where they apply: post-quantum stanzas and STREAM. Node only (npm cctv-age). */

import { createHash } from "node:crypto";
import { inflateSync } from "node:zlib";
import * as cctv from "cctv-age";
import { openBody } from "../../../../testimony/web/static/js/sealing/age/stream.js";
import { openHead, splitAge } from "../../../../testimony/web/static/js/sealing/age/age.js";
import { fromHex, openingKey } from "../../../../testimony/web/static/js/sealing/index.js";
import { assert, test } from "../support/harness.mjs";

const vectorOf = ([name, bytes]) => {
  const data = Buffer.from(bytes);
  const end = data.indexOf("\n\n");
  const header = Object.fromEntries(data.subarray(0, end).toString().split("\n").map((line) => line.split(/: (.*)/s).slice(0, 2)));
  const file = data.subarray(end + 2);
  return { name, header, file: new Uint8Array(header.compressed ? inflateSync(file) : file) };
};

const vectors = Object.entries(cctv).map(vectorOf);
const hybrid = vectors.filter(({ header }) => header.identity?.startsWith("AGE-SECRET-KEY-PQ-") && !header.armored);
const stream = vectors.filter(({ name, header }) => name.startsWith("stream") && ["success", "payload failure"].includes(header.expect));

const payloadHash = (plaintext) => createHash("sha256").update(plaintext).digest("hex");

/** Whether the file has stanzas that age skips and this format refuses. */
const isMixed = (file) => /^-> (?!mlkem768x25519 )/m.test(new TextDecoder("latin1").decode(file).split("\n---")[0]);

const opened = async ({ header, file }) => {
  const { head, body } = splitAge(file) ?? { head: file, body: new Uint8Array(0) };
  return openBody(await openHead(head, openingKey(header.identity)), body);
};

const expected = ({ header, file }) => (header.expect === "no match" && !isMixed(file) ? "not_for_you" : "altered");

test("the vectors are the ones that were looked at", () => {
  assert.same([vectors.length, hybrid.length, stream.length], [143, 18, 26]);
});

for (const vector of hybrid) {
  test(`${vector.name}: ${vector.header.expect}`, async () => {
    if (vector.header.expect === "success" && !isMixed(vector.file)) {
      assert.same(payloadHash(await opened(vector)), vector.header.payload);
    } else {
      await assert.rejects(opened(vector), expected(vector));
    }
  });
}

for (const { name, header, file } of stream) {
  test(`${name}: ${header.expect}`, async () => {
    const plaintext = openBody(fromHex(header["file key"]), splitAge(file).body);
    if (header.expect === "success") assert.same(payloadHash(await plaintext), header.payload);
    else await assert.rejects(plaintext, "altered");
  });
}
