/**
 * How fast the browser seals and opens: whole testimonies a second, media in MB/s, and the pieces that they are made of.
 *
 * `measure({seconds})` gives plain numbers; it runs in Chromium (page.html, driven by measure.py) and in Node:
 *
 *     node tests/js/bench/sealing.mjs
 */

import { newFileKey, openHead, sealHead } from "../../../testimony/web/static/js/sealing/agehead.js";
import { nativeChaCha, openBody, sealBody } from "../../../testimony/web/static/js/sealing/agebody.js";
import { argon2id, openPart, RosterChain } from "../../../testimony/web/static/js/sealing/index.js";
import { chain, keys, rootBytes, rosterRecord, sealed } from "../sealing/support/organisation.mjs";

const WARM_UP = 5;
/** More testimonies than verified manifests are remembered, so that every opening verifies its own. */
const TESTIMONIES = 80;

/** Times a second that `act` can be done, over about `seconds`, after a few runs unmeasured. */
const rate = async (seconds, act) => {
  for (let i = 0; i < WARM_UP; i += 1) await act();
  const start = performance.now();
  let count = 0;
  while (performance.now() - start < 1000 * seconds) {
    await act();
    count += 1;
  }
  return (1000 * count) / (performance.now() - start);
};

/** A function that gives one of `list` after the other, and begins again. */
const turns = (list) => {
  let next = 0;
  return () => list[next++ % list.length];
};

const openAll = async ({ record, parts }, audience, key, pinned) => {
  for (const { part, heads, body } of parts) {
    if (heads[audience]) await openPart({ record, part, audience, head: heads[audience], body, key, chain: pinned });
  }
};

/** {name: number}; units are in the names. */
export const measure = async ({ seconds = 3 } = {}) => {
  const pinned = chain();
  const made = [];
  while (made.length < TESTIMONIES) made.push(await sealed(pinned));
  const turn = turns(made);
  const fileKey = newFileKey();
  const recipient = keys["lawyer-a"].recipient;
  const head = await sealHead(fileKey, [recipient], 1);
  const figures = {
    "seals/s (six parts of 2.5 kB, slots 2/4/1)": await rate(seconds, () => sealed(pinned)),
    "opens/s (six parts, by a lawyer among four slots)": await rate(seconds, () => openAll(turn(), "lawyers", keys["lawyer-a"], pinned)),
    "opens/s (six parts, by recovery, one slot)": await rate(seconds, () => openAll(turn(), "recovery", keys.recovery, pinned)),
    "wrap ms": 1000 / (await rate(seconds / 3, () => sealHead(fileKey, [recipient], 1))),
    "unwrap ms": 1000 / (await rate(seconds / 3, () => openHead(head, keys["lawyer-a"]))),
    "roster chain ms (root, one roster)": 1000 / (await rate(seconds / 3, () => new RosterChain(rootBytes, [rosterRecord]))),
    "argon2id ms": 1000 / (await rate(seconds / 3, () => argon2id("six words", new Uint8Array(16)))),
  };
  for (const size of [179_200, 512 * 1024, 16 * 1024 * 1024]) {
    const plaintext = new Uint8Array(size).fill(7);
    const body = await sealBody(fileKey, plaintext);
    figures[`seal body MB/s (${size} bytes)`] = ((await rate(seconds / 3, () => sealBody(fileKey, plaintext))) * size) / 1e6;
    figures[`open body MB/s (${size} bytes)`] = ((await rate(seconds / 3, () => openBody(fileKey, body))) * size) / 1e6;
  }
  return { ...figures, "native ChaCha20-Poly1305": await nativeChaCha() };
};

if (typeof process !== "undefined" && process.argv[1]?.endsWith("bench/sealing.mjs")) {
  console.log(JSON.stringify(await measure(), null, 2));
}
