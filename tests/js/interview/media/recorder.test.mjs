/** A recording by touches: begun, paused, gone on with, ended, and ended by itself; every slice is kept before it is over. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { levelOf, SOUND } from "../../../../testimony/web/static/js/interview/media/loudness.js";
import { record, typeFor, whySilent } from "../../../../testimony/web/static/js/interview/media/recorder.js";

/** A browser's recorder whose sound comes when the test says so. */
class FakeRecorder extends EventTarget {
  static made = [];
  constructor(stream, options) {
    super();
    Object.assign(this, { stream, options, state: "inactive", asked: 0 });
    FakeRecorder.made.push(this);
  }
  start(slice) {
    this.state = "recording";
    this.slice = slice;
  }
  pause() {
    this.state = "paused";
  }
  resume() {
    this.state = "recording";
  }
  requestData() {
    this.asked += 1;
    this.give("rest");
  }
  give(data) {
    this.dispatchEvent(Object.assign(new Event("dataavailable"), { data: { size: data.length, data } }));
  }
  stop() {
    if (this.state === "inactive") throw new Error("stopped twice");
    this.state = "inactive";
    this.give("last");
    this.dispatchEvent(new Event("stop"));
  }
}

const began = ({ append = async () => undefined, most } = {}) => {
  const kept = [];
  const states = [];
  let time = 0;
  const item = {
    finished: 0,
    append: async ({ data }, seconds) => {
      await append(data);
      kept.push([data, seconds]);
    },
    finish: async () => (item.finished += 1),
  };
  const recording = record({ stream: "sound", item, type: "audio/webm", most, Recorder: FakeRecorder, now: () => time * 1000, changed: (state) => states.push(state) });
  return { recording, recorder: FakeRecorder.made.at(-1), item, kept, states, pass: (seconds) => (time += seconds) };
};

test("slices of two seconds, one channel's worth of bits, handed on as they come", async () => {
  const { recording, recorder, item, kept, pass } = began();
  assert.deepEqual(recorder.options, { mimeType: "audio/webm", audioBitsPerSecond: 24000 });
  assert.equal(recorder.slice, 2000);
  pass(2);
  recorder.give("one");
  pass(2);
  recorder.give("");
  recorder.give("two");
  pass(1);
  assert.equal(await recording.stop(), "stopped");
  assert.deepEqual(kept, [["one", 2], ["two", 2], ["last", 1]]);
  assert.equal(item.finished, 1);
});

test("a pause is not counted, and what was said before it is kept at once", async () => {
  const { recording, recorder, kept, states, pass } = began();
  pass(3);
  recording.pause();
  recording.pause();
  pass(600);
  assert.equal(recording.seconds(), 3);
  assert.equal(recorder.asked, 1);
  recording.goOn();
  recording.goOn();
  pass(2);
  assert.equal(recording.seconds(), 5);
  await recording.stop();
  assert.deepEqual(kept, [["rest", 3], ["last", 2]]);
  assert.deepEqual(states, ["paused", "recording", "ending", "ended"]);
});

test("it is over only when the last slice is kept", async () => {
  let keep = null;
  const waiting = new Promise((resolve) => (keep = resolve));
  const { recording, item } = began({ append: () => waiting });
  let over = false;
  const ended = recording.stop().then(() => (over = true));
  await Promise.resolve();
  assert.deepEqual([over, item.finished, recording.state()], [false, 0, "ending"]);
  keep();
  await ended;
  assert.deepEqual([item.finished, recording.state()], [1, "ended"]);
});

test("stopped twice, or while it ends by itself, it ends once", async () => {
  const { recording, recorder, item } = began();
  const both = await Promise.all([recording.stop(), recording.stop()]);
  recording.pause();
  recording.goOn();
  assert.deepEqual(both, ["stopped", "stopped"]);
  assert.deepEqual([item.finished, recording.state(), recorder.state], [1, "ended", "inactive"]);
});

test("at its longest it ends by itself", async () => {
  const { recording, recorder, pass } = began({ most: 10 });
  pass(9);
  recorder.give("one");
  assert.equal(recording.state(), "recording");
  pass(1);
  recorder.give("two");
  assert.equal(await recording.ended, "limit");
});

test("a microphone that goes away ends it, and what was said is kept", async () => {
  const { recording, recorder, kept, pass } = began();
  pass(1);
  recorder.stop();
  assert.equal(await recording.ended, "lost");
  assert.deepEqual(kept, [["last", 1]]);
});

test("a slice that is not kept ends it and says why", async () => {
  for (const [reason, wanted] of [["room", "room"], ["limit", "limit"], ["over", "failed"], [undefined, "failed"]]) {
    const { recording, recorder } = began({ append: () => Promise.reject(Object.assign(new Error(), { reason })) });
    recorder.give("one");
    assert.equal(await recording.ended, wanted);
  }
  const { recording } = began({ append: () => Promise.reject(Object.assign(new Error(), { reason: "room" })) });
  assert.equal(await recording.stop(), "room", "also when it is the last one");
});

test("the type is the first that this browser records in", () => {
  const able = (...types) => ({ isTypeSupported: (type) => types.includes(type) });
  assert.equal(typeFor(able("audio/mp4", "audio/webm;codecs=opus")), "audio/webm;codecs=opus");
  assert.equal(typeFor(able("audio/mp4")), "audio/mp4");
  assert.equal(typeFor(able()), null);
  assert.equal(typeFor(undefined), null);
});

test("no sound has a reason that somebody can do something about", () => {
  const said = (name) => whySilent({ name });
  assert.deepEqual(["NotAllowedError", "NotFoundError", "NotReadableError"].map(said), ["voice_refused", "voice_absent", "voice_taken"]);
});

test("speech is sound and silence is none", () => {
  const wave = (height) => Float32Array.from({ length: 480 }, (_, i) => height * Math.sin(i / 5));
  assert.equal(levelOf(wave(0)), 0);
  assert.ok(levelOf(wave(0.0005)) < SOUND);
  assert.ok(levelOf(wave(0.05)) > SOUND);
  assert.equal(levelOf(Float32Array.of(1, -1)), 1);
});
