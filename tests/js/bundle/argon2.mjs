// Argon2id in WebAssembly: loaded only when a passphrase or a withdrawal code is asked for.
export { argon2id } from "hash-wasm";
