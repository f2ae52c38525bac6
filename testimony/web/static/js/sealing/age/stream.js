/**
 * age v1 bodies: a 16-byte nonce, then STREAM (64 KiB chunks of ChaCha20-Poly1305 with a counter and a last-chunk flag).
 *
 * Small bodies go through noble, large ones through native code where WebCrypto has ChaCha20-Poly1305.
 */

import { chacha20poly1305 } from "../../../vendor/noble-2/noble.js";
import { randomBytes, utf8 } from "../base/bytes.js";
import { derive } from "../base/hashes.js";
import { CannotOpen } from "../base/errors.js";

const CHUNK = 64 * 1024;
const TAG = 16;
const NONCE = 16;
const NAME = "ChaCha20-Poly1305";
/** Below this many bytes the round trips to native code cost more than they save. */
const LARGE = 24 * 1024;

const portable = (key) => ({
  encrypt: async (nonce, bytes) => chacha20poly1305(key, nonce).encrypt(bytes),
  decrypt: async (nonce, bytes) => chacha20poly1305(key, nonce).decrypt(bytes),
});

const native = async (key) => {
  const handle = await crypto.subtle.importKey("raw-secret", key, { name: NAME }, false, ["encrypt", "decrypt"]);
  return {
    encrypt: async (iv, bytes) => new Uint8Array(await crypto.subtle.encrypt({ name: NAME, iv }, handle, bytes)),
    decrypt: async (iv, bytes) => new Uint8Array(await crypto.subtle.decrypt({ name: NAME, iv }, handle, bytes)),
  };
};

const nativeWorks = async () => {
  try {
    const sealed = await (await native(new Uint8Array(32))).encrypt(new Uint8Array(12), new Uint8Array(1));
    return sealed.length === 1 + TAG;
  } catch {
    return false;
  }
};

let hasNative = null;

/** Whether large bodies are sealed by native code here. */
export const nativeChaCha = () => (hasNative ??= nativeWorks());

const cipherFor = async (key, size) => (size >= LARGE && (await nativeChaCha()) ? native(key) : portable(key));

const payloadKey = (fileKey, nonce) => derive(fileKey, nonce, utf8("payload"));

const chunkNonce = (counter, last) => {
  const nonce = new Uint8Array(12);
  new DataView(nonce.buffer).setUint32(7, counter); // 11-byte counter; 2^32 chunks are 256 TiB
  nonce[11] = last ? 1 : 0;
  return nonce;
};

/** Apply `step(nonce, piece)` to pieces of `size` bytes and lay the results, `grown` bytes longer, behind `offset`. */
const streamed = async (bytes, size, grown, offset, step) => {
  const count = Math.max(1, Math.ceil(bytes.length / size));
  const result = new Uint8Array(offset + bytes.length + count * grown);
  await Promise.all(
    Array.from({ length: count }, async (_, i) => {
      const piece = await step(chunkNonce(i, i === count - 1), bytes.subarray(i * size, (i + 1) * size));
      result.set(piece, offset + i * (size + grown));
    }),
  );
  return result;
};

/** 16-byte nonce ‖ STREAM of `plaintext`. */
export const sealBody = async (fileKey, plaintext) => {
  const nonce = randomBytes(NONCE);
  const cipher = await cipherFor(payloadKey(fileKey, nonce), plaintext.length);
  const body = await streamed(plaintext, CHUNK, TAG, NONCE, cipher.encrypt);
  body.set(nonce);
  return body;
};

/** The plaintext, only after the last chunk was verified. Throws `CannotOpen("altered")`. */
export const openBody = async (fileKey, body) => {
  const stream = body.subarray(NONCE);
  const rest = stream.length % (CHUNK + TAG);
  const lastIsEmpty = rest === TAG && stream.length > CHUNK; // only an empty file ends in an empty chunk
  if (body.length < NONCE + TAG || (rest > 0 && rest < TAG) || lastIsEmpty) throw new CannotOpen("altered");
  try {
    const cipher = await cipherFor(payloadKey(fileKey, body.subarray(0, NONCE)), stream.length);
    return await streamed(stream, CHUNK + TAG, -TAG, 0, cipher.decrypt);
  } catch {
    throw new CannotOpen("altered");
  }
};
