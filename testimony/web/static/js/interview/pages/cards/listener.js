/** The page of somebody who listens: it does not lock, the screen stays on, and it says quietly how long the sitting lasts. */

import { SITTING } from "../../draft/age.js";
import { currentCard, one } from "../base/cards.js";
import { cover } from "../base/privacy_screen.js";
import { holdOffLock, idleTooLong } from "../base/idle.js";
import { stayAwake } from "../base/level_bar.js";
import { filled } from "../base/phrases.js";
import { whenEntered } from "./card.js";
import { sitting } from "../base/interview_state.js";

const ACCOUNT = "n_text";
const LOOK = 5000;
const MINUTE = 60 * 1000;
/** After so long without a touch the page is covered, and a tap shows it again: nobody may be looking at it. */
const COVER_AFTER = 3 * MINUTE;

let sleep = null;
let finger = performance.now();
/** {started, since}: of which interview, and since when it is sat. */
let sat = null;

const atAccount = () => sitting.state?.card === ACCOUNT && currentCard()?.dataset.card === ACCOUNT;
const listens = () => atAccount() || document.documentElement.dataset.recording === "recording";

/** The screen stays on over the account, and only there; a recording sees to that by itself. */
const keepAwake = () => {
  if (atAccount()) sleep ??= stayAwake();
  else if (sleep) {
    sleep();
    sleep = null;
  }
};

const began = () => {
  const { started } = sitting.state;
  if (sat?.started === started) return sat.since;
  const passed = Date.now() - Date.parse(started); // a draft that is older was begun in another sitting
  sat = { started, since: passed >= 0 && passed < SITTING ? Date.parse(started) : Date.now() };
  return sat.since;
};

const showTime = () => {
  const place = one("[data-sitting-time]");
  const said = sitting.state ? filled("sitting_time", { n: Math.max(0, Math.floor((Date.now() - began()) / MINUTE)) }) : "";
  if (place.textContent !== said) place.textContent = said;
};

const look = () => {
  keepAwake();
  showTime();
  if (listens() && !idleTooLong() && performance.now() - finger > COVER_AFTER) cover(); // what is about to lock shows its own card
};

["pointerdown", "keydown"].forEach((kind) => document.addEventListener(kind, () => (finger = performance.now()), { passive: true, capture: true }));
holdOffLock(listens);
whenEntered(look);
document.addEventListener("interview-left", look);
setInterval(look, LOOK);
