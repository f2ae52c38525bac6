/** Opening keys, recipients and decoys: MLKEM768-X25519 in age's text form. */

import { decodeBech32, encodeBech32 } from "./bech32.js";
import { expandSeed, prepareRecipient } from "./hpke.js";
import { randomPublicKey, sealerFor } from "./mlkem.js";
import { CannotSeal } from "../base/errors.js";

const KEY_PREFIX = "age-secret-key-pq-";
const RECIPIENT_PREFIX = "age1pq";

/** A public key, made ready once for many seals. */
class Recipient {
  constructor(raw) {
    this.raw = raw;
    this.prepared = prepareRecipient(raw);
  }

  get text() {
    return encodeBech32(RECIPIENT_PREFIX, this.raw);
  }
}

/** A private key. Its secret is in a private field, so that no log and no JSON shows it. */
class OpeningKey {
  #keys;

  constructor(seed) {
    this.#keys = expandSeed(seed);
  }

  get recipient() {
    return new Recipient(this.#keys.raw);
  }

  /** What `open(keys)` makes of the expanded key: the one door to it, for sealing/age/age.js. */
  use(open) {
    return open(this.#keys);
  }
}

/** From `AGE-SECRET-KEY-PQ-1…` or a 32-byte seed. */
export const openingKey = (textOrSeed) => {
  const seed = typeof textOrSeed === "string" ? decodeBech32(KEY_PREFIX, textOrSeed) : textOrSeed;
  if (seed?.length !== 32) throw new CannotSeal("key");
  return new OpeningKey(seed);
};

/** From `age1pq1…` (or what this function made before); no other kind of age recipient is accepted. */
export const parseRecipient = (text) => {
  if (text instanceof Recipient) return text;
  const raw = typeof text === "string" && text.startsWith(`${RECIPIENT_PREFIX}1`) ? decodeBech32(RECIPIENT_PREFIX, text) : null;
  try {
    return new Recipient(raw);
  } catch {
    throw new CannotSeal("recipient");
  }
};

/**
 * The ML-KEM half of a throw-away recipient for empty slots, as a promise: a random point, whose private half nobody ever
 * had. No one can tell it, or what is encapsulated to it, from a made key (the module LWE assumption).
 */
export const decoyKey = () => sealerFor(randomPublicKey());
