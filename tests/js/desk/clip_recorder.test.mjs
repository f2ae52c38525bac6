/** A sentence at the desk is kept whole or not at all, and what the desk answers becomes a sentence for the person. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { deskAt } from "../../../testimony/web/static/js/desk/clip_calls.js";
import { DeskRefused } from "../../../testimony/web/static/js/desk/calls.js";
import { LARGEST, takeClip } from "../../../testimony/web/static/js/desk/clip_recorder.js";

class FakeRecorder extends EventTarget {
  static made = [];
  state = "inactive";
  constructor() {
    super();
    FakeRecorder.made.push(this);
  }
  start() {
    this.state = "recording";
  }
  give(size) {
    this.dispatchEvent(Object.assign(new Event("dataavailable"), { data: new Blob([new Uint8Array(size)]) }));
  }
  stop() {
    this.state = "inactive";
    this.give(10);
    this.dispatchEvent(new Event("stop"));
  }
}

const began = () => {
  let time = 0;
  const taking = takeClip({ stream: "sound", type: "audio/webm", Recorder: FakeRecorder, now: () => time * 1000 });
  return { taking, recorder: FakeRecorder.made.at(-1), pass: (seconds) => (time += seconds) };
};

test("the press that ends it gives all that was said, and how long it was", async () => {
  const { taking, recorder, pass } = began();
  pass(2);
  recorder.give(100);
  pass(1.5);
  taking.stop();
  const { why, clip } = await taking.ended;
  assert.equal(why, "stopped");
  assert.deepEqual([clip.bytes.size, clip.bytes.type, clip.ms], [110, "audio/webm", 3500]);
});

test("what is too large is not kept in part", async () => {
  const { taking, recorder, pass } = began();
  pass(2);
  recorder.give(LARGEST);
  pass(2);
  recorder.give(1);
  assert.deepEqual(await taking.ended, { why: "room", clip: null });
});

test("after three minutes it ends, and half a sentence is not kept", async () => {
  const { taking, recorder, pass } = began();
  pass(181);
  recorder.give(5);
  assert.deepEqual(await taking.ended, { why: "limit", clip: null });
});

test("a microphone that goes away leaves nothing", async () => {
  const { taking, recorder } = began();
  recorder.state = "inactive";
  recorder.dispatchEvent(new Event("stop"));
  assert.deepEqual(await taking.ended, { why: "lost", clip: null });
});

const answering = (status, said) => {
  const asked = [];
  const fetch = async (address, options) => {
    asked.push([address, options]);
    return new Response(JSON.stringify(said), { status });
  };
  return { asked, desk: deskAt({ csrf: "token", lang: "fr", fetch }) };
};

test("a recording goes with its length, its words and the page's token", async () => {
  const { asked, desk } = answering(200, { ms: 5 });
  assert.deepEqual(await desk.keep("/wordings/ps/clips/told.who", { bytes: "sound", ms: 5 }, "aa"), { ms: 5 });
  const [address, { method, headers, cache }] = asked[0];
  assert.equal(address, "/wordings/ps/clips/told.who?ms=5&text=aa");
  assert.deepEqual([method, cache, headers["X-CSRFToken"], headers["Accept-Language"]], ["POST", "no-store", "token", "fr"]);
});

test("what the desk refuses is said in its words, and a locked key is told apart", async () => {
  const refusedBy = (status, said) => answering(status, said).desk.ready("/fr/wordings/ps").catch((error) => error);
  const refused = await refusedBy(422, { code: "clip.refused", sentence: "Non." });
  assert.ok(refused instanceof DeskRefused);
  assert.deepEqual([refused.sentence, refused.locked], ["Non.", false]);
  assert.ok((await refusedBy(423, { code: "access.unlock", sentence: "…" })).locked);
});
