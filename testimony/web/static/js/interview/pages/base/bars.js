/** Head and foot stay in sight as long as they leave room for what is read: with large text, or on a low screen, they scroll away. */

const MOST = 1 / 3; // of the height, for both bars
const MOST_WITH_ANSWERS = 1 / 2; // with Yes and No, which stay in sight above the foot

const root = document.documentElement;
const shown = (selector) => [...document.querySelectorAll(selector)].find((each) => each.checkVisibility());
const heightOf = (selector) => shown(selector)?.offsetHeight ?? 0;

/** The row of the quick exit stays in any case: it is the last one of a head that scrolls away. Returns its height. */
const scrollAway = (head) => {
  root.dataset.bars = "page";
  const kept = head.getBoundingClientRect().bottom - shown('.top [data-act="exit"]').getBoundingClientRect().top;
  root.style.setProperty("--head-above", `${head.getBoundingClientRect().height - kept}px`);
  root.style.setProperty("--head-kept", `${kept}px`);
  return kept;
};

const settle = () => {
  const head = shown(".top");
  if (!head) return; // covered, or between two bodies
  delete root.dataset.bars;
  delete root.dataset.yesNo;
  const bars = head.offsetHeight + heightOf(".bar");
  const kept = bars > innerHeight * MOST ? scrollAway(head) : bars;
  const answers = heightOf('[data-card]:not([hidden]):is([data-card^="purpose-"], :has(.use)) .answers');
  if (answers > 0 && kept + answers > innerHeight * MOST_WITH_ANSWERS) root.dataset.yesNo = "page";
};

let asked = 0;
/** Measure before the next frame. */
const settleSoon = () => {
  cancelAnimationFrame(asked);
  asked = requestAnimationFrame(settle);
};

addEventListener("resize", settleSoon);
document.addEventListener("card-shown", settleSoon);
new ResizeObserver(settleSoon).observe(root); // its height changes with the size of the text
