/** One part: a header line that binds it to its testimony, the content, zeros, in one age body with a head an audience. */

import { newFileKey, openHead, sealHead } from "../age/age.js";
import { openBody, sealBody } from "../age/stream.js";
import { LARGEST_BODY } from "./audiences.js";
import { labelled, randomBytes, toHex } from "../base/bytes.js";
import { digestHex, sha256Hex } from "../base/hashes.js";
import { decodeObject, encodeCanonical } from "../base/jcs.js";
import { CannotOpen, CannotSeal } from "../base/errors.js";
import { isFormed } from "../records/records.js";

const SMALLEST = 4096;
const LONGEST_LINE = 1024;
const NEWLINE = 0x0a;

/** `size` rounded up so that the length leaks at most O(log log size) bits (Nikitin et al. 2019, PURBs). */
export const padme = (size) => {
  if (size < 2) return size;
  const exponent = Math.floor(Math.log2(size));
  const step = 2 ** (exponent - (Math.floor(Math.log2(exponent)) + 1));
  return step <= 1 ? size : Math.ceil(size / step) * step;
};

/** Bytes of a body: the nonce, the padded plaintext and a tag for each 64 KiB chunk. */
export const sealedSize = (padded) => 16 + padded + 16 * Math.ceil(padded / 65536);

/** SHA-256(L("testimony/1/commit", header line)), hex. */
export const commitment = (line) => sha256Hex(labelled("testimony/1/commit", line));

const padded = (line, content) => {
  const plaintext = new Uint8Array(padme(Math.max(line.length + 1 + content.length, SMALLEST)));
  plaintext.set(line);
  plaintext[line.length] = NEWLINE;
  plaintext.set(content, line.length + 1);
  return plaintext;
};

const headerLine = async ({ decoys, ...binding }, part, { type, bytes }) =>
  encodeCanonical({
    v: `testimony/${decoys ? 2 : 1}/part`, part, type, len: bytes.length, sha256: await digestHex(bytes), salt: toHex(randomBytes(32)),
    ...binding, ...(decoys ? { decoys } : {}),
  });

/**
 * Seal `content` {type, bytes} under a fresh file key, one head an audience: {part, commit, heads, body}.
 *
 * `binding` is {tid, rev, consent, form_sha256, roster} of the header line, and `decoys` (64 hex) makes it version 2; `audiences`
 * {name: {recipients, slots}};
 * `decoy` the throw-away key of empty slots.
 */
export const sealPart = async (part, content, { binding, audiences, decoy }) => {
  if (content.bytes.length > LARGEST_BODY) throw new CannotSeal("size"); // before it is hashed
  const line = await headerLine(binding, part, content);
  if (line.length > LONGEST_LINE) throw new CannotSeal("part");
  const plaintext = padded(line, content.bytes);
  if (sealedSize(plaintext.length) > LARGEST_BODY) throw new CannotSeal("size");
  const fileKey = newFileKey();
  const heads = Object.entries(audiences).map(async ([name, { recipients, slots }]) => [
    name, await sealHead(fileKey, recipients, slots, decoy),
  ]);
  const body = sealBody(fileKey, plaintext);
  return { part, commit: commitment(line), heads: Object.fromEntries(await Promise.all(heads)), body: await body };
};

/** The entry of a sealed part in a manifest. */
export const described = async ({ part, commit, heads, body }) => ({
  part,
  commit,
  heads: Object.fromEntries(await Promise.all(Object.entries(heads).map(async ([audience, head]) => [audience, await digestHex(head)]))),
  body: await digestHex(body),
  len: body.length,
});

const requireUnaltered = (holds) => {
  if (!holds) throw new CannotOpen("altered");
};

const parsedHeader = (line) => {
  try {
    return decodeObject(line);
  } catch {
    throw new CannotOpen("altered");
  }
};

const contentOf = async (plaintext, line, header) => {
  const end = line.length + 1 + header.len;
  requireUnaltered(plaintext.length === padme(Math.max(end, SMALLEST)));
  requireUnaltered(plaintext.subarray(end).every((byte) => byte === 0));
  const content = plaintext.slice(line.length + 1, end);
  requireUnaltered((await digestHex(content)) === header.sha256);
  return content;
};

/**
 * Open one part whose hashes were checked: {header, line, content}. Throws `CannotOpen`.
 *
 * `expected` are header fields (tid, rev, part…) that must be exactly so; `line` proves the commitment to others.
 */
export const openSealed = async (head, body, { key, commit, expected }) => {
  const plaintext = await openBody(await openHead(head, key), body);
  const newline = plaintext.subarray(0, LONGEST_LINE + 1).indexOf(NEWLINE);
  requireUnaltered(newline > 0);
  const line = plaintext.slice(0, newline);
  const header = parsedHeader(line);
  requireUnaltered(isFormed(header, "part"));
  requireUnaltered(Object.entries(expected).every(([name, value]) => header[name] === value));
  requireUnaltered(commitment(line) === commit);
  return { header: { decoys: null, ...header }, line, content: await contentOf(plaintext, line, header) };
};
