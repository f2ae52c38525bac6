/** How much more can be recorded: within the format, within three hours, and within the room that the phone has. DOM-free. */

import { MOST_PIECES } from "../../sealing/parts/audiences.js";
import { PIECE } from "../../sealing/testimony/piece_size.js";
import { LEAST } from "../node/free_space.js";

export { MOST_PIECES, PIECE };
export const LONGEST = 3 * 60 * 60;
/** Bytes of a second of speech as it is recorded, and as it is stored in slices of two seconds. */
const SPOKEN = 3_200;
const STORED = 4_200;
/** A large picture. */
const PICTURE = 1_500_000;
const LOW = 15 * 60;
const NEXT_SLICES = 10;
/** Everything is on the phone twice while it is sealed: as it was recorded, and sealed. */
const TWICE = 2;

export const piecesOf = (bytes) => Math.ceil(bytes / PIECE);

/** Pieces that are free, with `items` ([{bytes, seconds}]) in the draft. */
const piecesLeft = (items) => MOST_PIECES - 1 - items.reduce((sum, { bytes }) => sum + piecesOf(bytes), 0);

const secondsLeft = (items) => LONGEST - items.reduce((sum, { seconds }) => sum + seconds, 0);

/** Bytes that the phone has left for media; a browser that does not say is taken to have enough. */
const bytesLeft = (items, /** @type {StorageEstimate} */ { quota, usage } = {}) => {
  if (!(quota >= 0) || !(usage >= 0)) return Infinity;
  const unsealed = items.reduce((sum, { bytes }) => sum + bytes, 0);
  return Math.max(0, quota - usage - LEAST - unsealed) / TWICE;
};

const levelOf = (voice) => (voice < NEXT_SLICES ? "none" : voice < LOW ? "low" : "enough");

/** What ends first: "limit" (three hours of sound), "full" (the pieces of a testimony) or "room" (the phone's storage). */
const firstOf = (seconds, ofPieces, ofBytes) => {
  if (seconds <= Math.min(ofPieces, ofBytes)) return "limit";
  return ofPieces <= ofBytes ? "full" : "room";
};

/**
 * {voice: seconds, pictures, file: bytes of one, level, ends}: what still fits beside `items`, and what of sound ends first (`firstOf`);
 * `estimate` is what the browser says of its storage.
 */
export const roomFor = (items, estimate) => {
  const [pieces, bytes] = [Math.max(0, piecesLeft(items)), bytesLeft(items, estimate)];
  const [seconds, ofPieces, ofBytes] = [Math.max(0, secondsLeft(items)), (pieces * PIECE) / SPOKEN, bytes / STORED];
  const voice = Math.floor(Math.min(seconds, ofPieces, ofBytes));
  const pictures = Math.floor(Math.min(pieces / piecesOf(PICTURE), bytes / PICTURE));
  return { voice, pictures, file: Math.floor(Math.min(pieces * PIECE, bytes)), level: levelOf(voice), ends: firstOf(seconds, ofPieces, ofBytes) };
};

/** Whether `more` bytes and seconds of an item with `bytes` fit into the format beside `others`. */
export const fits = (others, { bytes, seconds }) => piecesLeft([...others, { bytes }]) >= 0 && secondsLeft([...others, { seconds }]) >= 0;
