/** Every suite that runs in Chromium as it does in Node. */

import { runRegistered } from "../support/harness.mjs";

export const SUITES = ["canonical", "vectors", "sealing", "tamper", "roster", "pages", "secrets", "media", "question_words"];

/** [{name, error}] of all tests of all suites; may be called again. */
export const runSuites = async () => {
  for (const suite of SUITES) await import(`../${suite}.test.mjs`);
  return runRegistered();
};
