/** Boxes over faces: drawn in any direction, never outside, never too small to cover, moved by keys, and burnt in whole. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { LEAST, between, fresh, moved, pixelsOf, placed, pointIn } from "../../../../testimony/web/static/js/interview/media/face_boxes.js";

const close = (box, wanted) => Object.entries(wanted).forEach(([name, value]) => assert.ok(Math.abs(box[name] - value) < 1e-9, `${name}: ${box[name]}`));
const inside = ({ x, y, width, height }) => x >= 0 && y >= 0 && x + width <= 1 + 1e-9 && y + height <= 1 + 1e-9;

test("a box is the same in whichever direction it is drawn", () => {
  const [one, other] = [{ x: 0.2, y: 0.3 }, { x: 0.5, y: 0.7 }];
  const wanted = { x: 0.2, y: 0.3, width: 0.3, height: 0.4 };
  close(between(one, other), wanted);
  close(between(other, one), wanted);
  close(between({ x: 0.5, y: 0.3 }, { x: 0.2, y: 0.7 }), wanted);
});

test("a finger that slides off the picture covers it to the edge; a mere touch covers something", () => {
  close(between({ x: 0.5, y: 0.5 }, { x: 3, y: -2 }), { x: 0.5, y: 0, width: 0.5, height: 0.5 });
  close(between({ x: 1, y: 1 }, { x: 1, y: 1 }), { x: 1 - LEAST, y: 1 - LEAST, width: LEAST, height: LEAST });
});

test("a point on the screen is a share of the picture as it is shown", () => {
  assert.deepEqual(pointIn({ left: 10, top: 100, width: 200, height: 50 }, { clientX: 110, clientY: 125 }), { x: 0.5, y: 0.5 });
});

test("keys move a box and change its size, and never push it out", () => {
  const box = fresh(0);
  close(moved(box, "ArrowRight", false), { ...box, x: box.x + 0.02 });
  close(moved(box, "ArrowUp", false), { ...box, y: box.y - 0.02 });
  close(moved(box, "ArrowDown", true), { ...box, height: box.height + 0.02 });
  assert.equal(moved(box, "Tab", false), null);
  for (const key of ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"]) {
    for (const grow of [false, true]) {
      let one = box;
      for (let time = 0; time < 80; time += 1) one = moved(one, key, grow);
      assert.ok(inside(one) && one.width >= LEAST && one.height >= LEAST, `${key} ${grow}`);
    }
  }
  const grown = Array.from({ length: 80 }).reduce((one) => moved(one, "ArrowRight", true), box);
  close(grown, { x: box.x, width: 1 - box.x }, "it grows to the edge and does not wander");
});

test("what is burnt in covers every dot that the box touches", () => {
  assert.deepEqual(pixelsOf({ x: 0.106, y: 0.106, width: 0.1, height: 0.1 }, { width: 100, height: 50 }), { x: 10, y: 5, width: 11, height: 6 });
  const whole = pixelsOf(placed({ x: -1, y: 0, width: 4, height: 4 }), { width: 333, height: 77 });
  assert.deepEqual(whole, { x: 0, y: 0, width: 333, height: 77 });
});
