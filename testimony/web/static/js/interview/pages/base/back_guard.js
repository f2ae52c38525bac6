/** A swipe back locks an interview: leaving the page would close it until the node is near. Nothing of it is in the history. */

import { pageData } from "./cards.js";

const STEP = "step";

/** The page's own address, whatever the entry says that the browser went back to. */
let here = location.href;
document.addEventListener("language-changed", () => (here = location.href));

/**
 * Put a step over the page, once: going back from it stays in the page. What lies under it bears the harmless page's address, so
 * that after a quick exit a swipe back leads to that page again.
 */
export const guardBack = () => {
  if (history.state === STEP) return;
  here = location.href;
  history.replaceState(null, "", pageData().urls.blank);
  history.pushState(STEP, "", here);
};

/** Call `lock` when somebody steps back who is `inside`; everybody else goes where they were going. Once a page. */
export const followBack = ({ inside, lock }) =>
  addEventListener("popstate", () => {
    if (history.state === STEP) return;
    if (inside()) {
      history.pushState(STEP, "", here);
      lock();
    } else {
      history.replaceState(null, "", here);
      history.back();
    }
  });
