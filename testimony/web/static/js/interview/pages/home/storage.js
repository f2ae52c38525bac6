/** Keeping what is on the phone: a place on the home screen, the browser's promise, and room enough before it is needed. */

import { all, complain, failed, on, word } from "../base/cards.js";
import { invitation } from "./install.js";
import { inTime, room } from "../../node/free_space.js";

addEventListener("appinstalled", () => {
  invitation.event = null;
  askToKeep().then(showKeeping, failed);
});

const fact = (name, holds) => all(`[data-fact="${name}"]`).forEach((line) => (line.hidden = !holds));
/** iOS throws away what an unused page keeps after seven days, but not what a page on the home screen keeps. */
const onIos = () => navigator.standalone === false;
const showInstall = () => all('[data-act="install"]').forEach((button) => (button.hidden = invitation.event === null));

/** Say on the home card what endangers that which this phone keeps, and what to do about it. */
export const showKeeping = async () => {
  const kept = await inTime(navigator.storage.persisted());
  showInstall();
  fact("ios-install", onIos());
  fact("not-kept", kept === false && !onIos());
  fact("room-low", (await room()) !== "enough");
};

/** Ask the browser for its promise. It may ask the person: so this follows a tap that begins something worth keeping. */
const askToKeep = async () => (await navigator.storage.persisted()) || navigator.storage.persist();

/** Whether there is room for an interview; says what to do when there is not. If there is, the browser is asked for its promise. */
export const roomToBegin = async () => {
  const left = await room();
  if (left === "none") complain(word("room_none"));
  else askToKeep().then(showKeeping, failed);
  return left !== "none";
};

let warned = false;
/** Warn, once an interview, that the room gets short. */
export const warnOfRoom = async () => {
  if (warned || (await room()) === "enough") return;
  warned = true;
  complain(word("room_low"));
};
document.addEventListener("interview-ended", () => (warned = false));

on({
  install: async () => {
    const asked = invitation.event;
    invitation.event = null;
    showInstall();
    await asked?.prompt();
  },
});
