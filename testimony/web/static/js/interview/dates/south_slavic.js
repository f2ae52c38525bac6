/**
 * How days are said in Serbian and Bosnian. Browsers have no words for days in Bosnian, and in neither the genitive of a month
 * (`day_inflected` of `testimony/catalogues.py` does the same at desks). DOM-free.
 */

const KNOWN_AS = { en: "en-GB", bs: "sr-Latn" };
const BOSNIAN = {
  pre: "prije", juče: "jučer", nedelje: "sedmice", meseca: "mjeseca",
  ponedeljak: "ponedjeljak", sreda: "srijeda", sre: "sri", nedelja: "nedjelja",
  jun: "juni", jul: "juli", avgust: "august",
}; // prettier-ignore
const GENITIVE = [["bar", "bra"], ["бар", "бра"], ["uni", "una"], ["uli", "ula"]];

/** The language of a browser whose days, weeks and lists a page in `lang` takes. In English the day stands before the month. */
export const knownAs = (lang) => KNOWN_AS[lang] ?? lang;

const genitive = (month) => {
  const [ending, instead] = GENITIVE.find(([end]) => month.endsWith(end)) ?? ["", month.at(-1) > "z" ? "а" : "a"];
  return month.slice(0, month.length - ending.length) + instead;
};

/** What a browser said of a day in `knownAs(lang)`, as people write it in `lang`. */
export const asWritten = (said, lang) => {
  if (lang !== "sr" && lang !== "bs") return said;
  const words = lang === "bs" ? said.replace(/\p{L}+/gu, (word) => BOSNIAN[word] ?? word) : said;
  return words.replace(/(\d\. )(\p{L}{3,})/gu, (_, day, month) => day + genitive(month));
};
