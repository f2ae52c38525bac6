/** Sentences of a page with their values in them, numbers in the digits of the page's language. DOM-free. */

import { inSentencesOf } from "../interview/form/numerals.js";

/** `value` as a sentence of `lang` writes it. */
export const written = (lang, value) => (typeof value === "number" ? inSentencesOf(lang, String(value)) : String(value));

/** A function: a sentence of `lang` with the values that it names in braces. */
export const filler = (lang) => (sentence, values) => sentence.replace(/\{(\w+)\}/g, (_, name) => written(lang, values[name]));
