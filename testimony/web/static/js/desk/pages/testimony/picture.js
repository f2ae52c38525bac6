/** Looking closely at a picture: buttons, keys, wheel, two fingers; moved by dragging, by arrows and by scrolling. */

import { STEP, fitting, kept, turned, within } from "../../zoom.js";

const place = document.querySelector("[data-picture]");
const view = place.querySelector(".viewer");
const ground = place.querySelector(".viewer-ground");
const image = place.querySelector("img");
const state = place.querySelector("[data-state]");
const own = () => ({ width: image.naturalWidth, height: image.naturalHeight });
const room = () => ({ width: view.clientWidth, height: view.clientHeight });
const percent = new Intl.NumberFormat(document.documentElement.lang, { style: "percent" });

let scale = 1;
let degrees = 0;
let whole = true; // it follows its window until somebody zooms

const lay = () => {
  const { width, height } = turned(own(), degrees);
  Object.assign(ground.style, { inlineSize: `${width * scale}px`, blockSize: `${height * scale}px` });
  Object.assign(image.style, { inlineSize: `${own().width * scale}px`, blockSize: `${own().height * scale}px` });
  image.style.transform = `translate(-50%, -50%) rotate(${degrees}deg)`;
};
const say = () => {
  state.textContent = place.dataset.said.replace("{size}", percent.format(scale)).replace("{degrees}", degrees);
};

/** `at`: which point of the window stays where it is; its middle unless something else is said. */
const zoom = (to, at = { x: view.clientWidth / 2, y: view.clientHeight / 2 }) => {
  const before = scale;
  scale = within(to);
  const left = kept({ scroll: view.scrollLeft, at: at.x, before, after: scale });
  const top = kept({ scroll: view.scrollTop, at: at.y, before, after: scale });
  lay();
  view.scrollTo(left, top);
  say();
};
const byHand = (to, at) => {
  whole = false;
  zoom(to, at);
};
const fit = () => {
  whole = true;
  zoom(fitting(own(), room(), degrees));
};

const ACTS = {
  in: () => byHand(scale * STEP),
  out: () => byHand(scale / STEP),
  own: () => byHand(1),
  fit,
  turn: () => {
    degrees = (degrees + 90) % 360;
    if (whole) fit();
    else zoom(scale);
  },
};
const KEYS = { "+": "in", "=": "in", "-": "out", _: "out", 0: "fit", 1: "own", r: "turn", R: "turn" };

const pointOf = (event) => {
  const { left, top } = view.getBoundingClientRect();
  return { x: event.clientX - left, y: event.clientY - top };
};
const fingers = new Map();
const middleOf = (/** @type {any[]} */ [one, other]) => ({ x: (one.x + other.x) / 2, y: (one.y + other.y) / 2 });
const spread = (/** @type {any[]} */ [one, other]) => Math.hypot(one.x - other.x, one.y - other.y);

const move = (event) => {
  const before = [...fingers.values()];
  if (!fingers.has(event.pointerId)) return;
  fingers.set(event.pointerId, pointOf(event));
  const after = [...fingers.values()];
  if (after.length === 2) byHand((scale * spread(after)) / Math.max(1, spread(before)), middleOf(after));
  if (after.length === 1) view.scrollBy(before[0].x - after[0].x, before[0].y - after[0].y);
};
const lift = ({ pointerId }) => fingers.delete(pointerId);

const begin = () => {
  place.querySelector("[role=toolbar]").hidden = false;
  view.classList.add("zooming");
  fit();
  place.addEventListener("click", ({ target }) => ACTS[target.closest("[data-act]")?.dataset.act]?.());
  view.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !(event.key in KEYS)) return;
    event.preventDefault();
    ACTS[KEYS[event.key]]();
  });
  view.addEventListener("wheel", (event) => {
    event.preventDefault();
    byHand(scale * Math.exp(-event.deltaY / 400), pointOf(event));
  }, { passive: false });
  view.addEventListener("pointerdown", (event) => {
    view.setPointerCapture(event.pointerId);
    fingers.set(event.pointerId, pointOf(event));
  });
  view.addEventListener("pointermove", move);
  for (const kind of ["pointerup", "pointercancel"]) view.addEventListener(kind, lift);
  image.draggable = false;
  new ResizeObserver(() => whole && fit()).observe(view);
};

/** In words why it is not shown. */
const ask = async () => {
  const answer = await fetch(place.dataset.check, { cache: "no-store", headers: { Accept: "application/json" } }).catch(() => null);
  if (answer?.status === 423 || answer?.redirected) return location.reload();
  const said = answer && !answer.ok ? await answer.json().catch(() => ({})) : {};
  state.textContent = said.sentence ?? place.dataset.failed;
  state.className = "note bad";
  view.hidden = true;
};

if (image.complete && image.naturalWidth) begin();
else if (image.complete) await ask();
else {
  image.addEventListener("load", begin, { once: true });
  image.addEventListener("error", ask, { once: true });
}
