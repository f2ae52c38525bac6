/** Ten minutes without a touch, in sight or hidden: then the page locks. What is typed is saved whenever the page is hidden. */

export const IDLE = 10 * 60 * 1000;
const LOOK = 5000;
/** A network may put a clock right by moments. */
const BACK = 2000;

/** Two clocks: one that nobody can set, and one that goes on while the phone sleeps. */
const now = () => ({ since: performance.now(), day: Date.now() });

let last = now();
let listens = () => false;

/** For how many milliseconds nobody touched the page, by the clock that says more; endless when the phone's own was set back. */
export const idleTime = () => {
  const { since, day } = now();
  return day - last.day < -BACK ? Infinity : Math.max(since - last.since, day - last.day);
};

/** Whether nobody touched the page for so long that it has to be locked. */
export const idleTooLong = () => idleTime() > IDLE;

/** Count from now. */
export const touched = () => (last = now());

/** The page is not idle while it is in sight and `holds()` is true: a person who listens touches nothing. */
export const holdOffLock = (holds) => (listens = holds);

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
    if (idleTooLong()) lock(); // first: a phone that slept was not listened to
    else if (document.visibilityState === "visible" && listens()) touched();
  }, LOOK);
};
