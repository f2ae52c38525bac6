/** What pytest drives in Chromium: the suites in the page and in a worker, a service worker, and the twin's answers. */

import { runSuites } from "./suites.mjs";
import { answer } from "../support/twin.mjs";

/** The interview page has one policy for the fixed addresses of its workers; so has this one. */
const policy = trustedTypes.createPolicy("worker", {
  createScriptURL: (url) => {
    if (!["worker.mjs", "serviceworker.mjs"].includes(url)) throw new TypeError("another worker");
    return url;
  },
});

window.runInPage = runSuites;

window.runInWorker = () =>
  new Promise((resolve, reject) => {
    const worker = new Worker(policy.createScriptURL("worker.mjs"), { type: "module" });
    worker.onmessage = ({ data }) => {
      worker.terminate();
      resolve(data);
    };
    worker.onerror = (event) => reject(new Error(event.message ?? "the worker did not start"));
    worker.postMessage("run");
  });

/** Asks the service worker to seal and to open once: what it answers, with what the page itself makes of it. */
window.runInServiceWorker = async () => {
  const registration = await navigator.serviceWorker.register(policy.createScriptURL("serviceworker.mjs"), { type: "module" });
  const worker = registration.installing ?? registration.waiting ?? registration.active;
  const { port1, port2 } = new MessageChannel();
  const answered = new Promise((resolve) => {
    port1.onmessage = ({ data }) => resolve(data);
  });
  worker.postMessage("seal and open", [port2]);
  const result = await answered;
  await registration.unregister();
  return result;
};

window.answer = answer;
document.documentElement.dataset.ready = "true";
