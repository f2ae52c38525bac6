/** The map of the border segments beside their list: a touch chooses what is under it, or offers what is near by name. Loaded when it is opened. */

import { views } from "../../../../vendor/world-atlas-2.0.2/borders.js";
import { touched, viewWith } from "../../borders/border_map.js";
import { all, announce, one, word } from "../base/cards.js";
import { nameOf } from "./rows.js";

const SVG = "http://www.w3.org/2000/svg";
const drawn = (name, values) => {
  const part = document.createElementNS(SVG, name);
  Object.entries(values).forEach(([key, value]) => part.setAttribute(key, value));
  return part;
};

const drawing = (map) => one("svg", map);
const chooser = (map) => one("[data-map-view]", map);
const viewOn = (map) => views.find(({ id }) => id === chooser(map).value);

const LONG = 12; // letters
const LINE = 26; // units of the view
/** A name in one line, or in two where it is long. */
const nameAt = ([code, x, y]) => {
  const name = nameOf("iso3", code);
  const text = drawn("text", { x, y });
  const space = name.length > LONG ? name.lastIndexOf(" ") : -1;
  if (space < 0) return Object.assign(text, { textContent: name });
  const lines = [name.slice(0, space), name.slice(space + 1)];
  text.append(...lines.map((line, at) => Object.assign(drawn("tspan", { x, y: y + LINE * (at - 0.5) }), { textContent: line })));
  return text;
};

/** The names of the States, without those that would lie over another one. */
const putNames = (svg, states) => {
  const names = states.map(nameAt);
  svg.append(...names);
  const boxes = names.map((name) => name.getBBox());
  const overlap = (a, b) => a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
  const { width } = svg.viewBox.baseVal;
  const kept = [];
  boxes.forEach((box, at) => {
    if (box.x < 0 || box.x + box.width > width || kept.some((other) => overlap(box, other))) names[at].remove();
    else kept.push(box);
  });
};

const mark = (map, codes) =>
  all("[data-border]", map).forEach((line) => {
    line.toggleAttribute("data-taken", codes.includes(line.dataset.border));
    if ("taken" in line.dataset) line.parentElement.append(line); // over those that run beside it
  });

const draw = (map, codes) => {
  const { width, height, land, segments, states } = viewOn(map);
  const lines = drawn("g", {});
  lines.append(...Object.entries(segments).map(([code, d]) => drawn("path", { class: "border", "data-border": code, d })));
  drawing(map).setAttribute("viewBox", `0 0 ${width} ${height}`);
  drawing(map).replaceChildren(drawn("path", { class: "land", d: land }), lines);
  putNames(drawing(map), states);
  mark(map, codes);
};

const offer = (map, codes) => {
  const place = one("[data-map-near]", map);
  place.replaceChildren(...codes.map((code) => {
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: nameOf("gaz_segment", code) });
    Object.assign(button.dataset, { act: "take-suggested", suggest: code });
    button.setAttribute("aria-pressed", "false");
    return button;
  }));
  place.hidden = codes.length === 0;
  if (codes.length > 0) place.scrollIntoView({ block: "nearest" });
};
const say = (map, sentence) => {
  one("[data-map-said]", map).textContent = sentence;
  announce(sentence);
};

/** The view of what is chosen, with its line marked. */
const showChosen = (map, codes) => {
  if (map.hidden) return;
  const view = viewWith(views, codes[0]);
  if (view && view !== viewOn(map)) {
    chooser(map).value = view.id;
    draw(map, codes);
    offer(map, []);
  }
  mark(map, codes);
  all("[data-map-near] button", map).forEach((button) => button.setAttribute("aria-pressed", String(codes.includes(button.dataset.suggest))));
};

const touch = (map, event, choose) => {
  const box = drawing(map).getBoundingClientRect();
  const unit = viewOn(map).width / box.width;
  const { sure, near } = touched(viewOn(map), [(event.clientX - box.left) * unit, (event.clientY - box.top) * unit], unit);
  offer(map, near);
  say(map, sure || near.length > 0 ? "" : word("map_nothing"));
  if (sure) choose(sure);
};

const begun = new WeakSet();
/** Let a map hear the finger, the list and the choice of the view; once. */
const begin = (map, held, choose) => {
  if (begun.has(map)) return;
  begun.add(map);
  drawing(map).addEventListener("click", (event) => touch(map, event, choose));
  map.addEventListener("answer-shown", ({ detail }) => showChosen(map, detail));
  chooser(map).addEventListener("change", () => {
    draw(map, held());
    offer(map, []);
    say(map, "");
  });
};

/** Open the map of `button` or close it. `held()`: the codes that are chosen; `choose(code)` takes one. */
export const turnMap = (button, held, choose) => {
  const map = button.nextElementSibling;
  begin(map, held, choose);
  map.hidden = !map.hidden;
  button.setAttribute("aria-expanded", String(!map.hidden));
  if (map.hidden) return;
  chooser(map).value = (viewWith(views, held()[0]) ?? viewOn(map) ?? views[0]).id;
  offer(map, []);
  say(map, "");
  draw(map, held());
  drawing(map).scrollIntoView({ block: "center" });
};
