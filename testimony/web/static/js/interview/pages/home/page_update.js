/**
 * The pages that the node offers: kept beside those in force where they may be taken (interview/node/page_files.js), and in force
 * once every window of the old ones is closed. Those of a newer roster are taken before an interview begins: the words that are
 * said then name those who will read.
 */

import { complain, flag, one, pageData, word } from "../base/cards.js";
import { ask } from "../base/service_worker.js";
import { digestOf, heldPages, lookAtOffer, SCANNED } from "../../node/page_files.js";

const REFUSED = ["unsigned", "older", "altered", "worker"];

const behind = (phone) => phone.trust.trust.sha256s.at(-1) !== pageData().roster;

const scriptOf = async (url) => (await fetch(url, { cache: "no-store", credentials: "omit", redirect: "error" })).arrayBuffer();

/** Whether the page that another phone showed as a picture is the one that this phone keeps. */
const compareScanned = async () => {
  if (!location.hash.startsWith(SCANNED)) return;
  const scanned = location.hash.slice(SCANNED.length);
  history.replaceState(null, "", location.pathname);
  const [held] = await heldPages();
  const same = held && scanned === (await digestOf(held.files));
  complain(word(same ? "pages_same" : "pages_other"));
};

/** Say that the page was renewed if it was. Once the phone works without the node, look whether it offers another page. */
export const followPages = async (phone) => {
  if (await tookNewerPages(phone)) complain(word("pages_renewed"));
  await phone.vault().catch(() => null);
  if (phone.trust) await lookForPages(phone);
};

/** Look at what the node offers, and say so where this phone does not take it. A phone that keeps no page yet waits until it does. */
const lookForPages = async (phone) => {
  await navigator.serviceWorker.ready;
  if (!navigator.serviceWorker.controller) await new Promise((resolve) => navigator.serviceWorker.addEventListener("controllerchange", resolve, { once: true }));
  await compareScanned();
  const found = await lookAtOffer({
    offer: phone.node.files,
    verify: async (signed) => (await phone.vault()).call("pages", { signed }),
    signs: phone.trust.trust.signs,
    keep: (name, mark) => ask("keep", { name, mark }),
    worker: pageData().urls.worker,
    script: () => scriptOf(pageData().urls.worker),
  });
  one("[data-pages-refused]").hidden = !REFUSED.includes(found);
  flag("pages", found);
};

/** True when newer pages were taken and the page is about to be loaded again; false when it goes on with its own. */
export const takeNewerPages = async (phone) => {
  if (document.documentElement.dataset.signed === "online") await phone.renewTrust(); // the page may be open for days
  if (!behind(phone) || !navigator.serviceWorker?.controller) return false;
  await lookForPages(phone);
  if ((await heldPages()).length < 2 || !(await ask("take-over"))) return false;
  await phone.store.write("settings", "newPages", true);
  location.reload();
  return true;
};

/** Whether this page was loaded for that reason; true once. */
const tookNewerPages = async (phone) => {
  const took = (await phone.store.read("settings", "newPages")) ?? false;
  if (took) await phone.store.write("settings", "newPages", false);
  return took;
};
