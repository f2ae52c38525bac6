/** One sentence said aloud, in memory: never longer or larger than a recording of it may be, and never half of it. DOM-free. */

import { record } from "../interview/media/recorder.js";

/** Bytes and seconds of one recording (docs/sealing.md, "Wording"). */
export const LARGEST = 256 * 1024;
export const LONGEST = 180;

/** What the recorder writes into: a slice that has no room ends the recording, and then nothing of it is kept. */
const heap = () => {
  const slices = [];
  let [bytes, seconds] = [0, 0];
  return {
    append: async (slice, length) => {
      if (bytes + slice.size > LARGEST) throw Object.assign(new Error("no room"), { reason: "room" });
      slices.push(slice);
      bytes += slice.size;
      seconds += length;
    },
    finish: async () => undefined,
    clip: (type) => ({ bytes: new Blob(slices, { type }), ms: Math.max(Math.round(seconds * 1000), 1) }),
  };
};

/**
 * Record `stream`: {seconds, stop, ended}. `ended` resolves {why, clip}: "stopped" with the clip {bytes, ms}; "limit", "room",
 * "lost" or "failed" without one, because a sentence that breaks off must never be played to anybody.
 */
export const takeClip = ({ stream, type, Recorder = undefined, now = undefined }) => {
  const item = heap();
  const recording = record({ stream, item, type, most: LONGEST, Recorder, now });
  const ended = recording.ended.then((why) => ({ why, clip: why === "stopped" ? item.clip(type) : null }));
  return { seconds: recording.seconds, stop: () => recording.stop(), ended };
};
