/** Digits of other scripts, and Damm's check written a second way, for the tests of withdrawal codes. */

const ROWS = "0317598642709215486342068713591750983426612304597836742095815869720134894536201794386172052581436790";

export const damm = (digits) => [...digits].reduce((interim, digit) => Number(ROWS[10 * interim + Number(digit)]), 0);

/** ASCII digits written in the script whose zero is `zero`. */
export const digitsFrom = (text, zero) => text.replace(/[0-9]/g, (digit) => String.fromCodePoint(zero.codePointAt(0) + Number(digit)));
