/** What pytest drives in Chromium: the suites in the page, the suites in a worker, and the twin's answers. */

import { runSuites } from "./suites.mjs";
import { answer } from "../support/twin.mjs";

/** The interview page has one policy for the fixed worker address; so has this one. */
const policy = trustedTypes.createPolicy("worker", {
  createScriptURL: (url) => {
    if (url !== "worker.mjs") throw new TypeError("another worker");
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

window.answer = answer;
document.documentElement.dataset.ready = "true";
