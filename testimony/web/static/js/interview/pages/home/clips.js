/** Keeping the recordings of all languages on this phone, and saying which are there. */

import { all, cardNamed, one, pageData, word } from "../base/cards.js";
import { keepClips } from "../../media/clip_store.js";
import { filled, region } from "../base/phrases.js";
import { readPack } from "../cards/prompts.js";
import { whenEntered } from "../cards/card.js";

/** {tag: "kept", "room", "away" or "coming"} of each language that has recordings. */
const states = {};
let keeping = null;

const idle = () => new Promise((passed) => (self.requestIdleCallback ? requestIdleCallback(passed, { timeout: 2000 }) : setTimeout(passed, 200)));

const nameOf = (tag) => one(`[data-field="witness_language"] [data-option="${tag}"] [lang]`)?.firstChild.textContent.trim() ?? tag;

/** Beside each language whether its sounds are here; on the home card, which ones found no room. */
export const showClips = () => {
  for (const [tag, state] of Object.entries(states)) {
    const mark = one(`[data-field="witness_language"] [data-option="${tag}"] [data-sound]`);
    if (!mark) continue;
    Object.assign(mark, { hidden: false });
    mark.dataset.sound = state === "kept" ? "kept" : "lacking";
    one("[data-sound-said]", mark).textContent = word(state === "kept" ? "sound_kept" : "sound_not_kept");
  }
  const without = Object.keys(states).filter((tag) => states[tag] === "room");
  all('[data-fact="sounds-no-room"]').forEach((line) => (line.hidden = without.length === 0));
  const said = one("[data-sounds-no-room]");
  if (said) said.textContent = without.length === 0 ? "" : filled("sounds_no_room", { languages: new Intl.ListFormat(region()).format(without.map(nameOf)) });
};

/** {tag: clips} of all languages with a wording of their own; which of them is spoken here is in none of this. */
const sounds = async () => {
  const tags = Object.entries(pageData().scripts).filter(([, { wording }]) => wording).map(([tag]) => tag);
  const packs = await Promise.all(tags.map(readPack));
  return Object.fromEntries(packs.map(({ lang, clips }) => [lang, clips ?? {}]));
};

const keepAll = async () => {
  await idle();
  const found = await sounds();
  for (const tag of Object.keys(states)) delete states[tag];
  for (const tag of Object.keys(found)) if (Object.keys(found[tag]).length > 0) states[tag] = "coming";
  const told = (tag, state) => {
    states[tag] = state;
    showClips();
  };
  await keepClips(found, { base: pageData().urls.clips, told, idle });
};

/** What is lacking, when the pages are kept and the node is near; asked again until all of it was brought. Never rejects. */
export const keepSounds = () => {
  const done = Object.keys(states).length > 0 && Object.values(states).every((state) => state === "kept");
  if (keeping || done || document.documentElement.dataset.offline !== "ready" || !navigator.onLine || !pageData().scripts) return keeping;
  keeping = keepAll().catch(() => null).finally(() => { // out of reach: the next look at the home card tries again
    keeping = null;
    showClips();
  });
  return keeping;
};

whenEntered((card) => card === "languages" && showClips());
document.addEventListener("language-changed", () => cardNamed("languages") && showClips());
