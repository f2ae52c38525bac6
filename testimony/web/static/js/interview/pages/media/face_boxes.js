/** Boxes over faces, drawn with a finger or set with keys, on the picture that is about to be kept. */

import { between, fresh, moved, pointIn } from "../../media/face_boxes.js";
import { all, one } from "../base/cards.js";
import { filled } from "../base/phrases.js";

let boxes = [];
let drawn = null;

const stage = () => one("[data-stage]");
const canvas = () => one("[data-picture-canvas]");
const percent = (share) => `${share * 100}%`;

const place = (element, { x, y, width, height }) =>
  Object.assign(element.style, { insetInlineStart: percent(x), insetBlockStart: percent(y), inlineSize: percent(width), blockSize: percent(height) });

const elementFor = (box, at) => {
  const element = document.createElement("button");
  Object.assign(element, { type: "button", className: "box" });
  element.dataset.box = at;
  element.setAttribute("aria-label", filled("box_name", { n: at + 1 }));
  place(element, box);
  return element;
};

const show = () => {
  all(".box", stage()).forEach((element) => element.remove());
  stage().append(...[...boxes, ...(drawn ? [drawn.box] : [])].map(elementFor));
  one("[data-boxes-said]").textContent = boxes.length > 0 ? filled("boxes_said", { n: boxes.length }) : "";
};

/** The boxes as they are. */
export const boxesNow = () => boxes;

/** Begin with a picture that has none. */
export const uncoverAll = () => {
  [boxes, drawn] = [[], null];
  if (stage()) show();
};

const focusBox = (at) => one(`[data-box="${at}"]`)?.focus();

export const addBox = () => {
  boxes = [...boxes, fresh(boxes.length)];
  show();
  focusBox(boxes.length - 1);
};

export const undoBox = () => {
  boxes = boxes.slice(0, -1);
  show();
};

const point = (event) => pointIn(canvas().getBoundingClientRect(), event);

document.addEventListener("pointerdown", (event) => {
  if (event.target !== canvas() || drawn) return;
  event.preventDefault();
  canvas().setPointerCapture(event.pointerId);
  const from = point(event);
  drawn = { id: event.pointerId, from, box: between(from, from) };
  show();
});
document.addEventListener("pointermove", (event) => {
  if (drawn?.id !== event.pointerId) return;
  drawn.box = between(drawn.from, point(event));
  place(stage().lastElementChild, drawn.box);
});
document.addEventListener("pointerup", (event) => {
  if (drawn?.id !== event.pointerId) return;
  boxes = [...boxes, between(drawn.from, point(event))];
  drawn = null;
  show();
});
document.addEventListener("pointercancel", (event) => {
  if (drawn?.id !== event.pointerId) return;
  drawn = null;
  show();
});
document.addEventListener("keydown", (event) => {
  const at = Number(event.target.dataset?.box ?? -1);
  if (at < 0) return;
  if (["Delete", "Backspace"].includes(event.key)) {
    boxes = boxes.filter((_, each) => each !== at);
    show();
    (one(`[data-box="${Math.min(at, boxes.length - 1)}"]`) ?? one('[data-act="box-add"]')).focus();
    return;
  }
  const box = moved(boxes[at], event.key, event.shiftKey);
  if (!box) return;
  event.preventDefault();
  boxes = boxes.map((each, other) => (other === at ? box : each));
  place(event.target, box);
});
