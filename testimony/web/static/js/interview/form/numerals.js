/** Digits as the witness writes them, and as anybody types them. The table is CLDR's native digits (tests/vectors/numerals.json). DOM-free. */

/** The digit zero of a language that has digits of its own. */
const ZERO = { ar: 0x660, bn: 0x9e6, ckb: 0x660, fa: 0x6f0, prs: 0x6f0, ps: 0x6f0, ur: 0x6f0 };

/** `text` with its Western digits in those of `language`; null when that writes Western digits itself. */
export const inNumeralsOf = (language, text) => {
  const zero = ZERO[language];
  return zero === undefined ? null : text.replace(/[0-9]/g, (digit) => String.fromCodePoint(zero + Number(digit)));
};

/** A number as sentences of `language` write it; Arabic ones write Western digits, as the server's do (domain/testimony/languages.py). */
export const inSentencesOf = (language, text) => (language === "ar" ? null : inNumeralsOf(language, text)) ?? text;

/** The Western digits of all digits in `text`, of any script: Unicode keeps the ten of a script in one run. */
export const digitsIn = (text) =>
  Array.from(text.normalize("NFKC"))
    .filter((sign) => /^\p{Nd}$/u.test(sign))
    .map((sign) => {
      let value = 0;
      while (value < 9 && /^\p{Nd}$/u.test(String.fromCodePoint(sign.codePointAt(0) - value - 1))) value += 1;
      return value;
    })
    .join("");

/** A code of 25 digits in its five groups. */
export const groupsOf = (code) => code.match(/.{5}/g) ?? [];
