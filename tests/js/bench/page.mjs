/** Makes the measurement callable by tests/bench/chromium.py, and shows it to a person who opens the page with `#run`. */

import { measure } from "./sealing.mjs";

window.measure = measure;
document.documentElement.dataset.ready = "true";
if (location.hash === "#run") document.querySelector("#figures").textContent = JSON.stringify(await measure(), null, 2);
