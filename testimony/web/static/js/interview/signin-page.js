/** Signing in, pausing and coming back: the passphrase opens the keys in the worker, and ending the worker locks them. */

import { all, cardNamed, complain, failed, flag, on, one, pageData, show, word } from "./cards-page.js";
import { followLeaving } from "./cover-page.js";
import { followLook } from "./dialogs-page.js";
import { openDraftStore } from "./draftstore.js";
import { followLanguages } from "./language-page.js";
import { followOutbox, sendNow, showOutbox } from "./outbox-page.js";
import { openPhone } from "./phone.js";

const IDLE = 3 * 60 * 1000;

let phone = null;
let opening = null;
/** The interview's own scripts, loaded when somebody has signed in. */
let interview = null;
const loaded = async () => (interview ??= await import("./interviewing-page.js"));
const flush = async () => interview?.flush();
/** Who is signed in: {name, person, locked, draft, wrap, closed, active}; `open` while the keys are. */
let session = null;

/** Once a page: open the store, pin the organisation, begin to deliver what waits. */
export const prepare = (makeWorker) => {
  opening ??= openPhone({ makeWorker, urls: pageData().urls }).then((opened) => {
    phone = opened;
    followOutbox(phone);
    followLanguages(flush);
    followLook(phone.store);
    followLeaving({ stale: () => Boolean(session?.open) && Date.now() - last > IDLE, lock: pause, end: () => flush().then(phone.endVault) });
    phone.vault().catch(() => null); // said at sign-in, when somebody can do something about it
    return phone;
  });
  return opening;
};

const secretIn = (card) => {
  const input = one("input[type=password], .secret input", card);
  const value = input.value.normalize("NFKC").trim().replace(/\s+/g, " ");
  return { value, forget: () => ((input.value = ""), (input.type = "password")) };
};

const busy = async (button, work) => {
  button.disabled = true;
  button.dataset.busy = "";
  try {
    return await work();
  } finally {
    button.disabled = false;
    delete button.dataset.busy;
  }
};

const storeName = async (person) => {
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(`testimony/1/draft-store\0${person}`));
  return `draft-${Array.from(new Uint8Array(hash).subarray(0, 8), (b) => b.toString(16).padStart(2, "0")).join("")}`;
};

/** The draft that waits for `person`, unless it was sealed or deleted just before the browser died. */
const draftOf = async (person) => {
  const draft = await openDraftStore(await storeName(person));
  const wrap = await draft.wrap();
  if (wrap && (await phone.store.read("settings", `done-${wrap.id}`))) {
    await draft.destroy();
    return { draft, wrap: null };
  }
  return { draft, wrap: wrap ?? null };
};

const tryOpen = async (locked, passphrase) => {
  const { draft, wrap } = await draftOf(locked.person);
  const vault = await phone.vault();
  const { person, active, draft: readable } = await vault.call("unlock", { locked, passphrase, wrap });
  return { person, locked, draft, wrap, closed: readable === false, active };
};

/** Candidates for the locked keys of `name`: the node's, then the one kept from last time (another node may not know them). */
const lockedFor = async (name) => {
  const kept = await phone.store.read("locked", name);
  const offered = await phone.node.locked(name).catch(() => null);
  const same = kept && offered && kept.ct === offered.ct;
  return [offered, same ? null : kept].filter(Boolean);
};

const openAny = async (candidates, passphrase) => {
  for (const [i, locked] of candidates.entries()) {
    try {
      return await tryOpen(locked, passphrase);
    } catch (error) {
      if (error.name !== "PassphraseWrong" || i === candidates.length - 1) throw error;
    }
  }
  return null;
};

const sentenceFor = (error) => {
  if (error.name === "PassphraseWrong") return word("passphrase_wrong");
  if (error.name === "TrustRefused") return word(`trust_${error.reason}`);
  return null;
};

const explaining = async (work) => {
  try {
    return await work();
  } catch (error) {
    const sentence = sentenceFor(error);
    if (!sentence) throw error;
    complain(sentence);
    return null;
  }
};

export const signIn = async (makeWorker) => {
  await prepare(makeWorker);
  const card = cardNamed("sign-in");
  const name = one("#person").value.trim();
  const secret = secretIn(card);
  complain("");
  if (!name || !secret.value) return complain(word("name_and_passphrase"));
  const opened = await busy(one('[data-act="sign-in"]'), () => explaining(() => signInAs(name, secret.value)));
  if (!opened) return null;
  secret.forget();
  return enter({ ...opened, name });
};

const signInAs = async (name, passphrase) => {
  const candidates = await lockedFor(name);
  if (candidates.length === 0) return complain(word("never_here"));
  const opened = await openAny(candidates, passphrase);
  await phone.store.write("locked", name, opened.locked);
  return opened;
};

const unlock = async (button) => {
  const secret = secretIn(cardNamed("locked"));
  complain("");
  if (!secret.value) return complain(word("passphrase_needed"));
  const opened = await busy(button, () => explaining(() => tryOpen(session.locked, secret.value)));
  if (!opened) return null;
  secret.forget();
  const back = session.interviewing && opened.wrap && !opened.closed;
  await enter({ ...opened, name: session.name });
  return back ? interview.resume(phone, session) : null;
};

const today = () => new Date().toISOString().slice(0, 10);

/** Refusals of interviews that were deleted while the keys were locked: counted now that somebody can sign. */
const payOwed = async () => {
  const owed = (await phone.store.read("settings", "owed")) ?? {};
  for (const [draft, day] of Object.entries(owed)) await phone.outbox.put(await (await phone.vault()).call("refusal", { day }), draft);
  if (Object.keys(owed).length > 0) await phone.store.write("settings", "owed", {});
};

const enter = async (opened) => {
  session = { ...opened, open: true };
  loaded().then(({ prepareCards }) => prepareCards()).catch(failed);
  await payOwed();
  stayAwake();
  showHome();
  tellNode();
  return session;
};

/** Let the node know who is there, when it is; nothing depends on it. */
const tellNode = async () => {
  try {
    const vault = await phone.vault();
    await phone.node.signIn(await vault.call("signIn", { nonce: await phone.node.nonce() }));
    flag("signed", "online");
  } catch {
    flag("signed", "offline"); // out of reach is the usual case; the outbox tries again by itself
  }
  showFacts();
};

/** Two windows never write one draft: `work` runs when no other window of this page has an interview open. */
let release = null;
const alone = (work) =>
  new Promise((resolve, reject) => {
    if (release) return resolve(work());
    return navigator.locks.request("interview", { ifAvailable: true }, (lock) => {
      if (!lock) return resolve(complain(word("elsewhere")));
      work().then(resolve, reject);
      return new Promise((freed) => (release = freed));
    }).catch(reject);
  });
const free = () => {
  release?.();
  release = null;
};

const showFacts = async () => {
  const fact = (name, holds) => all(`[data-fact="${name}"]`).forEach((line) => (line.hidden = !holds));
  const offline = document.documentElement.dataset.offline === "ready";
  fact("offline", offline);
  fact("not-offline", !offline);
  fact("node-away", document.documentElement.dataset.signed === "offline");
  fact("inactive", session && !session.active);
  fact("not-kept", !(await navigator.storage.persist()));
  fact("roster-ended", phone.trust?.trust.expires < today());
  const refused = phone.trust?.refused;
  fact("trust", Boolean(refused));
  if (refused) one("[data-trust-text]").textContent = word(`offer_${refused}`);
  one("[data-fingerprint]").textContent = (phone.trust?.trust.fingerprint.slice(0, 32) ?? "").replace(/(.{4})(?=.)/g, "$1 ");
};

const showHome = async () => {
  if (!session?.open) return show("sign-in");
  one("[data-person]").textContent = session.person;
  one("[data-draft]").hidden = !session.wrap;
  one("[data-draft-closed]").hidden = !session.closed;
  one('[data-act="resume"]').hidden = session.closed;
  one('[data-act="new-interview"]').hidden = Boolean(session.wrap);
  show("home");
  return showFacts();
};

new MutationObserver(() => phone && session && showFacts()).observe(document.documentElement, { attributeFilter: ["data-offline"] });

/** Lock: what is typed is encrypted and kept, the worker ends, the page is emptied. */
export const pause = async () => {
  if (!session?.open) return;
  await flush();
  session = { ...session, open: false, interviewing: interview?.interviewing() ?? false };
  await phone.endVault();
  interview?.leave();
  interview?.clearPage();
  show("locked");
};

let last = Date.now();
let watch = null;
const stayAwake = () => {
  last = Date.now();
  watch ??= setInterval(() => Date.now() - last > IDLE && pause(), 5000);
};
["pointerdown", "keydown", "input"].forEach((kind) => document.addEventListener(kind, () => (last = Date.now()), { passive: true }));
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "hidden") flush();
  else if (Date.now() - last > IDLE) pause();
});
addEventListener("pagehide", () => flush());

const forget = async () => {
  free();
  session = null;
  await phone.endVault();
  interview?.clearPage();
  flag("signed", "");
  show("sign-in");
};

/** Delete the draft; the refusal is counted at once when the keys are open, at the next signing in otherwise. */
const discard = async () => {
  const owed = (await phone.store.read("settings", "owed")) ?? {};
  await phone.store.writeTogether([["settings", "owed", { ...owed, [session.wrap.id]: today() }], ["settings", `done-${session.wrap.id}`, true]]);
  await session.draft.destroy();
  session = { ...session, wrap: null, closed: false };
  if (session.open) await payOwed();
};

/** The first tap asks, the second does. */
const twice = (act) => async (button) => {
  if (button.dataset.sure) {
    delete button.dataset.sure;
    return act();
  }
  button.dataset.sure = "1";
  return complain(word("delete_sure"));
};

on({
  unlock,
  pause,
  "other-person": forget,
  "sign-out": forget,
  home: showHome,
  outbox: () => showOutbox(phone),
  "send-now": sendNow,
  "new-interview": () => alone(async () => {
    session = await (await loaded()).begin(phone, session);
  }),
  resume: () => alone(async () => (await loaded()).resume(phone, session)),
  "discard-draft": twice(async () => {
    await discard();
    return showHome();
  }),
  "stop-locked": twice(async () => {
    if (session.wrap) await discard();
    return forget();
  }),
});
document.addEventListener("interview-ended", () => {
  free();
  session = { ...session, wrap: null, closed: false };
});
document.addEventListener("language-changed", ({ detail }) => {
  if (!interview?.interviewing()) return detail === "home" ? showHome() : show(detail);
  return null;
});
