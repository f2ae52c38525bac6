/** The pages of a newer roster, taken before an interview begins: the words that are said then name those who will read. */

import { pageData } from "../base/cards.js";

const behind = (phone) => phone.trust.trust.sha256s.at(-1) !== pageData().roster;

/** The next version of the pages once it is wholly on the phone; null where there is none, or the node is out of reach. */
const waitingPages = async () => {
  const registration = await navigator.serviceWorker?.getRegistration();
  await registration?.update().catch(() => null); // out of reach: then what came earlier, if anything did
  const coming = registration?.installing;
  if (coming) await new Promise((resolve) => coming.addEventListener("statechange", resolve, { once: true }));
  return registration?.waiting ?? null;
};

/** Whether `worker` took over; it does not while another window is open, whose pages it would take away. */
const takesOver = async (worker) => {
  const taken = new Promise((resolve) => navigator.serviceWorker.addEventListener("controllerchange", resolve, { once: true }));
  const { port1, port2 } = new MessageChannel();
  const alone = await new Promise((resolve) => {
    port1.onmessage = ({ data }) => resolve(data);
    worker.postMessage("take-over", [port2]);
  });
  if (alone) await taken;
  return alone;
};

/** True when newer pages were taken and the page is about to be loaded again; false when it goes on with its own. */
export const takeNewerPages = async (phone) => {
  if (document.documentElement.dataset.signed === "online") await phone.renewTrust(); // the page may be open for days
  if (!behind(phone)) return false;
  const waiting = await waitingPages();
  if (!waiting || !(await takesOver(waiting))) return false;
  await phone.store.write("settings", "newPages", true);
  location.reload();
  return true;
};

/** Whether this page was loaded for that reason; true once. */
export const tookNewerPages = async (phone) => {
  const took = (await phone.store.read("settings", "newPages")) ?? false;
  if (took) await phone.store.write("settings", "newPages", false);
  return took;
};
