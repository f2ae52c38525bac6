/** One interview at work, as everything that shows, saves or ends it sees it: answers, path, what was agreed to. */

import { all, cardNamed, pageData } from "./cards.js";
import { circumstances, scriptOf, standing } from "../../form/contents.js";
import { obstacles } from "../../consent/guards.js";
import { granted } from "../../consent/log.js";
import { isRefused, lacking, pathOf, questionsOn } from "../../form/flow.js";
import { silenced } from "../../form/harm.js";
import { unplayed } from "../../consent/played_prompts.js";
import { evaluate, relevant, violations } from "../../form/conditions.js";
import { asSaid } from "../../consent/script_record.js";
import { around, inOrder, isOnPath } from "../../form/default_path.js";
import { allFollowing, followingFrom } from "../../form/filled.js";

/**
 * `state` is all that the draft holds: {answers, card, started, finished, partial, code, asked, said}, `media` once something was
 * recorded or photographed, `pictures` {id: what it shows}, `halfDates` {field: parts of a date that is not whole yet}, `heard` {field of what is said: in which language it was}, `askedIn` {field of the form: in which language it was asked}, and `played`
 * {key of what is said: in which language it was played to its end}; null when nobody is interviewed.
 * `cards` are those of the page, in order. `further`: what another event of the witness who just ended begins with, or null; it is
 * in memory alone, until the list of sealed testimonies is left. `state.further` names the testimony before this one of the same witness.
 */
export const sitting = { phone: null, draft: null, wrap: null, id: null, person: null, state: null, seq: 0, cards: [], further: null };

export const interviewing = () => sitting.state !== null;
export const answers = () => sitting.state.answers;
const hold = (field, held) => {
  if (held === undefined) delete answers()[field];
  else answers()[field] = held;
};
/** Answer what follows from the answers that a draft holds. */
export const answerWhatFollows = () => Object.entries(allFollowing(answers())).forEach(([field, given]) => hold(field, given));
/** What is said to a witness, in one language or another. */
const SAID = /^(told|teach|purpose)_/;
export const answer = (field, held) => {
  if (SAID.test(field)) sitting.state.heard = { ...sitting.state.heard, [field]: scriptOf(answers(), spokenData())?.lang };
  else if (field in definition().fields) sitting.state.askedIn = { ...sitting.state.askedIn, [field]: answers().witness_language?.value };
  const earlier = answers()[field];
  hold(field, held);
  Object.entries(followingFrom(field, earlier, answers())).forEach(([other, given]) => hold(other, given));
  if (field === "cs_mode" && held?.value !== "signature") delete answers().witness_signature; // nobody insists any more: it is not kept
};

export const today = () => {
  const now = new Date();
  return [now.getFullYear(), now.getMonth() + 1, now.getDate()].map((part) => String(part).padStart(2, "0")).join("-");
};
export const newId = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, "0")).join("");

/** What the page says, with what was said to this witness where that was another roster's page. */
export const spokenData = () => ({ ...asSaid(pageData(), sitting.state.said), speaks: pageData().speakers[sitting.person] ?? [] });
/** The roster whose words were said; null when a draft from before this was held does not know. */
export const rosterSaid = () => sitting.state.said?.roster ?? null;
/** The purposes that the witness agreed to and that can stand. */
export const purposes = () => standing(answers(), spokenData().purposes);
/** The same, each with its recipient and life. */
export const consents = () => granted(answers(), spokenData().purposes);

/** {field: condition} of the fields on the card `id` that are asked only under one of their own. */
const onlyWhen = (id) => Object.fromEntries(all("[data-field][data-show-when]", cardNamed(id)).map(({ dataset }) => [dataset.field, JSON.parse(dataset.showWhen)]));

const cardFrom = ({ dataset }) => ({
  id: dataset.card,
  section: dataset.section,
  coded: "coded" in dataset,
  ...(dataset.fields ? { fields: dataset.fields.split(" ") } : {}),
  purpose: dataset.purpose ?? null, // without which there is no such card
  required: (dataset.required ?? "").split(" ").filter(Boolean),
  only: onlyWhen(dataset.card),
  when: dataset.when ? JSON.parse(dataset.when) : true,
});
/** Read the cards off the page: again when another language's took their place. */
export const readCards = () => (sitting.cards = all("[data-card][data-section]").map(cardFrom));

/** Cards that say why an interview cannot go on. */
const STOPS = new Set(["talk-stopped", "obstacles"]);
const CONSENT = new Set(["start", "told", "purposes", "teach", "talk"]);
/** A purpose that was not asked is none that was agreed to: only the first, without which nothing is kept, must have its answer. */
const NEEDED = "purpose-P01";
const leavesUnasked = ({ id, section }) => section === "purposes" && id !== NEEDED;
const consentCards = () => sitting.cards.filter((card) => CONSENT.has(card.section) && !STOPS.has(card.id) && !leavesUnasked(card) && evaluate(card.when, answers()));

/** Codes of what forbids to take consent now (docs/consent.md). */
export const hindrances = () => {
  const asked = circumstances(answers(), spokenData(), sitting.state);
  const found = purposes().flatMap((purpose) => obstacles(asked, purpose, spokenData().told));
  return new Set([...found, ...(asked.script.heard === "played" && silent().length > 0 ? ["not_played"] : [])]);
};

/** What stands in the way as far as it is known before anything is told: of a script, that it is read out. */
const EARLY = ["officer_present", "incentive", "capacity", "script_draft", "second_adult_missing"];
export const earlyHindrances = () => {
  const asked = circumstances(answers(), spokenData(), sitting.state);
  const found = obstacles({ ...asked, script: { ...asked.script, heard: "read" } }, "P01", spokenData().told);
  return new Set(found.filter((code) => EARLY.includes(code)));
};
const prepared = () => answered(sitting.cards.filter(({ id, section, when }) => section === "start" && !STOPS.has(id) && evaluate(when, answers())));

/** The fields of what was told and asked that was not played to its end in the language in which it was answered. */
export const silent = () => unplayed(answers(), sitting.state, scriptOf(answers(), spokenData()).lang, spokenData());

/** The sentence of `key` was played to its end in the language `lang`. */
export const notePlayed = (key, lang) => (sitting.state.played = { ...sitting.state.played, [key]: lang });

const answered = (cards) => cards.every((card) => lacking(card, answers()).length === 0);
/** What no guard looks for: the guards know what was told and taught, also where another roster's page said it. */
const TALK = ["start", "talk"];
export const consentStands = () => purposes().length > 0 && answered(consentCards().filter(({ section }) => TALK.includes(section))) && hindrances().size === 0;
/** The witness did not agree to be recorded, or a child or its guardian said no: then nothing is kept. */
export const consentRefused = () => purposes().length === 0 || isRefused(sitting.cards, answers());

/** Questions about a child, which wait until it is safe to talk. */
const OF_A_CHILD = new Set(["guardian_account", "cs_focal_point", "cs_second_adult"]);
const unsafeHere = () => answers().safety_private?.value === "no" || answers().safety_officer?.value === "yes";

/** Cards that a testimony which was stopped halfway goes without; so it does without purposes that were not asked. */
const WHOLE = new Set(["rest", "review"]);
const cutShort = (card) => sitting.state.partial && (WHOLE.has(card.id) || (leavesUnasked(card) && lacking(card, answers()).length > 0));

const definition = () => pageData().form.definition;
/** The cards of the page in the order in which this interview walks them. */
export const ordered = () => inOrder(sitting.cards, definition(), answers());

/** The cards that this interview goes through, with the answers so far. */
export const path = () => {
  const { state } = sitting;
  const given = purposes();
  const unspoken = silenced(pageData().prompts, answers());
  const asked = new Set(given.length > 0 && !state.partial ? relevant(definition(), answers(), given) : []);
  return pathOf(ordered(), (card) => {
    if (card.coded) return questionsOn(card).some((field) => asked.has(field) && !unspoken.has(field)) && isOnPath(card, definition(), answers());
    if (card.purpose) return !state.partial && given.includes(card.purpose);
    if (card.id === "code" && state.further) return false; // the witness has it
    if (OF_A_CHILD.has(card.id) && unsafeHere()) return false;
    if (card.id === "unsafe" && state.partial) return false; // what was said is sealed, and nothing more is asked
    if (card.id === "talk-stopped") return prepared() && earlyHindrances().size > 0;
    if (card.id === "obstacles") return given.length > 0 && answered(consentCards()) && hindrances().size > 0;
    return !cutShort(card) && evaluate(card.when, answers());
  });
};

/** The card on the screen with its marks of the order, and the cards that next and back go through from it. */
export const here = () => {
  const cards = ordered();
  const from = cards.find(({ id }) => id === sitting.state.card);
  return { from, walk: around(cards, path(), from, answers()) };
};

/** What is wrong with the answers, as `violations` gives it. */
export const wrong = () => violations(definition(), answers(), purposes(), today());
/** Fields whose answer cannot be: nothing is sealed whole with one; a part of an interview is better than none. */
export const impossible = () => (sitting.state.partial ? [] : wrong().filter(({ kind }) => kind === "block").map(({ field }) => field));
