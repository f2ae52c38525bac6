/** The page on which a witness types the code. The digits stand in its five fields while they are typed, and nowhere else. */

import { digitsIn, inNumeralsOf } from "../../interview/form/numerals.js";
import { isWithdrawalCode } from "../../sealing/keys/code_digits.js";
import { isWhole, noGroups, withDigits } from "../digit_groups.js";
import { stationAt } from "../station_calls.js";
import { takeBack } from "../withdrawal.js";
import { hush, offerSounds } from "./sounds.js";

/** Between two questions how far it has come, and how many of them. */
const PAUSE = 30000;
const QUESTIONS = 40;

const one = (selector) => document.querySelector(selector);
const fields = [...document.querySelectorAll("[data-group]")];
const language = document.documentElement.lang;
const { root, day, find, take, readers } = document.body.dataset;
const station = stationAt({ find, take, readers });
const boxes = [...document.querySelectorAll("[data-use]")];

let groups = noGroups();
let working = false;
/** A whole code was wrong: groups of it may stand beside groups of the next one, and a mixture may have a right check digit. */
let corrected = false;

const load = () => import("../code_signature.js");
const loadSealing = () => import("../use_seal.js");

/** Write the digits in the witness's own, and in Western ones below where they differ. */
const paint = () =>
  fields.forEach((field, i) => {
    const own = inNumeralsOf(language, groups[i]);
    field.value = own ?? groups[i];
    field.parentElement.querySelector("[data-other]").textContent = own === null ? "" : groups[i];
  });

const wipe = () => {
  groups = noGroups();
  corrected = false;
  paint();
  boxes.forEach((box) => (box.checked = false));
};

const show = (step, { focus = true } = {}) => {
  hush();
  document.querySelectorAll("[data-step]").forEach((section) => (section.hidden = section.dataset.step !== step));
  const first = one(`[data-step="${step}"] [data-first]`) ?? fields[0];
  if (focus) first.focus();
};

const say = (name) => ["wrong", "failed", "slow", "nothing", "none"].forEach((each) => (one(`[data-${each}]`).hidden = each !== name));

const beginAgain = (name) => {
  wipe();
  say(name);
  show("enter");
};

const tell = ({ known, reach, lawyersKeep, some }) => {
  one("[data-known]").hidden = !known || lawyersKeep || some;
  one("[data-some]").hidden = !some;
  one("[data-kept]").hidden = !lawyersKeep;
  one("[data-unknown]").hidden = known;
  one("[data-later]").hidden = reach.headquarters;
  for (const place of ["headquarters", "desks"]) one(`[data-place="${place}"]`).dataset.come = reach[place] ? "yes" : "no";
};

/** Ask now and then how far it has come, while somebody looks. The station may be out of reach meanwhile. */
const follow = (taken, left = QUESTIONS) => {
  if (left === 0 || taken.reach.desks || taken.lawyersKeep || taken.some) return; // it is asked by what took everything
  setTimeout(async () => {
    const found = document.hidden ? null : await station.find(taken.keys).catch(() => null);
    const now = found?.reach ? { ...taken, reach: found.reach } : taken;
    tell(now);
    follow(now, left - 1);
  }, PAUSE);
};

const work = async (code, { lawyersKeep = false, uses = null }) => {
  const taken = { lawyersKeep, some: uses !== null, ...(await takeBack({ code, root, day, station, signing: await load(), lawyersKeep, uses })) };
  tell(taken);
  show("done");
  follow(taken);
};

const reasonOf = ({ slow, name }) => (slow ? "slow" : name === "NothingHere" ? "nothing" : "failed");

const begin = async (how) => {
  const code = groups.join("");
  wipe();
  working = true;
  show("work");
  await new Promise((painted) => requestAnimationFrame(() => setTimeout(painted))); // deriving the key keeps the page busy
  try {
    await work(code, how);
  } catch (error) {
    beginAgain(reasonOf(error));
  } finally {
    working = false;
  }
};

const useOf = ({ dataset }) => ({ purpose: dataset.purpose, recipient: dataset.recipient });
const ticked = () => boxes.filter((box) => box.checked);

/** Once more what was ticked, in the very sentences, before anything is signed. */
const askOnceMore = () => {
  if (ticked().length === 0) {
    say("none");
    return boxes[0].focus();
  }
  say(null);
  void loadSealing();
  one("[data-ticked]").replaceChildren(...ticked().map((box) => {
    const line = document.createElement("li");
    line.textContent = box.parentElement.textContent.trim();
    return line;
  }));
  show("certain");
};

const takeTicked = () => begin({ uses: { chosen: ticked().map(useOf), asked: boxes.map(useOf), sealing: loadSealing } });

/** Where to type next. What stands there is selected, so that typing replaces it. */
const moveTo = (at) => {
  fields[at].focus();
  fields[at].select();
};

const typed = ({ target }) => {
  const at = fields.indexOf(target);
  if (at < 0) return;
  const isAtEnd = target.selectionStart === target.value.length;
  const next = withDigits(groups, at, digitsIn(target.value));
  groups = next.groups;
  paint();
  say(null);
  one('[data-step="sure"]').hidden = true;
  if (!isWhole(groups)) {
    if (next.at !== at) moveTo(next.at);
    return;
  }
  const isRight = isWithdrawalCode(groups.join(""));
  if (isRight) void load();
  else say("wrong");
  if (isRight && (!corrected || at + 1 === fields.length)) return show("sure");
  one('[data-step="sure"]').hidden = !isRight; // below the fields, because more may be typed
  if (corrected && isAtEnd && at + 1 < fields.length) moveTo(at + 1);
  corrected = true;
};

const stepBack = (event) => {
  const at = fields.indexOf(event.target);
  if (event.key !== "Backspace" || at <= 0 || groups[at] !== "") return;
  event.preventDefault();
  fields[at - 1].focus();
};

const leave = () => {
  hush();
  if (working) return;
  wipe();
  say(null);
  if (one('[data-step="done"]').hidden) show("enter", { focus: false });
};

document.addEventListener("input", typed);
document.addEventListener("keydown", stepBack);
one('[data-act="yes"]').addEventListener("click", () => begin({}));
one('[data-act="keep"]').addEventListener("click", () => begin({ lawyersKeep: true }));
one('[data-act="some"]')?.addEventListener("click", () => show("uses"));
one('[data-act="these"]').addEventListener("click", askOnceMore);
one('[data-act="certain"]').addEventListener("click", takeTicked);
document.querySelectorAll('[data-act="no"]').forEach((no) => no.addEventListener("click", () => beginAgain(null)));
addEventListener("pagehide", leave);
addEventListener("pageshow", leave);
document.addEventListener("visibilitychange", () => document.hidden && leave());
offerSounds(() => say("failed"));
wipe();
show("enter", { focus: false });
