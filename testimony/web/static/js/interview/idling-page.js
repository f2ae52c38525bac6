/** Three minutes without a touch, in sight or hidden: then the page locks. What is typed is saved whenever the page is hidden. */

const IDLE = 3 * 60 * 1000;
const LOOK = 5000;

let last = Date.now();

/** Whether nobody touched the page for so long that it has to be locked. */
export const idleTooLong = () => Date.now() - last > IDLE;

/** Count from now. */
export const touched = () => (last = Date.now());

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
