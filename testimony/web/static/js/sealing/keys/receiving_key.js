/** A phone's receiving key: opens what a lawyer seals to the interviewer of one testimony. Twin of sealing/keys/receiving_key.py. */

import { openingKey } from "../age/recipients.js";
import { utf8 } from "../base/bytes.js";
import { derive } from "../base/hashes.js";

const INFO = utf8("testimony/1/receiving");

/** The key of the phone that signs with `deviceSeed`; its public half stands in the provenance as `receives`. */
export const receivingKey = (deviceSeed) => openingKey(derive(deviceSeed, new Uint8Array(0), INFO));
