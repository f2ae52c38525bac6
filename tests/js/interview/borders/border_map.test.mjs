/** The map of the border segments: none of those that are documented most is missing on it, and a finger reaches each of them. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { gzipSync } from "node:zlib";

import { touched, viewWith } from "../../../../testimony/web/static/js/interview/borders/border_map.js";
import { views, withoutLine } from "../../../../testimony/web/static/vendor/world-atlas-2.0.2/borders.js";

const { borders } = JSON.parse(readFileSync(new URL("../../../../testimony/questionnaire/gazetteer.json", import.meta.url), "utf8"));
const segments = Object.entries(borders).flatMap(([border, parts]) => [...parts, "all"].map((part) => `${border}:${part}`));
const file = new URL("../../../../testimony/web/static/vendor/world-atlas-2.0.2/borders.js", import.meta.url);
const PHONES = [360, 320];
const MARGINS = 30; // of the card, and the edge of the map

const stops = (path) => path.split("M").filter(Boolean).flatMap((line) => {
  const numbers = line.split(" ").map(Number);
  return numbers.flatMap((x, at) => (at % 2 === 0 ? [[x, numbers[at + 1]]] : []));
});
const means = (code, { sure, near }) => sure === code || near.includes(code);

test("each segment of a border that is documented most is on one view of the map or named among those without a line", () => {
  for (const code of segments) {
    const on = views.filter((view) => code in view.segments);
    assert.equal(on.length, withoutLine.includes(code) ? 0 : 1, code);
    assert.equal(viewWith(views, code), on[0]);
  }
  assert.deepEqual(views.flatMap((view) => Object.keys(view.segments)).filter((code) => !segments.includes(code)), []);
  assert.deepEqual(withoutLine.filter((code) => !segments.includes(code)), []);
});

test("all that is drawn lies within its view", () => {
  for (const { width, height, segments: lines } of views) {
    for (const [x, y] of Object.values(lines).flatMap(stops)) assert.ok(x >= 0 && y >= 0 && x <= width && y <= height);
  }
});

test("on a small phone a touch on the line of a segment means it or offers it by name, one of three at most", () => {
  for (const phone of PHONES) {
    for (const view of views) {
      const unit = view.width / (phone - MARGINS);
      for (const [code, path] of Object.entries(view.segments)) {
        const answers = stops(path).map((point) => touched(view, point, unit));
        assert.ok(answers.some((answer) => means(code, answer)), `${code} cannot be reached on ${phone}`);
        assert.ok(answers.every(({ near }) => near.length <= 3));
      }
    }
  }
});

const lonely = { segments: { "AAA-BBB:all": "M0 100 400 100", "CCC-DDD:all": "M0 400 400 400" } };
const crowd = { segments: { "AAA-BBB:all": "M0 100 400 100", "BBB-AAA:all": "M0 100 400 100", "AAA-BBB:north": "M0 120 100 120", "AAA-BBB:south": "M300 120 400 120", "CCC-DDD:all": "M0 400 9 400" } };

test("a target is 44 pixels high, whatever the scale of the map", () => {
  for (const unit of [1, 2, 2.25]) {
    assert.deepEqual(touched(lonely, [200, 100 + 21.9 * unit], unit), { sure: "AAA-BBB:all", near: [] });
    assert.deepEqual(touched(lonely, [200, 100 + 22.1 * unit], unit), { sure: null, near: ["AAA-BBB:all"] });
    assert.deepEqual(touched(lonely, [200, 100 + 45 * unit], unit).near, []);
  }
});

test("what lies close together is offered, the nearest first and three at most", () => {
  assert.deepEqual(touched(crowd, [50, 112], 1), { sure: null, near: ["AAA-BBB:north", "AAA-BBB:all", "BBB-AAA:all"] });
  assert.deepEqual(touched(crowd, [5, 395], 1), { sure: "CCC-DDD:all", near: [] });
});

test("the map is at most 60 kB, packed", () => {
  assert.ok(gzipSync(readFileSync(file), { level: 9 }).length <= 60_000);
});
