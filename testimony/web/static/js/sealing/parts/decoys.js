/** The decoys of a part of version 2: somebody who opened the part can tell them from readers. Twin of sealing/parts/decoys.py. */

import { shake256 } from "../../../vendor/noble-2/noble.js";
import { openingKey } from "../age/recipients.js";
import { labelled } from "../base/bytes.js";

export const SECRET_BYTES = 32;

/** The recipient of the part's empty slots: SHAKE256(L("testimony/2/decoy", `decoys`), 32) is the seed of its key. */
export const decoyOf = (decoys) => openingKey(shake256(labelled("testimony/2/decoy", decoys), { dkLen: 32 })).recipient;
