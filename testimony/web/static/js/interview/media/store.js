/**
 * Recordings, pictures and files of the unfinished interviews on this phone: encrypted slices, each item in a bin of its own. DOM-free.
 *
 * A bin holds `head` (what it is), `wrap-DRAFT` (its key, for the draft), the slices under their numbers, `tally` (how many there
 * are and how long, for counting alone) and, once it is finished, `end`. The phone's store knows in `media` which draft it is of.
 */

import { MediaRefused, recordingOf, turns } from "./item_writer.js";
import { fits, roomFor } from "./capacity.js";
import { refusedByPhone } from "../node/phone_store.js";

const TYPES = { voice: ["audio/webm", "audio/ogg", "audio/mp4"], photo: ["image/jpeg"], document: ["image/jpeg"], file: ["application/octet-stream"] };
/** So many slices are read at once: one after the other an hour of voice would take most of a minute on a cheap phone. */
const AHEAD = 32;
const EMPTY = { slices: 0, bytes: 0, seconds: 0 };

const typeOf = (kind, mime) => {
  const type = String(mime).split(";")[0].trim().toLowerCase();
  if (!TYPES[kind]?.includes(type)) throw new TypeError("no such kind of medium");
  return type;
};

const altered = () => Object.assign(new Error("altered"), { name: "CannotOpen", code: "altered" });

/** The slices of an item in order, [{no, row}], so many at a time. One that lacks, or one too many, is `CannotOpen`; at the end of an item that was cut off nobody can tell. */
async function* groupsOf({ bin, end }) {
  const numbers = (await bin.keys()).filter((key) => typeof key === "number").sort((one, other) => one - other);
  if (numbers.some((no, place) => no !== place) || (end && end.slices !== numbers.length)) throw altered();
  for (let at = 0; at < numbers.length; at += AHEAD) {
    yield await Promise.all(numbers.slice(at, at + AHEAD).map(async (no) => ({ no, row: await bin.read(no) })));
  }
}

/** The same, one by one. */
async function* rowsOf(found) {
  for await (const group of groupsOf(found)) yield* group;
}

const DAMAGED = { kind: null, mime: null, at: "", seconds: 0, bytes: 0, state: "damaged" };
const shown = (id, { about, end, tally }, recording) => {
  const { seconds, bytes, sha256 } = end ?? tally;
  return { id, ...about, seconds, bytes, ...(sha256 && { sha256 }), state: recording ? "recording" : end ? "whole" : "cut" };
};

/**
 * The media of the interviews in `phone` ({store, vault}). `bins` as `binsOf` gives; `estimate()` what the browser says of its storage;
 * `tell(name, detail)` hears "kept", "changed" and "room"; `wait(ms)` passes time.
 */
export const mediaIn = (phone, { bins, estimate = async () => undefined, tell = (_name, _detail) => null, wait = undefined }) => {
  const growing = new Set(); // the items that this page is at
  const moved = new Map(); // drafts that were begun again, by their former id
  const alone = turns();
  const call = async (act, args) => (await phone.vault()).call("media", { act, ...args });
  const now = (draft) => (moved.has(draft) ? now(moved.get(draft)) : draft);
  const idsOf = async (draft) => (await phone.store.all("media")).filter((row) => row.draft === draft).map(({ id }) => id);

  /** {bin, about, end, tally} of an item; null of one that was only being begun when the page was killed. */
  const open = async (draft, id) => {
    const bin = await bins.openBin(id);
    const [wrapped, head, end = null, tally = EMPTY] = await Promise.all([`wrap-${draft}`, "head", "end", "tally"].map((key) => bin.read(key)));
    if (!head) return null;
    if (!wrapped) throw altered();
    return { bin, tally, ...(await call("open", { draft, id, wrapped, head, end })) };
  };

  const describe = async (draft, id) => {
    try {
      const found = await open(draft, id);
      return found && shown(id, found, growing.has(found.bin) && !found.end);
    } catch (error) {
      if (error.name !== "CannotOpen") throw error;
      return { id, ...DAMAGED };
    }
  };

  const list = async (asked) => {
    const draft = now(asked);
    const items = await Promise.all((await idsOf(draft)).map((id) => describe(draft, id)));
    return items.filter(Boolean).sort((one, other) => (one.at < other.at ? -1 : 1));
  };

  const drop = async (id) => {
    await bins.destroyBin(id);
    await phone.store.remove("media", id);
  };

  const requireRoom = async (others, kind) => {
    if (!fits(others, { bytes: 1, seconds: kind === "voice" ? 1 : 0 })) throw new MediaRefused("limit");
    if (roomFor([], await estimate()).level === "none") throw new MediaRefused("room");
  };

  const entered = async (draft, about) => {
    const { id, wrapped, head } = await call("begin", { draft, about });
    try {
      await phone.store.write("media", id, { id, draft });
      const bin = await bins.openBin(id);
      await bin.writeTogether([[`wrap-${draft}`, wrapped], ["head", head]]);
      return { id, bin, ended: false };
    } catch (error) {
      await drop(id);
      throw refusedByPhone(error) ? new MediaRefused("room") : error;
    }
  };

  const begin = async (asked, { kind, mime, ...noted }) => {
    const about = { kind, mime: typeOf(kind, mime), at: new Date().toISOString(), ...noted };
    const others = await list(asked);
    await requireRoom(others, kind);
    const item = await entered(now(asked), about);
    growing.add(item.bin);
    tell("changed", {});
    return recordingOf(item, others, { call, estimate, tell, wait, patient: kind !== "file" });
  };

  const rows = async (asked, id) => {
    const found = await open(now(asked), id);
    if (!found) throw altered();
    return { ...shown(id, found, false), rows: rowsOf(found), groups: groupsOf(found) };
  };

  /** The bytes of an item, slice by slice, a group opened at a time. */
  async function* openedOf(id, groups) {
    for await (const group of groups) yield* await Promise.all(group.map(({ no, row }) => call("read", { id, no, row })));
  }

  /** For the draft `to` beside the one for `from`; one that does not open stays as it is, and is shown as damaged. */
  const rewrap = async (from, to, id) => {
    const found = await open(from, id).catch((error) => (error.name === "CannotOpen" ? null : Promise.reject(error)));
    if (found) await found.bin.write(`wrap-${to}`, await call("rewrap", { draft: to, id }));
  };

  return {
    /** Begin an item of a draft, {kind, mime}, of a file with its {name, source}; what `recordingOf` gives. Throws `MediaRefused`. */
    begin: (draft, what) => alone(() => begin(draft, what)),
    /** [{id, kind, mime, at, seconds, bytes, state}] in the order begun; of a file {name, source} too, and {sha256} once it is whole. */
    list,
    room: async (draft) => roomFor(await list(draft), await estimate()),
    /** An item with its encrypted slices, for sealing: what `list` says of it and `rows`. Throws `CannotOpen`. */
    rows,
    /** {mime, slices} of an item; `slices` are opened as they are asked for. Throws `CannotOpen`, also while they are. */
    open: async (draft, id) => {
      const item = await rows(draft, id);
      return { mime: item.mime, slices: openedOf(id, item.groups) };
    },
    remove: async (id) => {
      await drop(id);
      await call("forget", { id });
      tell("changed", {});
    },
    /** Note that the bin `id` is what the draft is being sealed into. */
    reserve: (draft, id) => alone(() => phone.store.write("media", id, { id, sealed: true, from: now(draft) })),
    /** The keys ended: what was recorded until now is what there is. */
    leave: () => growing.clear(),
    /**
     * The draft `from` is begun again as `to`, and no item meanwhile: `work(writes)` gets what belongs in the stroke that makes `to` the
     * draft. Keys for `to` are in the bins before that; those for `from` open nothing after it, since its root is thrown away.
     */
    moving: (from, to, work) =>
      alone(async () => {
        const ids = await idsOf(from);
        for (const id of ids) await rewrap(from, to, id);
        const sealed = (await phone.store.all("media")).filter((row) => row.from === from);
        const done = await work([...ids.map((id) => ["media", id, { id, draft: to }]), ...sealed.map((row) => ["media", row.id, { ...row, from: to }])]);
        moved.set(from, to);
        return done;
      }),
  };
};
