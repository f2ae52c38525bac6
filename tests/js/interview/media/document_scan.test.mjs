/** A photographed paper becomes readable: grey, white where it was paper, dark where it was written on. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { scan } from "../../../../testimony/web/static/js/interview/media/document_scan.js";

const dots = (...shades) => Uint8ClampedArray.from(shades.flatMap(([red, green, blue]) => [red, green, blue, 255]));

test("yellow paper in poor light turns white and faded ink dark", () => {
  const paper = Array(90).fill([150, 140, 100]);
  const ink = Array(10).fill([100, 90, 90]);
  const data = dots(...paper, ...ink);
  scan(data);
  assert.deepEqual([...data.subarray(0, 4)], [255, 255, 255, 255]);
  assert.deepEqual([...data.subarray(4 * 95, 4 * 95 + 4)], [0, 0, 0, 255]);
});

test("where there is no contrast none is made up: an even wall does not become noise", () => {
  const data = dots(...Array(50).fill([120, 120, 120]), ...Array(50).fill([122, 122, 122]));
  scan(data);
  assert.ok(data.every((value, at) => at % 4 === 3 || (value >= 118 && value <= 123)));
});
