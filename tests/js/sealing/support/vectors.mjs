/** The format's shared vectors (tests/vectors/testimony-1.json), parsed for the suites that read them. */

import { openingKey, RosterChain, sha256Hex } from "../../../../testimony/web/static/js/sealing/index.js";
import { splitAge } from "../../../../testimony/web/static/js/sealing/age/age.js";
import { signedByRoots } from "./organisation.mjs";
import { readText } from "./harness.mjs";

export const vectors = JSON.parse(await readText("tests/vectors/testimony-1.json"));

export const raw = (base64) => Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));

export const recordFrom = (value, name = "bytes") => ({ bytes: raw(value[name]), sigs: value.sigs, id: sha256Hex(raw(value[name])) });

export const keyOf = (name) => openingKey(vectors.keys[name].identity);

export const chainOfVectors = () => new RosterChain(raw(vectors.root.bytes), [recordFrom(vectors.roster)]);

/** The vectors' chain and one roster more, in which the lawyer who signs grants has that key. */
export const chainWithKeys = () => {
  const chain = chainOfVectors();
  const value = structuredClone(chain.latest.value);
  value.people[0].keys = vectors.signers["lawyer-a sig"].public;
  Object.assign(value, { no: value.no + 1, prev: chain.latest.sha256 });
  chain.add(signedByRoots(value, ["root-1", "root-2"].map((name) => vectors.signers[name])));
  return chain;
};

export const caseRecord = (author) => recordFrom(vectors.cases[author], "manifest");

export const casePart = (author, part, audience) => splitAge(raw(vectors.cases[author].parts[part][audience]));
