/** One recording, picture or file that a page is at: taken in slice by slice, each on the disk and encrypted before the next. DOM-free. */

import { fits, roomFor } from "./capacity.js";
import { refusedByPhone } from "../node/phone_store.js";

/** Of a picture, which comes all at once. */
const SLICE = 256 * 1024;
const TRY_AGAIN = 3000;

/** Nothing more can be taken in: `reason` is limit, room or over. What was taken in before stays. */
export class MediaRefused extends Error {
  constructor(reason) {
    super(`media.${reason}`);
    this.name = "MediaRefused";
    this.reason = reason;
  }
}

/** Work on one thing after the other, whatever came of the one before. */
export const turns = () => {
  let last = Promise.resolve();
  return (work) => {
    const mine = last.then(work, work);
    last = mine.catch(() => null);
    return mine;
  };
};

const bytesIn = async (given) => {
  if (given instanceof Uint8Array) return given;
  return new Uint8Array(given instanceof ArrayBuffer ? given : await given.arrayBuffer());
};

const slicesOf = (bytes) => Array.from({ length: Math.ceil(bytes.length / SLICE) }, (_, i) => bytes.subarray(i * SLICE, (i + 1) * SLICE));

/**
 * Rows on the disk, however often the phone refuses them: they are held here, encrypted, until they are taken or the item is gone. What
 * stands elsewhere too is not `patient`: it ends, because it can be taken in again.
 */
const writerOf = (item, { tell, wait, patient }) => async (rows) => {
  for (let refused = false; !item.bin.gone; refused = true) {
    try {
      await item.bin.writeTogether(rows);
      if (refused) tell("kept", { id: item.id, kept: true });
      return;
    } catch (error) {
      if (!item.bin.gone && !refusedByPhone(error)) throw error;
      if (!patient) throw new MediaRefused("room");
      if (!refused && !item.bin.gone) tell("kept", { id: item.id, kept: false });
      await wait(TRY_AGAIN);
    }
  }
};

/** The keys ended (a pause), or another worker came: the item is what it is. */
const over = (error) => Promise.reject(error.reason === "over" || error.name === "VaultClosed" ? new MediaRefused("over") : error);

/**
 * What a page holds of `item` ({id, bin, ended}): {id, append, finish}. `others` are the draft's items beside it, for the limits;
 * `call(act, args)` asks the worker; `estimate`, `tell` and `wait` as for `mediaIn`; `patient` as for `writerOf`.
 */
export const recordingOf = (item, others, { call, estimate, tell, wait = (ms) => new Promise((passed) => setTimeout(passed, ms)), patient = true }) => {
  const next = turns();
  const write = writerOf(item, { tell, wait, patient });
  const tally = { slices: 0, bytes: 0, seconds: 0 };
  const takeIn = async (bytes, seconds) => {
    const grown = { bytes: tally.bytes + bytes.length, seconds: tally.seconds + seconds };
    if (item.ended || item.bin.gone) throw new MediaRefused("over");
    if (!fits(others, grown)) throw new MediaRefused("limit");
    const { no, row } = await call("slice", { id: item.id, bytes }).catch(over);
    Object.assign(tally, grown, { slices: no + 1 });
    await write([[no, row], ["tally", { ...tally }]]);
  };
  const append = async (given, seconds) => {
    for (const [i, slice] of slicesOf(await bytesIn(given)).entries()) await takeIn(slice, i === 0 ? seconds : 0);
    tell("room", roomFor([...others, tally], await estimate()));
  };
  const finish = async () => {
    if (item.ended || item.bin.gone) return;
    item.ended = true;
    await write([["end", await call("end", { id: item.id, says: { bytes: tally.bytes, seconds: Math.ceil(tally.seconds) } }).catch(over)]]);
    tell("changed", {});
  };
  return { id: item.id, append: (given, seconds = 0) => next(() => append(given, seconds)), finish: () => next(finish) };
};
