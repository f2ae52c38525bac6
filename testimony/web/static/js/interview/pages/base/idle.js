/** Three minutes without a touch, in sight or hidden: then the page locks. What is typed is saved whenever the page is hidden. */

export const IDLE = 3 * 60 * 1000;
const LOOK = 5000;
/** A network may put a clock right by moments. */
const BACK = 2000;

/** Two clocks: one that nobody can set, and one that goes on while the phone sleeps. */
const now = () => ({ since: performance.now(), day: Date.now() });

let last = now();

/** Whether nobody touched the page for so long that it has to be locked: by either clock, or the phone's own was set back. */
export const idleTooLong = () => {
  const { since, day } = now();
  return since - last.since > IDLE || day - last.day > IDLE || day - last.day < -BACK;
};

/** Count from now. */
export const touched = () => (last = now());

/** `lock` when it was idle for too long, `save` when it is hidden or left, `look` every few seconds. Once a page. */
export const followIdling = ({ lock, save, look }) => {
  ["pointerdown", "keydown", "input"].forEach((kind) => document.addEventListener(kind, touched, { passive: true }));
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") save();
    else if (idleTooLong()) lock();
  });
  addEventListener("pagehide", save);
  setInterval(() => {
    look();
    if (idleTooLong()) lock();
  }, LOOK);
};
