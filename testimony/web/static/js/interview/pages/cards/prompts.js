/** What the witness hears, beside what the interviewer reads: words from the pack of the language that is spoken. */

import { all, one, pageData, word } from "../base/cards.js";
import { lowest, mayBeRead, SOURCE, stateIn } from "../../consent/sentence_states.js";
import { offerSounds } from "./playback.js";

/** {tag: pack} of this page's roster. */
const packs = new Map();

const fits = ({ lang, roster, keys, sha256, wording }) => {
  const { roster: own, said, scripts } = pageData();
  const isOurs = roster === own && keys === said.digest;
  return isOurs && sha256 === scripts[lang]?.sha256 && (wording ?? null) === (scripts[lang].wording ?? null);
};

/** The pack of the words that this page would name in the record, by key; others are not shown. */
export const readPack = async (tag) => {
  const answer = await fetch(`${pageData().urls.said}${tag}`);
  if (!answer.ok) throw new Error("pack");
  const pack = await answer.json();
  if (!fits(pack)) throw new Error("pack of other words");
  return { ...pack, words: Object.fromEntries(pageData().said.list.map((key, at) => [key, pack.words[at]])) };
};
const fetchPack = async (tag) => packs.set(tag, await readPack(tag));

const held = (tag) => packs.has(tag) && fits(packs.get(tag));

/** The English is shown beside what may not be read aloud, where nothing else stands beside it. */
const besideOwn = (tag) => tag === pageData().lang && tag !== SOURCE;
/** The page has its own language's words; a pack of it is needed for its recordings and states. */
const needed = (tag) => (tag !== pageData().lang || tag !== SOURCE || Boolean(pageData().scripts[tag].wording)) && !held(tag);

/**
 * Bring the words of `tag`; there are none where nobody wrote a script. While the phone does not keep the pages yet, all packs are
 * asked for: the node is not to learn which language a witness speaks.
 */
export const bringWords = async (tag) => {
  const { scripts } = pageData();
  const lacking = [tag, ...(besideOwn(tag) ? [SOURCE] : [])].filter((each) => scripts[each] && needed(each));
  if (lacking.length === 0) return;
  const wanted = navigator.serviceWorker?.controller ? lacking : Object.keys(scripts).filter(needed);
  await Promise.all(wanted.map(fetchPack));
};

const ownIn = (place) => one("[data-words]:not([data-heard])", place);

/** The state of the sentence `key` in the language `tag`; of a language whose pack is not here that of its whole script. */
export const stateOf = (tag, key) => (held(tag) ? stateIn(packs.get(tag), key) : pageData().scripts[tag]?.state);

/** A name that nobody wrote in the witness's language is in both the same. */
const isSameName = (place, own, pack) => place.classList.contains("brief") && pack.words[place.dataset.said] === own.textContent;

/** The words of `of` before the page's own in `place`; the page's own alone without a pack. */
const say = (place, of) => {
  const own = ownIn(place);
  const pack = of && !isSameName(place, own, of) ? of : undefined;
  own.classList.toggle("second", Boolean(pack));
  if (!pack) return one("[data-heard]", place)?.remove();
  const heard = one("[data-heard]", place) ?? own.parentElement.insertBefore(own.cloneNode(false), own);
  heard.classList.remove("second");
  Object.assign(heard, { lang: pack.lang, dir: pack.dir, textContent: pack.words[place.dataset.said] });
  Object.assign(heard.dataset, { heard: "", words: pack.lang });
};

/** The English after the page's own words, where a sentence may not be read aloud and the witness speaks the page's language. */
const sayBeside = (place, tag) => {
  one("[data-source]", place)?.remove();
  const lacks = besideOwn(tag) && held(SOURCE) && !mayBeRead(stateOf(tag, place.dataset.said));
  const text = lacks && packs.get(SOURCE).words[place.dataset.said];
  if (!text) return;
  const source = Object.assign(document.createElement("p"), { className: "said second", lang: SOURCE, dir: "ltr", textContent: text });
  source.dataset.source = "";
  place.append(source);
};

/** The least state of what the card of `line` says in `lang`. */
const stateAt = (line, lang) => {
  const said = all(".words[data-said]", line.closest("[data-card]")).map(({ dataset }) => stateOf(lang, dataset.said));
  return lowest(said) ?? pageData().scripts[lang].state;
};

const wordingOf = ({ id, version, lang, sha256 }, line) => {
  const name = Object.assign(document.createElement("bdi"), { dir: "ltr", textContent: `${id} ${version} ${lang} · ${sha256.slice(0, 8)}` });
  if (lang === SOURCE) return [name];
  const state = stateAt(line, lang);
  const said = Object.assign(document.createElement("b"), { textContent: word(`state_${state}`) });
  said.dataset.sentenceState = state;
  return [name, said];
};

/** Everything within `place` in the witness's language `tag` first and the interviewer's second; in the interviewer's alone otherwise. */
export const sayIn = (tag, place = document) => {
  const { scripts = {}, lang } = pageData();
  const pack = tag !== lang && held(tag) ? packs.get(tag) : undefined;
  all("[data-said]", place).forEach((each) => say(each, pack));
  all(".words[data-said]", place).forEach((each) => sayBeside(each, tag));
  const wordings = [scripts[pack?.lang], scripts[lang]].filter(Boolean);
  all("[data-wording]", place).forEach((each) => each.replaceChildren(...wordings.flatMap((script) => wordingOf(script, each))));
  offerSounds(held(tag) ? packs.get(tag) : undefined, place);
};

/** Whether anything that is said in `tag` can be played. */
export const hasSounds = (tag) => held(tag) && Object.keys(packs.get(tag).clips ?? {}).length > 0;

/** In the slip of the code stands the witness's language alone, and nothing where there are no words in it. */
export const sayAlone = (tag, slip) => {
  sayIn(tag, slip);
  if (tag !== pageData().lang) all("[data-said]", slip).forEach((place) => ownIn(place).remove());
};

/** Which language was spoken tells of a person too: nothing of it stays on the page. */
export const sayNothing = () => {
  packs.clear();
  sayIn(undefined);
};
