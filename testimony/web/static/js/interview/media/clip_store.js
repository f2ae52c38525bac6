/**
 * The recordings of what is said, kept on the phone language by language, so that they play without the node. All languages are asked
 * for, one after the other, in one order: no node learns who sits in front of a phone. DOM-free.
 *
 * `clips` {key of what is said: {sha256, len, ms, type}} as a pack has them; `base` the address before a clip's hash.
 */

import { roomIn } from "../node/free_space.js";

const PREFIX = "clips-";
const nameOf = (tag) => `${PREFIX}${tag}`;
const hex = (bytes) => Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");

/** What came is another recording than the one that the organisation signed for. */
class WrongClip extends Error {
  name = "WrongClip";
}

const proven = async (bytes, { sha256, len, type }) => {
  if (bytes.byteLength !== len || hex(await crypto.subtle.digest("SHA-256", bytes)) !== sha256) throw new WrongClip("clip");
  return new Blob([bytes], { type });
};

/** The recording from the node, which is told nothing of who asks. Raises when it is out of reach or gives another one. */
export const fetchClip = async (clip, { base, ask = fetch }) => {
  const answer = await ask(base + clip.sha256, { credentials: "omit" });
  if (!answer.ok) throw new Error("clip");
  return proven(await answer.arrayBuffer(), clip);
};

/** The recording as this phone keeps it; null where it does not. */
export const readClip = async (tag, clip, { base, stores = caches }) => {
  if (!(await stores.has(nameOf(tag)))) return null; // opening would make one
  const held = await (await stores.open(nameOf(tag))).match(base + clip.sha256);
  return held ? proven(await held.arrayBuffer(), clip) : null;
};

const distinct = (clips) => [...new Map(Object.values(clips).map((clip) => [clip.sha256, clip])).values()];

/** What `store` lacks of `clips`, once what is none of them was thrown away. */
const lacking = async (store, clips, base) => {
  const wanted = distinct(clips);
  const held = (await store.keys()).map(({ url }) => url.slice(url.lastIndexOf("/") + 1));
  const old = held.filter((sha256) => !wanted.some((clip) => clip.sha256 === sha256));
  await Promise.all(old.map((sha256) => store.delete(base + sha256)));
  return wanted.filter(({ sha256 }) => !held.includes(sha256));
};

/** Interviews need their room more than sounds do: a language is kept only where enough is left afterwards. */
const fits = async (clips, storage) => {
  const { quota, usage } = (await storage.estimate?.().catch(() => undefined)) ?? {};
  return roomIn({ quota, usage: usage + clips.reduce((sum, { len }) => sum + len, 0) }) === "enough";
};

const put = async (store, clip, how) => store.put(how.base + clip.sha256, new Response(await fetchClip(clip, how), { headers: { "Content-Type": clip.type } }));

/** Keep all of one language, or nothing of it: "kept", "room" when there is none, "away" when the node gave less than all of it. */
const keep = async (tag, clips, how) => {
  const { stores, storage, idle } = how;
  const store = await stores.open(nameOf(tag));
  const missing = await lacking(store, clips, how.base);
  if (missing.length === 0) return "kept";
  try {
    if (!(await fits(missing, storage))) throw new DOMException("room", "QuotaExceededError");
    for (const clip of missing) {
      await idle();
      await put(store, clip, how);
    }
    return "kept";
  } catch (error) {
    if (error.name !== "QuotaExceededError") return "away"; // what came stays, and the rest is asked for again
    await stores.delete(nameOf(tag));
    return "room";
  }
};

/** Throw away what is kept of languages that have no recordings any more. */
const dropOthers = async (tags, stores) => {
  const others = (await stores.keys()).filter((name) => name.startsWith(PREFIX) && !tags.includes(name.slice(PREFIX.length)));
  await Promise.all(others.map((name) => stores.delete(name)));
};

/**
 * Keep the recordings of every language in `sounds` {tag: clips}; {tag: "kept", "room", "away"}. `told(tag, state)` is called for
 * each. `idle()` resolves when the phone has nothing better to do.
 */
export const keepClips = async (sounds, { base, told = (_tag, _state) => null, stores = caches, storage = navigator.storage, ask = fetch, idle = async () => undefined }) => {
  const tags = Object.keys(sounds).filter((tag) => Object.keys(sounds[tag]).length > 0).sort();
  await dropOthers(tags, stores);
  const states = {};
  for (const tag of tags) {
    states[tag] = await keep(tag, sounds[tag], { base, stores, storage, ask, idle });
    told(tag, states[tag]);
  }
  return states;
};
