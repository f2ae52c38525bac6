/** Signing in, pausing and coming back: the passphrase opens the keys in the worker, and ending the worker locks them. */

import { followBack } from "../base/back_guard.js";
import "../base/bars.js";
import { busy, cardNamed, complain, currentCard, failed, flag, on, one, pageData, show, twice, word } from "../base/cards.js";
import { followLeaving } from "../base/privacy_screen.js";
import { followLook } from "../base/dialogs.js";
import { IDLE, followIdling, idleTime, idleTooLong, touched } from "../base/idle.js";
import { askFor, secretIn, slowly } from "../base/passphrase.js";
import { openByName, openKeys } from "./opened_keys.js";
import { keepForPause, pinPause, savedInTime } from "../../draft/pause.js";
import { openPhone } from "../../phone.js";
import { followOutbox } from "../outbox/delivery.js";

const PROBE = 15 * 1000;
const MINUTE = 60 * 1000;

let phone = null;
let opening = null;
/** The interview's own scripts, and those of unfinished ones: loaded when somebody has signed in. */
let interview = null;
const loaded = async () => (interview ??= await import("./interview.js"));
const unfinished = () => import("./drafts.js");
const keeping = () => import("./storage.js");
const home = () => import("./home.js");
let meeting = null;
/** With the node, once somebody signed in. */
const meetings = () => (meeting ??= unfinished().then(({ meetingsOf, requestsFor }) => meetingsOf({ phone, current: () => session, meet, requests: ({ drafts }) => requestsFor(drafts), told: met })));
const newPages = () => import("./page_update.js");
const pins = () => import("./pin.js");
const flush = async () => interview?.flush();
const inInterview = () => Boolean(interview?.interviewing());
/**
 * Who is signed in: {name, person, device, locked, drafts, active}; `open` while the keys are, `paused` while only a pause closed them,
 * `pinned` once a PIN is set, and `pin` while it opens the pause.
 */
let session = null;

/** Once a page: open the store, pin the organisation, begin to deliver what waits. */
export const prepare = (makeWorker) => {
  opening ??= openPhone({ makeWorker, urls: pageData().urls }).then((opened) => {
    phone = Object.assign(opened, { over: ended });
    followOutbox(phone);
    import("./language.js").then(({ followLanguages }) => followLanguages(flush)).catch(() => null); // without it the links just work
    followLook(phone.store);
    followLeaving({ stale: () => Boolean(session?.open) && idleTooLong(), lock: pause, end: () => Promise.all([interview?.settleCapture(), flush()]).finally(phone.endVault) });
    followBack({ inside: () => session !== null || inInterview(), back: () => (session?.open !== false && inInterview() ? interview.stepBack() : pause()) });
    followIdling({ lock: pause, save: flush, look: keepWatch }); // what a pause keeps forgets itself in time
    newPages().then(({ followPages }) => followPages(phone)).catch(failed);
    endSittings().catch(failed);
    endAtNode();
    phone.vault().catch(() => null); // said at sign-in, when somebody can do something about it
    return phone;
  });
  return opening;
};

/** Of drafts whose sitting is over the share goes, also while nobody is signed in; the scripts for it are loaded where there is one. */
const endSittings = async () => {
  if (!(await phone.store.all("drafts")).some(({ sitting }) => sitting)) return;
  (await unfinished()).equip(phone);
  await phone.drafts.endSittings(phone.trust?.trust.sitting ?? true);
};
setInterval(() => phone && endSittings().catch(failed), MINUTE);

/** While the page is locked: what the phone refused is offered to it again, which needs no key. */
const keepWatch = async () => {
  session?.paused?.kept();
  if (session?.pin?.holds() === false) endPin();
  if (session?.open || !(await phone.drafts?.lacking())) return;
  await phone.drafts.saveAgain();
  if (!(await phone.drafts.lacking()) && currentCard().dataset.card === "locked") complain("");
};

export const signIn = async (makeWorker) => {
  await prepare(makeWorker);
  const name = one("#person").value.trim();
  const secret = secretIn(cardNamed("sign-in"));
  complain("");
  if (!name || !secret.value) return complain(word("name_and_passphrase"));
  const opened = await busy(one('[data-act="sign-in"]'), () => slowly(phone.store, () => openByName(phone, name, secret.value)));
  if (!opened) return null;
  secret.forget();
  await enter({ ...opened, name });
  return askForPin(showHome);
};

/** Nobody signs in for a practice. */
export const practise = (button) => busy(button, async () => (await import("../practice/practice.js")).practise((await loaded()).begin));

/** The second step, after the passphrase; then `goOn`. */
const askForPin = async (goOn) => (await pins()).askForPin(phone, session, goOn);

/** No PIN opens this pause any more. */
const endPin = () => {
  session.pin?.forget();
  session.pin = null;
  askFor("passphrase");
};

const unlock = async (button) => {
  complain("");
  return session.pin && one('[data-by="passphrase"]').hidden ? busy(button, unlockByPin) : unlockByPassphrase(button);
};

/** The keys never left: only the page is filled anew. */
const unlockByPin = async () => {
  const mine = session;
  const open = await (await pins()).tryPin(phone, mine.pin);
  return open && session === mine ? comeBack(mine) : null;
};

const unlockByPassphrase = async (button) => {
  const secret = secretIn(one('[data-field="passphrase-again"]'));
  if (!secret.value) return complain(word("passphrase_needed"));
  const mine = session;
  const { locked, name, paused, pinned } = mine;
  const wrong = () => (paused?.wrong(), paused?.kept() ?? endPin());
  const open = async () => (session === mine ? openKeys(phone, locked, secret.value, paused?.kept()) : null); // or it was handed over meanwhile
  const opened = await busy(button, () => slowly(phone.store, open, wrong));
  if (!opened) return null;
  secret.forget();
  mine.pin?.forget();
  return comeBack({ ...opened, name }, pinned);
};

/** Into the interview that was paused. An interviewer whose PIN is `lost` may set one before. */
const comeBack = async (opened, lost = false) => {
  const { interviewing, paused } = session;
  paused?.forget();
  await enter(opened);
  const entry = session.drafts.find(({ id }) => id === interviewing);
  const back = () => (entry?.state === "open" ? goOn(entry) : showHome());
  return lost ? askForPin(back) : back();
};

/** Overdue drafts, one at a time. A new interview begins only after them. */
let settling = Promise.resolve();
const settleDue = () => {
  const work = async () => session?.open && (await loaded()).settleOverdue(phone, session);
  settling = settling.then(work).catch(failed);
  return settling;
};

const enter = async (opened) => {
  session = { ...opened, open: true, paused: null, pin: null, interviewing: null };
  loaded().then(({ prepareCards }) => prepareCards()).then(() => refreshHome(), failed);
  await (await unfinished()).payOwed(phone);
  touched();
  await settleDue();
  await showHome();
  tellNode();
  return session;
};

/** Let the node know who is there, when it is, and have it do what it does for drafts. Nothing waits for that. */
const tellNode = async () => (await meetings()).tell();

const met = async ({ near, wait }) => {
  flag("signed", near ? "online" : "offline");
  flag("nodeBusy", wait === null ? "" : "true");
  if (wait !== null) setTimeout(tellAgain, wait);
  await settleDue();
  await refreshHome();
};

/** The draft at work is given its share by its own page, all others here. Resolves to whether the node failed at a share. */
const meet = async (mine) => {
  const failedOnce = await (await unfinished()).meetNode(phone, mine, () => interview?.working() ?? null);
  const weak = mine.drafts.find((entry) => entry.id === interview?.working() && !entry.wrap.share);
  if (weak && phone.trust.trust.shares) await interview.strengthen(weak);
  return failedOnce;
};

/** Work on a draft that no other window has. */
const alone = async (id, work) => ((await (await unfinished()).claim(id)) ? work() : complain(word("elsewhere")));

/** Whether something was heard while the home card was not shown, or was being filled. */
let missed = false;
const refreshHome = async () => {
  missed = currentCard()?.dataset.card !== "home";
  if (session?.open && !missed) await (await home()).fillHome(phone, session);
};

const showHome = async () => {
  if (!session?.open) return show("sign-in");
  interview?.forgetFurther();
  missed = false;
  await (await home()).fillHome(phone, session);
  show("home");
  return missed ? refreshHome() : null;
};

new MutationObserver(refreshHome).observe(document.documentElement, { attributeFilter: ["data-offline"] });

/** Whether a PIN opens it again, since five wrong ones under a withdrawal delete it, and what the pause keeps. */
const closed = async (vault) => [await vault.call("hasPin"), await vault.call("pause")];

/** Lock: what is typed is encrypted and kept, the worker ends, the page is emptied. What opens it again is in interview/draft/pause.js. */
export const pause = async () => {
  if (!session?.open) return;
  document.dispatchEvent(new CustomEvent("media-leaving"));
  const mine = session;
  mine.open = false;
  const late = Math.max(0, idleTime() - IDLE); // the phone slept, and should have been locked by then
  let [pinned, kept] = [false, null];
  try {
    [mine.recorded] = (await savedInTime(Promise.all([interview?.settleCapture(), flush()]))) ?? [];
    [pinned, kept] = await closed(await phone.vault()).catch(() => [false, null]);
  } finally {
    const pin = kept && pinned ? pinPause({ end: phone.endAside, late }) : null;
    await lock({ ...mine, paused: keepForPause(kept), pin: pin?.holds() ? pin : null, interviewing: interview?.working() ?? null });
  }
};

/** Whatever went before: the keys end, or wait for the PIN, and nothing that was said stays on the page. */
const lock = async (mine) => {
  session = mine;
  if (mine.pin) phone.setAside();
  else await phone.endVault();
  askFor(mine.pin ? "pin" : "passphrase");
  interview?.leave();
  await emptyPage();
  (await unfinished()).sayWhatOpens(session.drafts.find(({ id }) => id === session.interviewing));
  one('[data-act="stop-locked"]').hidden = session.interviewing === null;
  show("locked");
  endSittings().catch(failed);
  if (mine.recorded) complain(word("ended_locked"));
  if (await phone.drafts?.lacking()) complain(word("locked_unsaved"));
};

const emptyPage = async () => {
  interview?.clearPage();
  (await unfinished()).clearDrafts();
};

/** Until the node heard of them and did all of it; `signed` is empty before the first attempt. */
const tellAgain = async () => session?.open && document.visibilityState === "visible" && document.documentElement.dataset.signed && (await meetings()).due() && tellNode();
setInterval(tellAgain, PROBE);

/** End the node's session of whoever handed the phone over. Nothing waits for that. */
const endAtNode = () => phone.nodeSession.settle().catch(() => null); // out of reach: it is tried again by itself
setInterval(() => phone && !session && document.visibilityState === "visible" && endAtNode(), PROBE);

/** Hand the phone over: nothing of this person stays on the page or in its memory; their drafts stay on the disk, locked. */
const forget = async () => {
  session?.paused?.forget();
  session = null;
  await phone.nodeSession.owe();
  endAtNode();
  await phone.endVault();
  await emptyPage();
  (await unfinished()).letAllGo();
  one("#person").value = one("[data-person]").textContent = "";
  flag("signed", "");
  flag("nodeBusy", "");
  return show("sign-in");
};

/** An interview is over, and its draft is gone. */
const ended = async (id, what, how) => {
  withoutDraft(id);
  (await unfinished()).letGo(id);
  tellNode();
  return showOutbox(what, how);
};
/** @type {(what?: string, how?: {next: string | null, earlier: boolean}) => Promise<void>} */
const showOutbox = async (what, how) => (await import("../outbox/outbox.js")).showOutbox(phone, what, how);

const entryOf = (button) => {
  const { draftId } = button.closest("[data-draft-id]").dataset;
  return session.drafts.find(({ id, was }) => id === draftId || was === draftId); // it may have been moved since it was drawn
};
const withoutDraft = (id) => (session.drafts = session.drafts.filter((entry) => entry.id !== id));

/** Delete a draft; the refusal is counted at once when the keys are open, at the next signing in otherwise. */
const discard = async (entry) => {
  const { discardDraft, payOwed } = await unfinished();
  await discardDraft(phone, entry, () => withoutDraft(entry.id));
  if (!session.open) return;
  await payOwed(phone);
  tellNode();
};

const goOn = (entry) => alone(entry.id, async () => (await loaded()).resume(phone, session.person, entry));

/** Go on with a draft; one that waits for the node asks it first, and says what came of it. */
const resume = async (button) => {
  await settling;
  const entry = entryOf(button);
  if (entry.state !== "open") await busy(button, tellNode);
  else if (!entry.wrap.share && phone.trust.trust.shares) await busy(button, async () => (await meetings()).idle()); // it may be moved just now, to another id
  if (!session?.drafts.includes(entry)) return null; // it was overdue; the notice says what was done
  return entry.state === "open" ? goOn(entry) : complain((await unfinished()).whyClosed(entry));
};

/** `how`: "begin", "beginFurther" for another event of the witness who just ended, "beginAgain" for one who comes back, `given` what it needs. */
const startInterview = async (button, how, given = null) => {
  if (!session.active) return complain(word("keys_ended"));
  if (!(await (await keeping()).roomToBegin())) return null;
  await settling;
  if (how !== "beginFurther" && (await busy(button, async () => (await newPages()).takeNewerPages(phone)))) return null;
  const begun = await (await loaded())[how](phone, session.person, given);
  if (begun) session.drafts.push(begun);
  return begun;
};

on({
  unlock,
  pause,
  "other-person": forget,
  "sign-out": forget,
  home: showHome,
  outbox: () => showOutbox(),
  organisation: async (button) => (await import("./organisation.js")).showOrganisation(button, phone),
  "new-interview": (button) => startInterview(button, "begin"),
  further: (button) => startInterview(button, "beginFurther"),
  "begin-again": async (button) => {
    const given = (await import("../outbox/row.js")).takeKeys(session.drafts);
    return given && startInterview(button, "beginAgain", given);
  },
  resume,
  "discard-draft": twice(async (button) => {
    await alone(entryOf(button).id, () => discard(entryOf(button)));
    return showHome();
  }),
  "notice-read": async () => (await unfinished()).forgetNotices(phone, session.person),
  "stop-locked": twice(async () => {
    const entry = session.drafts.find(({ id }) => id === session.interviewing);
    if (entry) await discard(entry);
    return forget();
  }),
});
document.addEventListener("language-changed", ({ detail }) => {
  if (inInterview()) return null;
  return detail === "home" ? showHome() : show(detail);
});
