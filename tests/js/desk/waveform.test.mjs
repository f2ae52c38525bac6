import assert from "node:assert/strict";
import { test } from "node:test";

import { clockOf, pathOf, peaksOf, silences } from "../../../testimony/web/static/js/desk/waveform.js";

const sound = (...stretches) => Float32Array.from(stretches.flatMap(([loud, count]) => Array.from({ length: count }, (_, at) => (at % 2 ? -loud : loud))));

test("each column is as high as the loudest moment in it", () => {
  const rounded = peaksOf(sound([0.5, 10], [0, 10], [0.25, 10]), 3).map((peak) => Math.round(peak * 100) / 100);
  assert.deepEqual(rounded, [0.5, 0, 0.25]);
  assert.deepEqual(peaksOf(Float32Array.of(), 2), [0, 0]);
  assert.equal(peaksOf(sound([4, 3]), 1)[0], 1);
});

test("a single loud sample in an hour is seen", () => {
  const samples = new Float32Array(100_000);
  samples[54_321] = -0.9;
  const peaks = peaksOf(samples, 500);
  assert.equal(peaks.filter((peak) => peak > 0.8).length, 1);
});

test("silence is told from three seconds on, to the end of the recording too", () => {
  const peaks = [1, 0, 0, 0, 1, 0, 1, 0, 0, 0];
  assert.deepEqual(silences(peaks, 10), [[1, 4], [7, 10]]);
  assert.deepEqual(silences([1, 1], 10), []);
  assert.deepEqual(silences([0, 0], 10), [[0, 10]]);
});

test("the drawing stays in its frame, and what is quiet all through is seen", () => {
  const heights = [...pathOf([0.03, 0.01]).matchAll(/v([\d.]+)h-/g)].map((found) => Number(found[1]));
  assert.equal(heights.length, 2);
  assert.ok(heights[0] > 90 && heights[0] <= 100);
  assert.ok(!pathOf([0, 0]).includes("NaN"));
});

test("the clock reads as the desk writes it", () => {
  assert.deepEqual([0, 65, 3723.9, -1].map(clockOf), ["0:00", "1:05", "1:02:03", "0:00"]);
});
