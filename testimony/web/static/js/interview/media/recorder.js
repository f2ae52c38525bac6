/** One recording from the first sound to the last slice: what it does at each touch, counted, and never longer than it may be. DOM-free. */

/** The longest recording of one testimony. */
export const LONGEST = 3 * 60 * 60;
const SLICE = 2000;
const BITS = 24000;
const TYPES = ["audio/webm;codecs=opus", "audio/ogg;codecs=opus", "audio/mp4;codecs=opus", "audio/mp4"];

/** The type that this browser records in, the smallest first; null where it cannot record. */
export const typeFor = (Recorder = globalThis.MediaRecorder) => TYPES.find((type) => Recorder?.isTypeSupported?.(type)) ?? null;

/** Why no sound could be had, as the name of a sentence, from the error of `getUserMedia`. */
export const whySilent = ({ name }) => {
  if (["NotAllowedError", "SecurityError"].includes(name)) return "voice_refused";
  return ["NotFoundError", "OverconstrainedError"].includes(name) ? "voice_absent" : "voice_taken";
};

/**
 * Record `stream` into `item` ({append, finish}); begins at once. `most` seconds at the longest. `changed(state)` is told each
 * state: "recording", "paused", "ending", "ended". Resolves `ended` with why it did: "stopped", "limit", "room" (no more fits),
 * "lost" (the microphone is gone), "failed". Each slice is handed on as soon as it is there, and an end waits until all are kept.
 */
export const record = ({ stream, item, type, most = LONGEST, changed = (_state) => null, Recorder = globalThis.MediaRecorder, now = () => performance.now() }) => {
  const recorder = new Recorder(stream, { mimeType: type, audioBitsPerSecond: BITS });
  let [state, why, trouble, since, before, told] = ["recording", null, null, now(), 0, 0];
  let kept = Promise.resolve();

  const seconds = () => (before + (since === null ? 0 : now() - since)) / 1000;
  const become = (next) => {
    state = next;
    changed(next);
  };
  const hold = () => {
    before += since === null ? 0 : now() - since;
    since = null;
  };
  const end = (reason) => {
    if (["ending", "ended"].includes(state)) return;
    why = reason;
    hold();
    become("ending");
    if (recorder.state !== "inactive") recorder.stop();
  };
  /** Whatever ended it: that the last of it is not kept is what has to be said. */
  const notKept = ({ reason }) => {
    trouble ??= ["room", "limit"].includes(reason) ? reason : "failed";
    end(trouble);
  };
  const keep = (bytes) => {
    const length = Math.max(seconds() - told, 0);
    told += length;
    kept = Promise.all([kept, item.append(bytes, length)]).then(() => undefined, notKept);
  };

  recorder.addEventListener("dataavailable", ({ data }) => {
    if (data.size > 0) keep(data);
    if (seconds() >= most) end("limit");
  });
  const ended = new Promise((resolve) => {
    recorder.addEventListener("stop", async () => {
      end("lost"); // nothing was touched: the microphone was taken away
      await kept;
      await item.finish().catch(notKept);
      become("ended");
      resolve(trouble ?? why);
    });
  });
  recorder.addEventListener("error", () => end("failed"));
  recorder.start(SLICE);
  return {
    ended,
    state: () => state,
    seconds,
    pause: () => {
      if (state !== "recording") return;
      recorder.pause();
      hold();
      become("paused");
      recorder.requestData(); // a pause may be long, and what was said before it is not to wait for its end
    },
    goOn: () => {
      if (state !== "paused") return;
      recorder.resume();
      since = now();
      become("recording");
    },
    /** Resolves when everything is kept. */
    stop: () => {
      end("stopped");
      return ended;
    },
  };
};
