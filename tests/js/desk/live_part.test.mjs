import assert from "node:assert/strict";
import { test } from "node:test";

const MINUTE = 60_000;

/** A page of a release with no more than the script asks for. `requests`: how often it asked the desk. */
const acts = {};
const listen = (kind, act) => (acts[kind] ??= []).push(act);
const happen = (kind) => Promise.all((acts[kind] ?? []).map((act) => act({ target: { closest: () => null } })));
const part = (textContent, pickers = []) => ({
  textContent,
  contains: () => false,
  focus: () => null,
  querySelector: () => null,
  querySelectorAll: () => pickers,
  replaceWith: (next) => (live = next),
});
let live = part("agreed");
let next = live;
let requests = 0;
let at = 0;
let show;
const offer = { hidden: true, addEventListener: (_, act) => (show = act) };
const said = { textContent: "" };

Date.now = () => at;
globalThis.addEventListener = listen;
globalThis.location = { href: "/en/releases/" };
globalThis.document = {
  documentElement: { lang: "en" },
  activeElement: null,
  addEventListener: listen,
  adoptNode: (node) => node,
  querySelector: (place) => ({ "[data-live]": live, "[data-live-said]": said, "[data-act=show-live]": offer })[place],
  querySelectorAll: () => [],
};
globalThis.XMLHttpRequest = class {
  open() {}
  send() {
    requests += 1;
    Object.assign(this, { status: 200, response: { querySelector: () => next } });
    this.onloadend();
  }
};
await import("../../../testimony/web/static/js/desk/pages/release/live_part.js");

test("while somebody is at the page it follows, and where nobody is it only offers and asks for nothing", async () => {
  next = part("may leave");
  at += MINUTE - 1;
  await happen("arrived");
  assert.deepEqual([live, requests, offer.hidden], [next, 1, true]);
  next = part("left");
  at += 1;
  for (const kind of ["arrived", "exchanged"]) await happen(kind);
  assert.deepEqual([live.textContent, requests, offer.hidden], ["may leave", 1, false]);
  await happen("keydown");
  await show();
  assert.deepEqual([live, requests, offer.hidden], [next, 2, true]);
});

test("what may wait for somebody is done once, when they are there again", async () => {
  const { whenAttended } = await import("../../../testimony/web/static/js/desk/pages/session/attention.js");
  let done = 0;
  const act = () => (done += 1);
  whenAttended(act);
  assert.equal(done, 1);
  at += MINUTE;
  for (let turn = 0; turn < 3; turn += 1) whenAttended(act);
  assert.equal(done, 1);
  for (let turn = 0; turn < 2; turn += 1) await happen("pointerdown");
  assert.equal(done, 2);
});

test("the search of a list of choices works in what was put into the page too", async () => {
  const line = (textContent) => ({ textContent, hidden: false, querySelector: () => ({ type: "radio", checked: false }) });
  const lines = [line("Croatia, 18 January"), line("Greece, 3 March")];
  const words = { value: "", addEventListener: (kind, act) => kind === "input" && (type = act) };
  const whole = { querySelectorAll: (place) => (place.includes("details") ? [] : lines) };
  const place = { hidden: true, closest: () => whole, querySelector: (each) => (each.includes("search") ? words : null) };
  let type;
  next = part("recall", [place]);
  await happen("keydown");
  await happen("arrived");
  assert.deepEqual([live, place.hidden], [next, false]);
  words.value = "greece";
  type();
  assert.deepEqual(lines.map(({ hidden }) => hidden), [true, false]);
});
