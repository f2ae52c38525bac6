/** Files of an archive are read in blocks, also where one lies in two blocks, or is larger than a block. */

import assert from "node:assert/strict";
import test from "node:test";
import { crc32 } from "node:zlib";

import { openContainer } from "../../../testimony/web/verifier/archive/zip.js";

const MB = 1024 * 1024;

const header = (size, ...fields) => {
  const bytes = Buffer.alloc(size);
  for (const [at, width, value] of fields) bytes.writeUIntLE(value, at, width);
  return bytes;
};

const common = (from, name, bytes) => [
  [from, 2, 20], [from + 8, 2, 0x21], [from + 10, 4, crc32(bytes)], [from + 14, 4, bytes.length], [from + 18, 4, bytes.length], [from + 22, 2, name.length],
];

/** A stored zip of [[name, bytes], …]. */
const zipOf = (files) => {
  const [body, directory] = [[], []];
  let at = 0;
  for (const [name, bytes] of files) {
    body.push(header(30, [0, 4, 0x04034b50], ...common(4, name, bytes)), Buffer.from(name), bytes);
    directory.push(header(46, [0, 4, 0x02014b50], [4, 2, 20], ...common(6, name, bytes), [42, 4, at]), Buffer.from(name));
    at += 30 + name.length + bytes.length;
  }
  const lines = Buffer.concat(directory);
  const end = header(22, [0, 4, 0x06054b50], [8, 2, files.length], [10, 2, files.length], [12, 4, lines.length], [16, 4, at]);
  return Buffer.concat([...body, lines, end]);
};

/** A Blob that counts how often it is read. */
const counted = (bytes) => {
  const blob = new Blob([bytes]);
  const source = { size: blob.size, reads: 0, slice: (from, to) => ((source.reads += 1), blob.slice(from, to)) };
  return source;
};

test("each file is what was put in, wherever it lies", async () => {
  const files = [["a", 3], ["b", 3], ["c", 5], ["d", 4], ["e", 0.5]].map(([name, size], i) => [name, Buffer.alloc(size * MB, i + 1)]);
  const container = await openContainer(counted(zipOf(files)));
  for (const [name, bytes] of [...files, ...files.toReversed()]) assert.ok(Buffer.from(await container.read(name, 8 * MB)).equals(bytes), name);
});

test("a thousand small files are a few reads", async () => {
  const source = counted(zipOf(Array.from({ length: 1000 }, (_, i) => [`f${i}`, Buffer.alloc(9000, i)])));
  const container = await openContainer(source);
  for (const name of container.names) await container.read(name, MB);
  assert.ok(source.reads <= 4, `${source.reads} reads`);
});
