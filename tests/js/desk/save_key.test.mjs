import assert from "node:assert/strict";
import test from "node:test";
import { isSave } from "../../../testimony/web/static/js/desk/save_key.js";

const press = (key, code, held = {}) => isSave({ key, code, ctrlKey: true, ...held });

test("Ctrl+S and Cmd+S save on every keyboard", () => {
  assert.ok(press("s", "KeyS"));
  assert.ok(press("S", "KeyS"), "with Caps Lock");
  assert.ok(press("s", "KeyS", { ctrlKey: false, metaKey: true }));
  for (const key of ["σ", "ы", "س"]) assert.ok(press(key, "KeyS"), key);
  assert.ok(press("s", "Semicolon"), "on a Dvorak keyboard");
});

test("no other key saves", () => {
  assert.ok(!press("s", "KeyS", { ctrlKey: false }));
  assert.ok(!press("o", "KeyS"), "on a Dvorak keyboard it opens a file");
  assert.ok(!press("ś", "KeyS", { altKey: true }), "a Polish letter");
  assert.ok(!press("S", "KeyS", { shiftKey: true }), "another shortcut of the browser");
  assert.ok(!press("ς", "KeyW"));
});
