/** The size of a piece of media: also for whoever only counts. */

/** Bytes of every piece but the last of its item: with any header line, its body is within the 256 KiB of a frame. */
export const PIECE = 257_000;
