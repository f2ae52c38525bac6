/**
 * Whether somebody is at this page. What a page asks for by itself counts as use of the key like any other request: a page
 * left open would keep the desk unlocked.
 */

const ALONE = 60_000; // ms without a touch

const waiting = new Set();
let touched = Date.now();

/** Whether somebody touched the page or opened it within the last minute. */
export const isAttended = () => Date.now() - touched < ALONE;

/** Do `act` now if somebody is there, else once when somebody is there again. */
export const whenAttended = (act) => {
  if (isAttended()) act();
  else waiting.add(act);
};

const touch = () => {
  touched = Date.now();
  const due = [...waiting];
  waiting.clear();
  due.forEach((act) => act());
};

for (const kind of ["pointerdown", "keydown"]) addEventListener(kind, touch, { capture: true, passive: true });
