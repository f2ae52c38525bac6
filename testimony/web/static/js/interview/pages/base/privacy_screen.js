/** Nothing for other eyes: the page covers itself when it is left, and one tap or three Escapes leave it for a harmless one. */

import { on, pageData } from "./cards.js";

const LEAVE_TIMEOUT_MS = 1500;
const TIMES = 3;
const WITHIN = 1500;
const root = document.documentElement;

let leaving = false;
let focused = null;

/** Show nothing until somebody touches the page, and make no sound. */
export const cover = () => {
  document.dispatchEvent(new CustomEvent("media-leaving"));
  if ("covered" in root.dataset) return;
  focused = document.activeElement;
  root.dataset.covered = "";
};

const uncover = () => {
  if (leaving || document.visibilityState === "hidden") return;
  delete root.dataset.covered;
  focused?.focus({ preventScroll: true });
  focused = null;
};

/** Saved if that works, and the keys end either way; a phone that is too slow to save is left all the same. */
const leaveQuickly = async (end) => {
  leaving = true;
  cover();
  await Promise.race([end().catch(() => null), new Promise((resolve) => setTimeout(resolve, LEAVE_TIMEOUT_MS))]);
  location.replace(pageData().urls.blank);
};

const followEscape = (act) => {
  let pressed = [];
  const note = ({ key, repeat, timeStamp }) => {
    if (repeat) return;
    pressed = key === "Escape" ? [...pressed, timeStamp].filter((at) => timeStamp - at < WITHIN) : [];
    if (pressed.length >= TIMES) act();
  };
  document.addEventListener("keydown", note, { capture: true });
};

/**
 * `stale()` says whether the page was left for too long; `lock()` locks it; `end()` saves and forgets the keys.
 * A list that is opened takes the focus of the window on some phones: that is not leaving.
 */
export const followLeaving = ({ stale, lock, end }) => {
  let locking = null; // coming back is told twice, as visible and as focused: neither uncovers what is being locked
  const comeBack = async () => {
    if (stale()) locking ??= lock().finally(() => (locking = null));
    await locking;
    uncover();
  };
  addEventListener("blur", () => document.activeElement?.tagName !== "SELECT" && cover());
  addEventListener("focus", comeBack);
  // who taps or types sees the page: not every phone tells that a window has its focus again
  for (const sign of ["pointerdown", "keydown"]) addEventListener(sign, () => "covered" in root.dataset && comeBack(), { capture: true });
  document.addEventListener("visibilitychange", () => (document.visibilityState === "hidden" ? cover() : comeBack()));
  addEventListener("pagehide", () => {
    cover();
    end().catch(() => null); // the page is gone; what was saved stays
  });
  addEventListener("pageshow", ({ persisted }) => persisted && location.reload());
  followEscape(() => leaveQuickly(end));
  on({ exit: () => leaveQuickly(end) });
};
