/** SHA-256 and its derivatives. Synchronous for what is small; native and asynchronous for what is large. */

import { expand, extract, hkdf, hmac, sha256 } from "../../../vendor/noble-2/noble.js";
import { toHex } from "./bytes.js";

/** Below this many bytes the round trip to native code costs more than it saves. */
const LARGE = 1024;

export { expand, extract, sha256 };

/** SHA-256 as 64 lower-case hex digits: the name of every record, head and body. */
export const sha256Hex = (bytes) => toHex(sha256(bytes));

/** Like `sha256Hex`, by native code where the bytes are many. */
export const digestHex = async (bytes) =>
  bytes.length < LARGE ? sha256Hex(bytes) : toHex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)));

const nativeHmac = async (key, bytes) => {
  const handle = await crypto.subtle.importKey("raw", key, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return new Uint8Array(await crypto.subtle.sign("HMAC", handle, bytes));
};

/** HMAC-SHA256: 32 bytes. */
export const hmacSha256 = async (key, bytes) => (bytes.length < LARGE ? hmac(sha256, key, bytes) : nativeHmac(key, bytes));

/** HKDF-SHA256 of 32 bytes. */
export const derive = (secret, salt, info) => hkdf(sha256, secret, salt, info, 32);
