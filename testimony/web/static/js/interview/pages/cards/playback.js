/** What is said, played to a witness who does not read: one sound at a time, when somebody taps, and silent at once when the card is left. */

import { all, complain, failed, on, one, pageData, word } from "../base/cards.js";
import { fetchClip, readClip } from "../../media/clip_store.js";
import { touched } from "../base/idle.js";
import { stayAwake } from "../base/level_bar.js";

/** {button, sound, url, over, sleep} of what is being played; null in silence. */
let playing = null;
/** {lang, clips} of the language whose recordings the buttons play. */
let spoken = { lang: null, clips: {} };

const press = (button, pressed) => button.setAttribute("aria-pressed", String(pressed));
const follow = (button, share) => (one("progress", button).value = Math.min(share, 1));
const keysOf = (button) => button.dataset.play.split(" ");

/** Silence, now. */
const hush = () => {
  if (!playing) return;
  const { button, sound, url, over, sleep } = playing;
  playing = null;
  sound.pause();
  sound.removeAttribute("src");
  URL.revokeObjectURL(url);
  over(false);
  sleep();
  press(button, false);
  follow(button, 0);
};
document.addEventListener("media-leaving", hush);
document.addEventListener("close", hush, { capture: true }); // a dialog with words in it

/** The word on a button, and for a screen reader what it plays. `data-word` names the word of one that plays several things. */
const name = (button, again) => {
  const { what, word: named } = button.dataset;
  const text = word(named ?? (again ? "play_again" : "play"));
  one("[data-play-word]", button).textContent = text;
  button.setAttribute("aria-label", what ? `${text}: ${what}` : text);
  button.classList.toggle("heard", again);
};

/** Say on the buttons in sight what the witness has heard to its end; `heard(key)` says whether. */
export const showHeard = (heard) => all('[data-act="play-said"]').forEach((button) => keysOf(button).every(heard) && name(button, true));

/** From this phone alone where its worker keeps the pages: one recording asked for would tell a node which language is spoken. */
const soundOf = (clip) => {
  const base = pageData().urls.clips;
  return navigator.serviceWorker?.controller ? readClip(spoken.lang, clip, { base }) : fetchClip(clip, { base });
};

/** Play one recording; true when it came to its end, false when it was silenced. */
const playOne = async (mine, clip) => {
  const blob = await soundOf(clip);
  if (!blob) throw new Error("not kept");
  if (playing !== mine) return false;
  URL.revokeObjectURL(mine.url);
  mine.url = URL.createObjectURL(blob);
  const ended = new Promise((resolve, reject) => {
    mine.over = resolve;
    Object.assign(mine.sound, { onended: () => resolve(true), onerror: reject });
  });
  mine.sound.ontimeupdate = () => {
    touched(); // a witness who listens touches nothing
    follow(mine.button, (mine.sound.currentTime * 1000) / clip.ms);
  };
  mine.sound.src = mine.url;
  await mine.sound.play();
  return ended;
};

const playAll = async (mine) => {
  const { lang, clips } = spoken;
  for (const key of keysOf(mine.button)) {
    if (!(await playOne(mine, clips[key]))) return;
    document.dispatchEvent(new CustomEvent("said-played", { detail: { key, lang } }));
  }
  hush();
  name(mine.button, true);
};

const play = async (button) => {
  const stopped = playing?.button === button;
  document.dispatchEvent(new CustomEvent("media-leaving")); // whatever else sounds
  if (stopped) return;
  complain("");
  const mine = { button, sound: new Audio(), url: "", over: () => null, sleep: stayAwake() };
  playing = mine;
  press(button, true);
  try {
    await playAll(mine);
  } catch {
    if (playing !== mine) return; // silenced before it began
    hush();
    complain(word("sound_missing"));
  }
};

const buttonFor = (keys, told) => {
  const button = one("[data-play-button]").content.firstElementChild.cloneNode(true);
  Object.assign(button.dataset, { play: keys.join(" "), ...told });
  name(button, false);
  return button;
};

const ANSWERS = ["words.yes", "words.no"];
const ownWords = (place) => one("[data-words]:not([data-heard])", place);
/**
 * Under the words that it plays; those in the name of a question have it below that name, or it would be a part of it. A question is
 * never played without what is said before it.
 */
const beside = (place) => {
  const before = place.closest("[data-before]") ? [] : all("[data-before]:not([data-show-when]) .words[data-said]", place.closest("[data-field]") ?? place);
  const keys = [...before, place].map(({ dataset }) => dataset.said);
  if (!keys.every((key) => key in spoken.clips)) return;
  const button = buttonFor(keys, { what: ownWords(place).textContent });
  const legend = place.closest("legend");
  if (legend) legend.after(button);
  else (one("[data-heard]", place) ?? ownWords(place)).after(button);
};
/** Everything that a card says, one after the other; not what it says only to some. */
const besideWhole = (place) => {
  const said = all(".words[data-said]", place.closest("[data-card]")).filter((words) => !words.closest("[data-show-when]"));
  const lacksLead = said.some((words) => words.closest("[data-before]") && !(words.dataset.said in spoken.clips));
  const keys = said.map(({ dataset }) => dataset.said).filter((key) => key in spoken.clips);
  if (keys.length > 1 && !lacksLead) place.after(buttonFor(keys, { word: "play_card" }));
};
/** Once a card: the same two words are said wherever somebody points. */
const besideAnswers = (place) => {
  const first = place.closest("[data-card]").querySelector("[data-answers]") === place;
  if (first) place.before(buttonFor(ANSWERS, { word: "play_answers" }));
};

/** The answers that are said aloud, one after the other; no button when one of them has no recording, or that answer would be left out. */
const besideOptions = (place) => {
  const keys = all(":scope > .option > .theirs[data-said]", place).map(({ dataset }) => dataset.said);
  if (keys.length > 0 && keys.every((key) => key in spoken.clips)) place.before(buttonFor(keys, { word: "play_options" }));
};

/**
 * A button beside everything that `pack` has a recording of, and beside the answers; none without a pack. Only what is said on
 * cards and in dialogs; what is printed makes no sound.
 */
export const offerSounds = (pack, within) => {
  hush();
  all('[data-act="play-said"]', within).forEach((button) => button.remove());
  const clips = pack?.clips ?? {};
  spoken = { lang: pack?.lang ?? null, clips };
  all(".words[data-said]", within).filter(({ dataset }) => dataset.said in clips).forEach(beside);
  all("[data-whole]", within).forEach(besideWhole);
  all(".options:not([data-answers])", within).forEach(besideOptions);
  if (ANSWERS.every((key) => key in clips)) all("[data-answers]", within).forEach(besideAnswers);
};

on({ "play-said": (button) => play(button).catch(failed) });
