/** The six digits of a PIN, as they are typed, tried and refused. */

import { complain, one, word } from "./cards.js";
import { digitsIn } from "../../form/numerals.js";
import { filled } from "./phrases.js";

const LENGTH = 6;

const typedIn = (id) => digitsIn(one(id).value);
export const isWhole = (digits) => digits.length === LENGTH;

/** The digits in the field `id`; null, and it says so, where they are not six. */
export const sixDigits = (id) => {
  const typed = typedIn(id);
  return isWhole(typed) ? typed : (complain(word("pin_digits")) ?? null);
};

/** Whether what is typed in the field `id` is the PIN; it says so when not. `ask(digits)` gives {open, left}, `gone()` is called once no try is left. */
export const tryDigits = async (id, ask, gone) => {
  const typed = sixDigits(id);
  if (typed === null) return false;
  const { open, left } = await ask(typed);
  one(id).value = "";
  if (!open && left === 0) gone();
  else if (!open) complain(filled("pin_wrong", { n: left }));
  return open;
};
