/** The container of an archive, read by one strict rule: a stored zip without gaps (docs/archive.md). DOM-free; twin of sealing/archive/zip.py. */

import { utf8 } from "../../static/js/sealing/base/bytes.js";
import { sha256Hex } from "../../static/js/sealing/base/hashes.js";

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]*(?:\/[A-Za-z0-9][A-Za-z0-9._-]*)*$/;
const LONGEST_NAME = 200;
const MOST_FILES = 65_000;
const LARGEST_DIRECTORY = 20 * 1024 * 1024;
const LARGEST = 0xffff0000;
const [LOCAL, CENTRAL, END] = [30, 46, 22];
const BLOCK = 4 * 1024 * 1024;
const MOST_BLOCKS = 8;
const VERSION = 20;
const FIRST_DAY = 0x21;

/** This file is no archive, or no whole one: `reason` is not, truncated, form, large, damaged or newer. */
export class ArchiveBroken extends Error {
  constructor(reason) {
    super(reason);
    this.name = "ArchiveBroken";
    this.reason = reason;
  }
}

const need = (holds, reason) => {
  if (!holds) throw new ArchiveBroken(reason);
};

/** Little-endian numbers, [bytes, value] each, behind a signature of four. */
const packed = (signature, ...numbers) => {
  const bytes = new Uint8Array(4 + numbers.reduce((sum, [size]) => sum + size, 0));
  const view = new DataView(bytes.buffer);
  bytes.set(utf8(signature));
  let at = 4;
  for (const [size, value] of numbers) {
    if (size === 2) view.setUint16(at, value, true);
    else view.setUint32(at, value, true);
    at += size;
  }
  return bytes;
};

const short = (value) => [2, value];
const long = (value) => [4, value];
const common = ({ crc, len, name }) => [short(VERSION), short(0), short(0), short(0), short(FIRST_DAY), long(crc), long(len), long(len), short(name.length), short(0)];

const localHeader = (entry) => packed("PK\x03\x04", ...common(entry));
const centralHeader = (entry) =>
  packed("PK\x01\x02", short(VERSION), ...common(entry), short(0), short(0), short(0), long(0), long(entry.at));
const endOf = (count, length, start) =>
  packed("PK\x05\x06", short(0), short(0), short(count), short(count), long(length), long(start), short(0));

const starts = (bytes, wanted, at = 0) => at + wanted.length <= bytes.length && wanted.every((byte, i) => bytes[at + i] === byte);

const latin = (bytes) => String.fromCharCode(...bytes);

const isName = (name) => name.length <= LONGEST_NAME && NAME.test(name);

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

const crc32 = (bytes) => {
  let value = 0xffffffff;
  for (const byte of bytes) value = TABLE[(value ^ byte) & 0xff] ^ (value >>> 8);
  return (value ^ 0xffffffff) >>> 0;
};

/** The lines of the directory, each in the one form, the files without a gap behind each other, no name twice. */
const entriesOf = (directory) => {
  const found = new Map();
  const view = new DataView(directory.buffer, directory.byteOffset, directory.length);
  let [at, position, count] = [0, 0, 0];
  while (position < directory.length) {
    need(position + CENTRAL <= directory.length, "form");
    const nameLength = view.getUint16(position + 28, true);
    const name = latin(directory.subarray(position + CENTRAL, position + CENTRAL + nameLength));
    const entry = { name, at, crc: view.getUint32(position + 16, true), len: view.getUint32(position + 20, true) };
    need(name.length === nameLength && isName(name) && starts(directory, centralHeader(entry), position), "form");
    found.set(name, entry);
    count += 1;
    at += LOCAL + name.length + entry.len;
    position += CENTRAL + name.length;
  }
  need(found.size === count, "form");
  return { entries: found, end: at };
};

/**
 * `(from, to) => bytes` of a Blob, which is read in blocks: one `slice` takes a browser milliseconds, and an archive has thousands
 * of small files. The blocks used last stay, 32 MB at most.
 */
const blocksOf = (source) => {
  const kept = new Map();
  const readBlock = async (number) => {
    const bytes = kept.get(number) ?? new Uint8Array(await source.slice(number * BLOCK, (number + 1) * BLOCK).arrayBuffer());
    kept.delete(number);
    kept.set(number, bytes);
    if (kept.size > MOST_BLOCKS) kept.delete(kept.keys().next().value);
    return bytes;
  };
  return async (from, to) => {
    if (to - from > BLOCK) return new Uint8Array(await source.slice(from, to).arrayBuffer());
    const first = Math.floor(from / BLOCK);
    const start = from - first * BLOCK;
    const block = await readBlock(first);
    if (start + to - from <= BLOCK) return block.slice(start, start + to - from);
    const bytes = new Uint8Array(Math.min(to, source.size) - from);
    bytes.set(block.subarray(start));
    bytes.set((await readBlock(first + 1)).subarray(0, bytes.length - (BLOCK - start)), BLOCK - start);
    return bytes;
  };
};

/** An archive, opened: `names` in their order, and `read(name, most)`. `source` is a Blob or File. Throws `ArchiveBroken`. */
export const openContainer = async (source) => {
  const bytesAt = blocksOf(source);
  const { size } = source;
  need(size <= LARGEST + LARGEST_DIRECTORY, "large");
  need(starts(await bytesAt(0, 4), utf8("PK\x03\x04")), "not");
  const end = await bytesAt(Math.max(0, size - END), size);
  need(end.length === END && starts(end, utf8("PK\x05\x06")), "truncated");
  const view = new DataView(end.buffer);
  const [count, length, start] = [view.getUint16(10, true), view.getUint32(12, true), view.getUint32(16, true)];
  need(count <= MOST_FILES && length <= LARGEST_DIRECTORY, "large");
  need(starts(end, endOf(count, length, start)) && start + length + END === size, "form");
  const { entries, end: last } = entriesOf(await bytesAt(start, start + length));
  need(entries.size === count && last === start, "form");
  const read = async (name, most) => {
    const entry = entries.get(name);
    need(entry.len <= most, "large");
    const head = LOCAL + name.length;
    const bytes = await bytesAt(entry.at, entry.at + head + entry.len);
    need(starts(bytes, localHeader(entry)) && latin(bytes.subarray(LOCAL, head)) === name, "form");
    const data = bytes.subarray(head);
    need(data.length === entry.len && crc32(data) === entry.crc, "damaged");
    return data;
  };
  return { names: [...entries.keys()], has: (name) => entries.has(name), read };
};

/** SHA-256 in hex, by native code where the page has it. */
export const hashOf = async (bytes) => {
  if (bytes.length < 4096 || !globalThis.crypto?.subtle) return sha256Hex(bytes);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
};
