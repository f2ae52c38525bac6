/** Pages of an unlocked desk: lock, and leave the page, after the idle time; never show a page out of the browser's memory. */

const form = document.querySelector("form[data-idle]");
const idle = Number(form.dataset.idle) * 1000;
let last = Date.now();

const touch = () => {
  last = Date.now();
};
for (const kind of ["keydown", "pointerdown", "scroll"]) addEventListener(kind, touch, { passive: true });

addEventListener("timeupdate", touch, { capture: true, passive: true }); // hearing a recording is use

setInterval(() => {
  if (Date.now() - last >= idle) form.requestSubmit();
}, 5000);

addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});
