/** The PIN of pauses: set after the passphrase, and tried on the card of a pause. It guards memory alone (docs/drafts.md). */

import { complain, on, one, show, word } from "../base/cards.js";
import { digitsIn } from "../../form/numerals.js";
import { isGuessable } from "../../draft/pause.js";
import { askFor } from "../base/passphrase.js";
import { isWhole, sixDigits, tryDigits } from "../base/pin_digits.js";

/** {phone, session, goOn} of the card on which a PIN is set. */
let asked = null;

/** Offer to set a PIN for the pauses of `session` (its mark is `pinned`); then `goOn()` in either case. */
export const askForPin = (phone, session, goOn) => {
  asked = { phone, session, goOn };
  askFor("pin");
  show("new-pin");
};

/** Whether what is typed opens the pause `pin` on `phone`; it says so when not, and asks for the passphrase when no PIN will. */
export const tryPin = async (phone, pin) => {
  const end = (why) => {
    pin.forget();
    askFor("passphrase");
    complain(word(why));
    return false;
  };
  if (!pin.holds()) return end("pin_over");
  return tryDigits("#pin", (typed) => phone.openByPin(typed), () => end("pin_gone"));
};

/** Six digits on the card of a pause are tried at once. */
document.addEventListener("input", ({ target }) => {
  if (target.id === "pin" && isWhole(digitsIn(target.value))) one('[data-act="unlock"]').click();
});

on({
  "set-pin": async () => {
    const first = sixDigits("#pin-first");
    if (first === null) return null;
    if (isGuessable(first)) return complain(word("pin_guessable"));
    if (first !== digitsIn(one("#pin-again").value)) return complain(word("pin_differs"));
    askFor("pin"); // the digits are taken off the page
    await (await asked.phone.vault()).call("setPin", { pin: first });
    asked.session.pinned = true;
    return asked.goOn();
  },
  "skip-pin": () => {
    askFor("pin");
    return asked.goOn();
  },
  "use-passphrase": () => askFor("passphrase", true),
  "use-pin": () => askFor("pin"),
});
