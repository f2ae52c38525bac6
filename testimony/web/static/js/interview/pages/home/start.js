/** Start of the page: can this browser seal, keep the page offline, and let somebody sign in. The rest loads when it is needed. */

import { all, announce, failed, flag, on, one, pageData, show, word } from "../base/cards.js";
import "./install.js"; // hears the offer, which comes early

const reason = () => {
  if (!isSecureContext) return "secure";
  const able = navigator.serviceWorker && crypto.subtle && self.indexedDB && self.HTMLDialogElement;
  return able ? null : "old";
};

const allowed = () => [pageData().urls.worker, pageData().urls.vault];
const policy = self.trustedTypes?.createPolicy("interview-worker", {
  createScriptURL: (url) => {
    if (!allowed().includes(url)) throw new TypeError("not a worker of this page");
    return url;
  },
});
const trusted = (url) => policy?.createScriptURL(url) ?? url;

/** Starts the worker that holds the keys. */
export const makeVaultWorker = () => new Worker(trusted(pageData().urls.vault), { type: "module" });

const keepOffline = async () => {
  await navigator.serviceWorker.register(trusted(pageData().urls.worker), { scope: pageData().urls.scope });
  await navigator.serviceWorker.ready;
  if (!navigator.serviceWorker.controller) {
    await new Promise((resolve) => navigator.serviceWorker.addEventListener("controllerchange", resolve, { once: true }));
  }
  const { keepLanguage } = await import("./language_files.js");
  if (!(await keepLanguage(document.documentElement.lang))) throw new Error("not all of the page is here");
  flag("offline", "ready");
  announce(word("offline_ready"));
};

const signingIn = () => import("./sign_in.js");

/** The start page of a demonstration asks for it by "#sign-in". Only there the name and the passphrase are filled in. */
const signInInvented = () => {
  const button = one('[data-act="sign-in"]');
  if (location.hash !== "#sign-in" || !("invented" in button.dataset)) return;
  history.replaceState(null, "", location.pathname); // loading the page again does not sign in again
  button.click();
};

const start = () => {
  document.documentElement.classList.remove("no-script");
  const lacking = reason();
  if (lacking) {
    all("[data-cannot]").forEach((text) => (text.hidden = text.dataset.cannot !== lacking));
    return;
  }
  const signIn = () => signingIn().then((module) => module.signIn(makeVaultWorker));
  const practise = (button) => signingIn().then((module) => module.practise(button));
  on({ "sign-in": signIn, practise, guide: () => import("../practice/guide.js").then((module) => module.openGuide()) });
  addEventListener("unhandledrejection", (event) => failed(event.reason));
  show("sign-in");
  flag("ready", "true");
  one("#person").focus();
  keepOffline().catch(() => flag("offline", "no"));
  signingIn().then((module) => module.prepare(makeVaultWorker)).catch(failed);
  signInInvented();
};

start();
