/**
 * X25519 (RFC 7748), native where WebCrypto has it (seen in Chromium 156 and Node 20), by noble elsewhere.
 *
 * Native keys never leave memory here; nothing of this module may be put into a store, where a CryptoKey is raw bytes.
 */

import { x25519 } from "../../../vendor/noble-2/noble.js";
import { concat, fromHex, randomBytes } from "../base/bytes.js";

const NAME = { name: "X25519" };
const PKCS8_PREFIX = fromHex("302e020100300506032b656e04220420");

const native = {
  ephemeral: async () => {
    const { publicKey, privateKey } = /** @type {CryptoKeyPair} */ (await crypto.subtle.generateKey(NAME, false, ["deriveBits"]));
    return { privateKey, publicBytes: new Uint8Array(await crypto.subtle.exportKey("raw", publicKey)) };
  },
  privateKey: (bytes) => crypto.subtle.importKey("pkcs8", concat(PKCS8_PREFIX, bytes), NAME, false, ["deriveBits"]),
  publicKey: (bytes) => crypto.subtle.importKey("raw", bytes, NAME, false, []),
  shared: async (privateKey, publicKey) =>
    new Uint8Array(await crypto.subtle.deriveBits({ name: "X25519", public: publicKey }, privateKey, 256)),
};

const portable = {
  ephemeral: async () => {
    const privateKey = randomBytes(32);
    return { privateKey, publicBytes: x25519.getPublicKey(privateKey) };
  },
  privateKey: async (bytes) => bytes,
  publicKey: async (bytes) => bytes,
  shared: async (privateKey, publicKey) => x25519.getSharedSecret(privateKey, publicKey),
};

const detect = async () => {
  try {
    const { privateKey, publicBytes } = await native.ephemeral();
    await native.shared(privateKey, await native.publicKey(publicBytes));
    return native;
  } catch {
    return portable;
  }
};

let chosen = null;
const implementation = () => (chosen ??= detect());

/** {privateKey, publicBytes}: a key pair for one message. */
export const ephemeral = async () => (await implementation()).ephemeral();

/** A handle on 32 private bytes, for `shared`. */
export const privateKeyOf = async (bytes) => (await implementation()).privateKey(bytes);

/** A handle on 32 public bytes, for `shared`. */
export const publicKeyOf = async (bytes) => (await implementation()).publicKey(bytes);

/** The shared 32 bytes of two handles; throws where the public one is a point of small order. */
export const shared = async (privateKey, publicKey) => (await implementation()).shared(privateKey, publicKey);

export const publicOf = (bytes) => x25519.getPublicKey(bytes);

/** Both, for the tests that hold them against each other. */
export const implementations = { native, portable };
