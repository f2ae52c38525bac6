/** Sound that plays while it is opened: what is in memory stays little, however long it is. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { feed, plays } from "../../../../testimony/web/static/js/interview/media/audio_stream.js";

const SECONDS = 2; // of a slice

/** A buffer and a player like a browser's: appended sound lengthens what is held, and playing goes on when it is asked to. */
const player = () => {
  const held = { from: 0, to: 0, most: 0 };
  const later = (target, name) => queueMicrotask(() => target.dispatchEvent(new Event(name)));
  const buffer = Object.assign(new EventTarget(), {
    appendBuffer() {
      held.to += SECONDS;
      held.most = Math.max(held.most, held.to - held.from);
      later(buffer, "updateend");
    },
    remove(_, to) {
      held.from = to;
      later(buffer, "updateend");
    },
  });
  Object.defineProperty(buffer, "buffered", {
    get: () => ({ length: held.to > held.from ? 1 : 0, start: () => held.from, end: () => held.to }),
  });
  const sound = Object.assign(new EventTarget(), { currentTime: 0 });
  const play = (seconds) => {
    sound.currentTime = Math.min(held.to, sound.currentTime + seconds);
    sound.dispatchEvent(new Event("timeupdate"));
  };
  return { buffer, sound, held, play };
};

const opening = (count) => {
  const opened = { count: 0 };
  const slices = (async function* () {
    while (opened.count < count) {
      opened.count += 1;
      yield new Uint8Array(1);
    }
  })();
  return { opened, slices };
};

const settled = () => new Promise((resolve) => setImmediate(resolve));

test("an hour is opened as it is heard: never much more than a minute ahead and a minute behind is held", async () => {
  const { buffer, sound, held, play } = player();
  const { opened, slices } = opening(1800);
  const fed = feed({ buffer, sound, slices, over: () => false });
  await settled();
  assert.ok(opened.count * SECONDS < 70, "it waits until something was heard");
  while (opened.count < 1800 || held.to < 3600) {
    play(5);
    await settled();
  }
  await fed;
  assert.ok(held.most < 140, `${held.most} seconds were in memory`);
});

test("what is hushed is opened no further, and what does not open is told", async () => {
  const { buffer, sound, play } = player();
  const { opened, slices } = opening(1000);
  let over = false;
  const fed = feed({ buffer, sound, slices, over: () => over });
  await settled();
  const before = opened.count;
  over = true;
  play(5);
  await fed;
  assert.equal(opened.count, before);
  const altered = (async function* () {
    yield new Uint8Array(1);
    throw new Error("altered");
  })();
  await assert.rejects(feed({ ...player(), slices: altered, over: () => false }), /altered/);
});

test("a browser that does not stream a type is not asked to", () => {
  globalThis.MediaSource = { isTypeSupported: (type) => type.startsWith("audio/webm") };
  assert.deepEqual(["audio/webm", "audio/mp4", "audio/ogg", "image/jpeg"].map(plays), [true, false, false, false]);
  delete globalThis.MediaSource;
  assert.equal(plays("audio/webm"), false);
});
