/** Codes one at a time, for a camera: next, back, or one after another until it is stopped. Without it all are shown. */

const PACE = 1200; // milliseconds: a slow camera reads two of these a second
const box = document.querySelector("[data-series]");
const codes = [...box.querySelectorAll("[data-code]")];
const [said, moves, play] = ["[data-at]", "[data-moves]", "[data-play]"].map((name) => box.querySelector(name));
let at = 0;
let timer = 0;

const turn = (to) => {
  at = (to + codes.length) % codes.length;
  for (const [number, code] of codes.entries()) code.hidden = number !== at;
  said.textContent = codes[at].dataset.label;
};

const stop = () => {
  clearInterval(timer);
  timer = 0;
  play.textContent = play.dataset.go;
  said.setAttribute("role", "status");
};

const go = () => {
  said.removeAttribute("role"); // nobody wants to hear each number while they go by
  play.textContent = play.dataset.pause;
  timer = setInterval(() => turn(at + 1), PACE);
};

const step = (by) => () => {
  stop();
  turn(at + by);
};

if (codes.length > 1) {
  box.dataset.alone = "";
  moves.hidden = said.hidden = false;
  box.querySelector("[data-next]").addEventListener("click", step(1));
  box.querySelector("[data-back]").addEventListener("click", step(-1));
  play.addEventListener("click", () => (timer ? stop() : go()));
  turn(0);
}
