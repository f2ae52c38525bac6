/** Pages of an unlocked desk: warn before the key locks, lock, and never show a page out of the browser's memory. */

import { askingDesk } from "../../calls.js";
import { idleTime } from "../../idle_time.js";

const WARN = 120_000; // before it locks; the person has as long to say that they are there (WCAG 2.2.1)
const PING = 30_000;
const LOOK = 5_000;
const AGAIN = 60_000;

const form = document.querySelector("form[data-idle]");
const warning = document.querySelector("[data-warning]");
const words = document.getElementById("stay-words");
const goOn = warning.querySelector("[data-go-on]");
const time = idleTime({ idle: Number(form.dataset.idle) * 1000, warn: WARN, ping: PING });
const desk = askingDesk({ csrf: form.elements.csrf_token.value, lang: document.documentElement.lang });
const others = new BroadcastChannel("desk"); // other pages: use of one is use of all; the unlock page says "locked"
let before = null;
let said = 0;
let again = 0;

const calm = () => {
  if (warning.hidden) return;
  warning.hidden = true;
  words.textContent = "";
  said = 0;
  if (before?.isConnected) before.focus();
};

const use = () => {
  if (time.due() === "warn") return; // only the button ends a warning: a sleeve on the table is no reader
  time.use();
};

const leave = () => {
  document.querySelector("main").replaceChildren(); // at once, before the next page is there
  location.replace(form.dataset.unlock);
};

const lock = () => {
  if (Date.now() < again) return; // it is under way: a page may be saving what was typed first
  again = Date.now() + AGAIN;
  form.requestSubmit();
};

const tell = async () => {
  time.told();
  others.postMessage("used");
  try {
    await desk.post(form.dataset.stay, {});
  } catch (error) {
    if (error.locked) leave();
  }
};

const warn = () => {
  const left = time.minutes();
  if (warning.hidden) {
    before = document.activeElement;
    warning.hidden = false;
    goOn.focus();
  }
  if (left !== said) words.textContent = left === 1 ? warning.dataset.minute : warning.dataset.minutes.replace("{left}", left);
  said = left;
};

const look = () => {
  const due = time.due();
  if (due === "lock") lock();
  else if (due === "warn") warn();
  else calm();
  if (due === "tell") tell();
};

for (const kind of ["keydown", "pointerdown", "scroll"]) addEventListener(kind, use, { passive: true });
addEventListener("timeupdate", use, { capture: true, passive: true }); // hearing a recording is use
goOn.addEventListener("click", () => {
  time.use();
  calm();
  tell();
});
others.addEventListener("message", ({ data }) => {
  if (data === "locked") return leave();
  time.use();
  calm();
});
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});
setInterval(look, LOOK);
others.postMessage("used"); // a page that was opened is use
