// What the sealing modules take from noble, and nothing else: esbuild leaves the rest out.
export { chacha20poly1305 } from "@noble/ciphers/chacha.js";
export { ed25519, x25519 } from "@noble/curves/ed25519.js";
export { expand, extract, hkdf } from "@noble/hashes/hkdf.js";
export { hmac } from "@noble/hashes/hmac.js";
export { sha256, sha512 } from "@noble/hashes/sha2.js";
export { sha3_256, shake256 } from "@noble/hashes/sha3.js";
export { ml_dsa65 } from "@noble/post-quantum/ml-dsa.js";
export { ml_kem768 } from "@noble/post-quantum/ml-kem.js";
