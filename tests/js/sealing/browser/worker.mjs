/** The suites in a dedicated module worker: proof that sealing needs no document. */

import { runSuites } from "./suites.mjs";

self.onmessage = async () => self.postMessage(await runSuites());
