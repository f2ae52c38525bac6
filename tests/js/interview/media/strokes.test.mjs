/** A signature as lines: what a finger drew, simplified, bounded, and in a form that a desk can check. */

import assert from "node:assert/strict";
import test from "node:test";

import { GRID, LONGEST, PAPER, drawnIn, pathOf, pointIn, simplified, withStroke } from "../../../../testimony/web/static/js/interview/media/strokes.js";

const FORM = /^(?:M\d{1,3} \d{1,3}(?:L\d{1,3} \d{1,3})+)+$/;
const frame = { left: 10, top: 20, width: 300, height: 150 };

test("a point lies on the grid whatever the field's size, and one outside on its edge", () => {
  assert.deepEqual(pointIn(frame, { clientX: 10, clientY: 20 }), [0, 0]);
  assert.deepEqual(pointIn(frame, { clientX: 160.2, clientY: 95 }), [300, 150]);
  assert.deepEqual(pointIn(frame, { clientX: 9999, clientY: -5 }), [GRID.width, 0]);
});

test("points on a line go, corners and ends stay", () => {
  const line = Array.from({ length: 101 }, (_, x) => [x, 50]);
  assert.deepEqual(simplified(line), [[0, 50], [100, 50]]);
  assert.deepEqual(simplified([...line, [100, 90], [100, 130]]), [[0, 50], [100, 50], [100, 130]]);
  assert.deepEqual(simplified([[5, 5]]), [[5, 5]]);
  assert.deepEqual(simplified([[0, 0], [50, 80], [0, 0]]), [[0, 0], [50, 80], [0, 0]]); // there and back again
});

test("no point that was drawn lies further from the kept line than a hair", () => {
  const drawn = Array.from({ length: 400 }, (_, i) => [Math.round(300 + 200 * Math.cos(i / 20)), Math.round(150 + 100 * Math.sin(i / 13))]);
  const kept = simplified(drawn);
  assert.ok(kept.length < drawn.length / 2);
  const distance = ([x, y]) => Math.min(...kept.slice(1).map(([bx, by], at) => {
    const [ax, ay] = kept[at];
    const along = Math.min(Math.max(((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / (Math.hypot(bx - ax, by - ay) ** 2 || 1), 0), 1);
    return Math.hypot(x - ax - along * (bx - ax), y - ay - along * (by - ay));
  }));
  for (const point of drawn) assert.ok(distance(point) <= 1);
});

test("strokes and dots are one path in the form that the desk takes", () => {
  const path = withStroke(withStroke("", [[1, 2], [300, 4]]), [[600, 300]]);
  assert.equal(path, "M1 2L300 4M600 300L600 300");
  assert.match(path, FORM);
  assert.equal(pathOf([[0, 0]]), "M0 0L0 0");
});

test("what would be longer than the bound is not taken, and what was drawn before stays", () => {
  const zigzag = Array.from({ length: 60 }, (_, i) => [i * 10, i % 2 === 0 ? 100 : 299]);
  let path = "";
  for (let next = withStroke(path, zigzag); next !== null; next = withStroke(path, zigzag)) path = next;
  assert.ok(path.length <= LONGEST && path.length > LONGEST - 600);
  assert.match(path, FORM);
});

test("an answer holds a line, or says that it is on paper, or nothing", () => {
  assert.deepEqual([undefined, { value: PAPER }, { value: "M1 1L2 2" }].map(drawnIn), ["", "", "M1 1L2 2"]);
});
