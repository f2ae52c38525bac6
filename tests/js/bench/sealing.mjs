/**
 * How fast the browser seals and opens: whole testimonies a second, media in MB/s, and the pieces that they are made of.
 *
 * `measure({seconds, warmUp, testimonies})` gives plain numbers; it runs in Chromium (page.html, driven by tests/bench/chromium.py) and in Node:
 *
 *     node tests/js/bench/sealing.mjs
 */

import { newFileKey, openHead, sealHead } from "../../../testimony/web/static/js/sealing/age/age.js";
import { nativeChaCha, openBody, sealBody } from "../../../testimony/web/static/js/sealing/age/stream.js";
import { chacha20poly1305 } from "../../../testimony/web/static/vendor/noble-2/noble.js";
import { argon2id, beginSealing, cutterOf, openPart, RosterChain } from "../../../testimony/web/static/js/sealing/index.js";
import { chain, keys, rootBytes, rosterRecord, sealed, sealingOf } from "../sealing/support/organisation.mjs";

const PIECE = 257_000; // a piece of media
const CHUNK = 64 * 1024; // of an age body
/** More testimonies than verified manifests are remembered, so that every opening verifies its own. */
const TESTIMONIES = 80;

/** Times a second that `act` can be done, over about `seconds`, after `warmUp` runs unmeasured. */
const rate = async (seconds, warmUp, act) => {
  for (let i = 0; i < warmUp; i += 1) await act();
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

/** An hour of speech, and how it comes back from a draft. */
const HOUR = 11_000_000;
const SLICE = 6_100;

/** Seal an hour of speech as the page does it, heads and hashes and all; the pieces are dropped as they come. */
const sealHour = async (pinned) => {
  const staged = await beginSealing(sealingOf(pinned));
  const cutter = cutterOf((part, content) => staged.piece(part, content));
  const slice = new Uint8Array(SLICE).fill(7);
  cutter.begin({ kind: "voice", type: "audio/webm" });
  for (let at = 0; at < HOUR; at += SLICE) await cutter.add(slice);
  await cutter.end(3600);
  await cutter.list();
  return staged.finish();
};

/** What a browser without ChaCha20-Poly1305 of its own does to a piece. */
const sealPortably = (key, plaintext) => {
  for (let at = 0; at < plaintext.length; at += CHUNK) {
    chacha20poly1305(key, new Uint8Array(12)).encrypt(plaintext.subarray(at, at + CHUNK));
  }
};

/** {what: times a second}, for bodies {what: MB/s}; `native`: whether the browser brings ChaCha20-Poly1305 itself. */
export const measure = async ({ seconds = 1, warmUp = 5, testimonies = TESTIMONIES } = {}) => {
  const pinned = chain();
  const made = [];
  while (made.length < testimonies) made.push(await sealed(pinned));
  const another = turns(made);
  const fileKey = newFileKey();
  const recipient = keys["lawyer-a"].recipient;
  const head = await sealHead(fileKey, [recipient], 1);
  const often = (act) => rate(seconds, warmUp, act);
  const briefly = (act) => rate(seconds / 3, warmUp, act);
  const figures = {
    seal: await often(() => sealed(pinned)),
    open: await often(() => openAll(another(), "lawyers", keys["lawyer-a"], pinned)),
    wrap: await briefly(() => sealHead(fileKey, [recipient], 1)),
    unwrap: await briefly(() => openHead(head, keys["lawyer-a"])),
    chain: await briefly(() => new RosterChain(rootBytes, [rosterRecord])),
    argon2id: await rate(seconds / 3, 0, () => argon2id("six words", new Uint8Array(16))),
    native: Number(await nativeChaCha()),
  };
  const plaintext = new Uint8Array(PIECE).fill(7);
  const body = await sealBody(fileKey, plaintext);
  figures.sealBody = ((await briefly(() => sealBody(fileKey, plaintext))) * PIECE) / 1e6;
  figures.sealPortably = ((await briefly(() => sealPortably(new Uint8Array(32).fill(5), plaintext))) * PIECE) / 1e6;
  figures.sealHour = 1 / (await rate(seconds, 1, () => sealHour(pinned))); // seconds
  figures.openBody = ((await briefly(() => openBody(fileKey, body))) * PIECE) / 1e6;
  return figures;
};

if (typeof process !== "undefined" && process.argv[1]?.endsWith("bench/sealing.mjs")) {
  console.log(JSON.stringify(await measure(), null, 2));
}
