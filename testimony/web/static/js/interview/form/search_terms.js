/** Names as people search for them: without accents and case, Arabic letters by their shape, digits by their worth. DOM-free. */

import { plainDigits } from "./answers.js";

/** Letters that stand for another one in names, though Unicode does not take them apart. */
const LIKE = new Map(Object.entries({
  "ٱ": "ا", "ى": "ي", "ی": "ي", "ې": "ي", "ے": "ي", "ۍ": "ي", "ة": "ه", "ہ": "ه", "ھ": "ه", "ە": "ه", "ۀ": "ه", "ک": "ك", "ڪ": "ك", "ۆ": "و", "ۇ": "و",
  "ء": "", "ـ": "", "ß": "ss", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "’": "", "'": "", "ʼ": "", "‘": "",
}));

const letter = (c) => LIKE.get(c) ?? (plainDigits(c) || c);

/** `text` as it is compared. */
export const fold = (text) =>
  Array.from(text.normalize("NFKD").replace(/[\p{M}\p{Cf}]/gu, "").toLowerCase(), letter).join("").replace(/[^\p{L}\p{N}]+/gu, " ").trim();

/** Whether `query` finds what is called `text` and has the code `code`: each word of it somewhere in the name, or the code's beginning. */
export const finds = (query, text, code = "") => {
  const wanted = fold(query);
  const name = fold(text);
  return wanted === "" || wanted.split(" ").every((word) => name.includes(word)) || fold(code).startsWith(wanted);
};
