/** The withdrawal code on the page: shown, drawn, printed, compared; and nowhere any more when its card is left. */

import { all, cardNamed, one, on, word } from "../base/cards.js";
import { digitsIn, groupsOf, inNumeralsOf } from "../../form/numerals.js";
import { drawQr } from "../base/qr.js";
import { touch } from "./autosave.js";
import { mayBeRead } from "../../consent/sentence_states.js";
import { sayAlone, stateOf } from "./prompts.js";
import { answers, sitting } from "../base/interview_state.js";

const KIND = { encoding: "numeric", ecc: "quartile" };

/** The code that is on the screen; null when none is. */
let shown = null;
let making = null;
/** The code, once an interview: it takes a slow phone seconds, and whoever comes back meanwhile gets the same one. */
const madeCode = () => (making ??= sitting.phone.vault().then((vault) => vault.call("code")).finally(() => (making = null)));

/** Nobody can say that a code was handed over which is not there yet. */
const awaitCode = (waiting) => {
  one("[data-code-wait]").hidden = !waiting;
  all("[data-code-there]").forEach((place) => (place.hidden = waiting));
};

const language = () => answers().witness_language?.value;

/** The groups into `place`, each by itself: Arabic digits with spaces between them would else run from right to left. */
const write = (place, groups) => {
  const apart = groups.map((group) => Object.assign(document.createElement("bdi"), { dir: "ltr", textContent: group }));
  place.replaceChildren(...apart.flatMap((group, i) => (i === 0 ? [group] : [" ", group])));
};

/** Write `code` into the pieces of `place`: the witness's digits large, Western ones beside them. */
const fill = async (place, code) => {
  const groups = groupsOf(code);
  const own = groups.map((group) => inNumeralsOf(language(), group));
  const differs = own[0] !== null;
  one("[data-code-witness]", place).hidden = !differs;
  write(one("[data-code-witness]", place), differs ? own : []);
  write(one("[data-code]", place), groups);
  one("[data-code]", place).classList.toggle("second", differs);
  await drawQr(one("[data-code-qr]", place), code, KIND, () => shown !== code);
};

const typed = () => digitsIn(one("[data-code-check]").value);
const matches = () => shown !== null && typed() === shown.slice(-5);
/** Whether the witness's copy was compared: its last group typed, or the tick. */
const compared = () => matches() || one("[data-code-compared]").checked || answers().code_given?.value === "given";

const check = () => {
  const differs = typed().length >= 5 && !matches();
  one("[data-code-said]").textContent = matches() ? word("code_matches") : differs ? word("code_differs") : "";
};

/** "Handed over" can be said once the copy was compared; before that it is not taken as an answer. */
const requireCompared = (event) => {
  if (!event.target.closest('[data-field="code_given"] [data-option="given"]') || compared()) return;
  event.stopImmediatePropagation();
  event.target.checked = false;
  one("[data-code-said]").textContent = word("code_compare");
  one("[data-code-check]").focus();
};

const removeSlip = () => [...document.body.children].find((part) => part.matches(".slip"))?.remove();

/** Take every trace of the code off the page, the slip included. With each card: only the code's own is looked through. */
export const hideCode = () => {
  shown = null;
  removeSlip();
  const card = cardNamed("code");
  if (!card) return; // the cards were not brought yet
  all("[data-code], [data-code-witness], [data-code-qr], [data-code-said]", card).forEach((place) => place.replaceChildren());
  one("[data-code-check]", card).value = "";
  one("[data-code-compared]", card).checked = false;
};

/** What the card needs when it is entered: the code, made the first time. */
export const enterCode = async () => {
  hideCode();
  awaitCode(sitting.state.code === null);
  const made = sitting.state.code ?? (await madeCode());
  if (!sitting.state) return;
  sitting.state.code ??= made;
  touch();
  if (sitting.state.card !== "code") return;
  shown = sitting.state.code.code;
  awaitCode(false);
  await fill(one('[data-card="code"]'), shown);
};

/** Print the slip: digits, picture, a few words in the witness's language with the mark of a draft, and nothing else of the page. */
const print = async (button) => {
  const slip = one("[data-slip-sheet]").content.firstElementChild.cloneNode(true);
  slip.dataset.size = button.dataset.size;
  sayAlone(language(), slip);
  one("[data-slip-draft]", slip).hidden = mayBeRead(stateOf(language(), "words.slip_keep"));
  removeSlip();
  document.body.append(slip);
  await fill(slip, shown);
  window.print();
};
addEventListener("afterprint", removeSlip);

on({ "print-slip": print });
document.addEventListener("input", ({ target }) => target.matches("[data-code-check], [data-code-compared]") && check());
document.addEventListener("change", requireCompared, { capture: true });
document.addEventListener("input", requireCompared, { capture: true });
