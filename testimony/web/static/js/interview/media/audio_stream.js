/**
 * Sound that plays while it is being opened: a minute ahead and half a minute behind are in memory, the rest stays encrypted.
 *
 * Where a browser cannot play a type piece by piece (iPhones, and Ogg everywhere) the whole is put together in memory.
 */

const AHEAD = 60;
const BEHIND = 30;
const TYPED = { "audio/webm": 'audio/webm; codecs="opus"', "audio/mp4": 'audio/mp4; codecs="mp4a.40.2"' };

/** Whether sound of this type plays piece by piece here. */
export const plays = (mime) => Boolean(TYPED[mime] && globalThis.MediaSource?.isTypeSupported(TYPED[mime]));

/** Until `target` tells of one of `names`; "error" is a failure. */
const heard = (target, ...names) =>
  new Promise((resolve, reject) => {
    const ended = new AbortController();
    const listen = (name, act) => target.addEventListener(name, () => (ended.abort(), act()), { signal: ended.signal });
    names.forEach((name) => listen(name, resolve));
    listen("error", () => reject(new Error("sound")));
  });

const endOf = ({ buffered }) => (buffered.length ? buffered.end(buffered.length - 1) : 0);

/** Forget what was heard. */
const sweep = async (buffer, now) => {
  const { buffered } = buffer;
  if (!buffered.length || now - buffered.start(0) < 2 * BEHIND) return;
  buffer.remove(0, now - BEHIND);
  await heard(buffer, "updateend");
};

/** Wait while there is enough ahead of what is heard. */
const awaitNeed = async (buffer, sound, over) => {
  while (!over() && endOf(buffer) - sound.currentTime > AHEAD) {
    await heard(sound, "timeupdate", "emptied");
    await sweep(buffer, sound.currentTime);
  }
};

/** Give `slices`, an async iterable of bytes, to `buffer` as `sound` needs them, until `over()`. */
export const feed = async ({ buffer, sound, slices, over }) => {
  for await (const slice of slices) {
    await awaitNeed(buffer, sound, over);
    if (over()) return;
    buffer.appendBuffer(slice);
    await heard(buffer, "updateend");
  }
};

/**
 * Let `sound` (an <audio>) play `slices` of `mime`: {release, fed}. `release()` stops and forgets; `fed` ends when all was handed over, and
 * fails when something does not open.
 */
export const stream = (sound, mime, slices) => {
  const source = new MediaSource();
  const url = URL.createObjectURL(source);
  let over = false;
  const fill = async () => {
    await heard(source, "sourceopen", "sourceclose");
    if (over) return;
    await feed({ buffer: source.addSourceBuffer(TYPED[mime]), sound, slices, over: () => over });
    if (source.readyState === "open") source.endOfStream();
  };
  sound.src = url;
  const release = () => {
    over = true;
    URL.revokeObjectURL(url);
  };
  return { release, fed: fill().catch((error) => (over ? undefined : Promise.reject(error))) };
};
