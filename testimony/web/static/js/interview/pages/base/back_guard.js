/** A swipe back stays in the page: leaving it would close an interview until the node is near. Nothing of it is in the history. */

import { failed, one, pageData } from "./cards.js";

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

/** Somebody `inside` who steps back closes the dialog that is open, or `back` is called; everybody else goes where they were going. Once a page. */
export const followBack = ({ inside, back }) =>
  addEventListener("popstate", () => {
    if (history.state === STEP) return;
    if (inside()) {
      history.pushState(STEP, "", here);
      const dialog = one("dialog[open]");
      if (dialog) dialog.close();
      else Promise.resolve(back()).catch(failed);
    } else {
      history.replaceState(null, "", here);
      history.back();
    }
  });
