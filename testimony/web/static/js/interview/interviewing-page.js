/** One interview at work: answers, cards, the encrypted draft after every change, and the ways out of it. */

import { numberFrom } from "./answers.js";
import { all, announce, cardNamed, complain, flag, loadForm, on, one, pageData, show, word } from "./cards-page.js";
import { circumstances, compose, scriptOf, standing } from "./composing.js";
import { obstacles } from "./consentguards.js";
import { addLeg, fieldOf, readField, showField } from "./fields-page.js";
import { after, before, lacking, pastOptional, pathOf, progress } from "./flow.js";
import { showOutbox } from "./outbox-page.js";
import { followPicker, loadLists } from "./picker-page.js";
import { evaluate, relevant, violations } from "./relevance.js";
import { fillNeeded, fillReaders, fillReview, showCode } from "./review-page.js";

const DAY = 24 * 60 * 60 * 1000;
const SAVE_AFTER = 200;
const MOVE_AFTER = 220;

let phone = null;
let draft = null;
let wrap = null;
let person = null;
/** {answers, card, started, partial, code, asked}: all that the draft holds. */
let state = null;
let cards = [];
let seq = 0;

export const interviewing = () => state !== null;
const codes = () => Object.keys(pageData().purposes);
const purposes = () => standing(state.answers, codes());
const today = () => {
  const now = new Date();
  return [now.getFullYear(), now.getMonth() + 1, now.getDate()].map((part) => String(part).padStart(2, "0")).join("-");
};
const newId = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, "0")).join("");

/* The path */

const cardFrom = ({ dataset }) => ({
  id: dataset.card,
  section: dataset.section,
  coded: "coded" in dataset,
  required: (dataset.required ?? "").split(" ").filter(Boolean),
  when: dataset.when ? JSON.parse(dataset.when) : true,
});

const CONSENT = new Set(["start", "told", "purposes", "teach", "talk"]);
const consentCards = () => cards.filter((card) => CONSENT.has(card.section) && card.id !== "obstacles" && evaluate(card.when, state.answers));

const hindrances = () => {
  const asked = circumstances(state.answers, pageData());
  const found = purposes().flatMap((purpose) => obstacles(asked, purpose, pageData().told));
  const readOut = asked.interpreter?.used && ["read", "both"].includes(asked.script?.heard);
  const unread = scriptOf(state.answers, pageData()).lang !== state.answers.witness_language?.value && !readOut;
  return new Set(unread ? [...found, "script_draft"] : found);
};

const consentAsked = () => consentCards().every((card) => lacking(card, state.answers).length === 0);
const consentStands = () => purposes().length > 0 && consentAsked() && hindrances().size === 0;

const pathWith = (answers) => {
  const given = standing(answers, codes());
  const asked = new Set(given.length > 0 && !state.partial ? relevant(pageData().form.definition, answers, given) : []);
  return pathOf(cards, (card) => {
    if (card.coded) return asked.has(card.id);
    if (card.id === "obstacles") return given.length > 0 && consentAsked() && hindrances().size > 0;
    if (card.id === "review" && state.partial) return false;
    return evaluate(card.when, answers);
  });
};
const path = () => pathWith(state.answers);
/** The path as it will be when the witness agrees, so that the bar does not run back when they do. */
const pathAhead = () => pathWith({ purpose_P01: { value: "yes" }, ...state.answers });

/* Showing */

const showWords = () => {
  const [witness, own] = [state.answers.witness_language?.value, pageData().lang];
  const said = scriptOf(state.answers, pageData()).lang;
  for (const text of all("[data-words]")) {
    text.hidden = text.dataset.words !== said && text.dataset.words !== own;
    text.classList.toggle("second", text.dataset.words === own && said !== own);
    if (text.dataset.words === said && text.previousElementSibling?.matches("[data-words]")) text.parentElement.insertBefore(text, one("[data-words]", text.parentElement));
  }
  const known = pageData().scripts[witness];
  all("[data-no-script]").forEach((notice) => (notice.hidden = !witness || Boolean(known)));
  all("[data-draft-script]").forEach((notice) => (notice.hidden = !known?.draft));
};

const showConditions = () => all("[data-show-when]").forEach((part) => (part.hidden = !evaluate(JSON.parse(part.dataset.showWhen), state.answers)));

const showProgress = () => {
  const { section, at, of, share } = progress(pathAhead(), state.card);
  one("[data-section-title]").textContent = pageData().sections[section] ?? "";
  one("[data-section-count]").textContent = `${at}/${of}`;
  one("[data-progress]").value = share;
};

let making = null;
/** The code, once an interview: it takes a slow phone seconds, and whoever comes back meanwhile gets the same one. */
const madeCode = () => (making ??= phone.vault().then((vault) => vault.call("code")).finally(() => (making = null)));

/** Nobody can say that a code was handed over which is not there yet. */
const awaitCode = (waiting) => {
  one("[data-code-wait]").hidden = !waiting;
  all("[data-code], [data-field=code_given]").forEach((place) => (place.hidden = waiting));
};

const entering = {
  review: () => (fillReview(path(), state.answers), fillNeeded(path().filter((card) => card.section !== "closing"), state.answers)),
  finish: () => fillNeeded(path(), state.answers),
  obstacles: () => {
    const found = hindrances();
    all("[data-obstacle]").forEach((line) => (line.hidden = !found.has(line.dataset.obstacle)));
  },
  readers: async () => {
    const { table, short } = await (await phone.vault()).call("readers", { purposes: purposes() });
    fillReaders(table);
    if (short) complain(word("few_lawyers"));
  },
  code: async () => {
    awaitCode(state.code === null);
    const made = state.code ?? (await madeCode());
    if (!state) return;
    state.code ??= made;
    awaitCode(false);
    showCode(state.code.code, state.answers.witness_language?.value);
    touch();
  },
};

const go = async (card) => {
  if (!card) return;
  const held = card;
  state.card = held;
  showCard();
  await entering[held]?.();
  touch();
};

const showCard = () => {
  showWords();
  showConditions();
  all("[data-field]", cardNamed(state.card)).forEach((field) => showField(field, state.answers));
  show(state.card);
  showProgress();
  const last = state.card === "finish" || ["unsafe", "refused", "obstacles"].includes(state.card);
  one('[data-act="next"]').hidden = last;
  one('[data-act="back"]').disabled = before(path(), cards, state.card) === null;
};

const refresh = async () => {
  await Promise.all([loadForm(), loadLists()]);
  cards = all("[data-card][data-section]").map(cardFrom);
  all("[data-field]").forEach((field) => cardNamed(field.closest("[data-card]").dataset.card).dataset.section && showField(field, state.answers));
  await go(cardNamed(state.card) ? state.card : cards[0].id);
};

/** Take every word off the page and out of memory. */
export const clearPage = () => {
  all("[data-section] [data-field]").forEach((field) => showField(field, null));
  all("[data-review], ul[data-needed]").forEach((place) => place.replaceChildren());
  showCode("", "");
};

/* The draft */

let timer = null;
let saving = Promise.resolve();

const save = async () => {
  clearTimeout(timer);
  timer = null;
  if (!state || !wrap) return;
  try {
    seq += 1;
    const bytes = await (await phone.vault()).call("snapshot", { seq, state });
    await draft.save(seq, bytes);
    if (timer === null) flag("saved", "yes");
  } catch (error) {
    flag("saved", "no");
    if (state) complain(word("not_saved"));
    if (error.name !== "QuotaExceededError" && error.name !== "VaultClosed") throw error;
  }
};

/** Save soon. */
const touch = () => {
  flag("saved", "saving");
  clearTimeout(timer);
  timer = setTimeout(() => (saving = saving.then(save)), SAVE_AFTER);
};

/** Everything that waits to be saved, saved. */
export const flush = () => {
  if (timer !== null) saving = saving.then(save);
  return saving;
};

const fresh = () => ({ answers: {}, card: "languages", started: new Date().toISOString(), finished: null, partial: false, code: null, asked: {} });

/** Start an interview; the draft exists from its first moment. Returns the session that it belongs to. */
export const begin = async (opened, session) => {
  const made = await (await opened.vault()).call("begin");
  await session.draft.begin(made);
  adopt(opened, { ...session, wrap: made }, fresh(), 0);
  await refresh();
  return { ...session, wrap: made };
};

/** Go on with the draft on this phone: the newer snapshot, or the one before it when the power went while it was written. */
export const resume = async (opened, session) => {
  const vault = await opened.vault();
  let [held, number] = [fresh(), 0];
  for (const { seq: at, bytes } of (await session.draft.snapshots()).reverse()) {
    const read = await vault.call("openSnapshot", { seq: at, bytes }).catch(() => null);
    if (read !== null) [held, number] = [read, at];
  }
  adopt(opened, session, held, number);
  await refresh();
  if (Date.now() - Date.parse(state.started) > DAY) askToStop();
};

const adopt = (opened, session, held, number) => {
  phone = opened;
  ({ draft, wrap, person } = session);
  state = held;
  seq = number;
};

/** Forget the interview in memory; its draft stays. */
export const leave = () => {
  clearTimeout(timer);
  timer = null;
  state = null;
  wrap = null;
  one('dialog[open]')?.close();
};

/* Answering */

/** The option that a finger last touched: a choice made with the keyboard does not move the card. */
let touched = null;
document.addEventListener("pointerdown", (event) => (touched = event.target.closest(".option")), { passive: true });
document.addEventListener("keydown", () => (touched = null));
let moving = null;
let moved = 0;

const answer = (field, held) => {
  if (held === undefined) delete state.answers[field];
  else state.answers[field] = held;
};

const settle = (field, target) => {
  const id = field.dataset.field;
  answer(id, readField(field, target, state.answers));
  showField(field, state.answers);
  const dated = id.endsWith("_prec") ? one(`[data-field="${id.slice(0, -5)}"]`) : null;
  if (dated) settleDate(dated);
  if (id === "witness_language") showWords();
  complain("");
  showConditions();
  showProgress();
  touch();
};

const settleDate = (field) => {
  showField(field, state.answers);
  answer(field.dataset.field, readField(field, field, state.answers));
};

const answered = (event) => {
  const field = state && event.target.closest("[data-section] [data-field]");
  if (!field || event.target.closest("dialog")) return;
  if (event.type === "input" && !event.target.matches("[data-input]")) return;
  if (event.type === "change" && event.target.matches("[data-input]")) return;
  settle(field, event.target);
  const single = event.target.type === "radio" && !("stay" in field.dataset) && event.target.closest(".option") === touched;
  if (single && field.dataset.type === "select" && state.card !== "code" && state.card !== "languages") {
    clearTimeout(moving);
    moving = setTimeout(() => {
      moved = Date.now();
      next();
    }, MOVE_AFTER);
  }
};
document.addEventListener("change", answered);
document.addEventListener("input", answered);

const checkOf = (card) => {
  const fields = all("[data-field]", cardNamed(card.id)).map((field) => field.dataset.field);
  const found = violations(pageData().form.definition, state.answers, purposes(), today()).filter(({ field }) => fields.includes(field));
  const blocking = found.find(({ kind }) => kind === "block");
  if (blocking) return blocking;
  return found.find(({ field, check }) => state.asked[`${field}.${check}`] !== JSON.stringify(state.answers[field]));
};

/** What keeps the card from being left forwards, in words; an unlikely answer is asked about once. */
const hindrance = (card) => {
  if (lacking(card, state.answers).length > 0) return word(card.coded ? "answer_or_reason" : "answer_needed");
  if (card.section === "teach" && card.required.some((field) => state.answers[field].value === "not")) return word("explain_again");
  const found = card.coded ? checkOf(card) : null;
  if (!found) return "";
  if (found.kind === "ask") state.asked[`${found.field}.${found.check}`] = JSON.stringify(state.answers[found.field]);
  const sentence = pageData().checks[found.check] ?? word("not_possible");
  return found.kind === "ask" ? `${sentence} ${word("ask_once")}` : sentence;
};

const next = () => {
  clearTimeout(moving);
  const card = cards.find(({ id }) => id === state.card);
  const sentence = hindrance(card);
  if (sentence) {
    complain(sentence);
    return null;
  }
  return go(after(path(), cards, state.card)?.id);
};

const held = (name) => state.answers[name];

followPicker(held, (field, chosen, many, part) => {
  if (part) answer(field.dataset.field, readField(field, part, state.answers));
  else if (chosen.length === 0) answer(field.dataset.field, undefined);
  else answer(field.dataset.field, { value: many ? chosen : chosen[0] });
  showField(field, state.answers);
  complain("");
  showProgress();
  touch();
});

const count = (button, step) => {
  const field = fieldOf(button);
  const now = state.answers[field.dataset.field]?.value;
  answer(field.dataset.field, numberFrom(String(Math.max((now ?? (step > 0 ? 0 : 1)) + step, 0))));
  showField(field, state.answers);
  complain("");
  touch();
};

/* Ways out */

const askToStop = () => {
  one('[data-act="keep"]').hidden = !consentStands();
  one("[data-old]").hidden = Date.now() - Date.parse(state.started) < DAY;
  one("[data-really]").hidden = true;
  stopDialog().showModal();
};

const stopDialog = () => one('dialog[data-dialog="stop"]');

const end = async (entry, what) => {
  if (entry) await phone.outbox.put(entry, wrap.id);
  await draft.destroy();
  await (await phone.vault()).call("forgetDraft");
  leave();
  clearPage();
  flag("saved", "");
  document.dispatchEvent(new CustomEvent("interview-ended"));
  return showOutbox(phone, what);
};

const refuse = async () => {
  clearTimeout(timer);
  await saving;
  return end(await (await phone.vault()).call("refusal", { day: today() }), "refused");
};

const seal = async (button) => {
  if (fillNeeded(path(), state.answers).length > 0) return one('dialog[data-dialog="needed"]').showModal();
  if (!consentStands()) return go("obstacles");
  button.disabled = true;
  all("[data-busy]").forEach((text) => (text.hidden = false));
  try {
    await flush();
    state.finished = new Date().toISOString();
    const vault = await phone.vault();
    const contents = compose(state, pageData(), { day: today(), newId, person });
    const { id: form, sha256: formSha256 } = pageData().form;
    const entry = await vault.call("seal", { contents, purposes: purposes(), day: today(), at: state.finished, form, formSha256, withdraw: state.code.publicHex });
    await end(entry, "sealed");
    announce(word("sealed"));
    return null;
  } catch (error) {
    const said = { lawyers: "few_lawyers", size: "too_long" }[error.reason];
    if (!said) throw error;
    return complain(word(said));
  } finally {
    button.disabled = false;
    all("[data-busy]").forEach((text) => (text.hidden = true));
  }
};

on({
  next: () => (Date.now() - moved < 400 ? null : next()),
  back: () => {
    clearTimeout(moving);
    return go(before(path(), cards, state.card)?.id);
  },
  "skip-optional": () => go(pastOptional(path(), state.card)?.id),
  needed: () => {
    fillNeeded(path(), state.answers);
    one('dialog[data-dialog="needed"]').showModal();
  },
  "close-needed": () => one('dialog[data-dialog="needed"]').close(),
  correct: (button) => {
    one("dialog[open]")?.close();
    return go(button.dataset.goto);
  },
  "add-leg": (button) => one("button", addLeg(fieldOf(button))).focus(),
  "remove-leg": (button) => {
    const field = fieldOf(button);
    button.closest("[data-leg]").remove();
    settle(field, field);
  },
  less: (button) => count(button, -1),
  more: (button) => count(button, 1),
  stop: askToStop,
  keep: () => {
    stopDialog().close();
    state.partial = true;
    return go("readers");
  },
  delete: () => {
    one("[data-really]").hidden = false;
    one('[data-act="delete-really"]').focus();
  },
  "delete-really": () => {
    stopDialog().close();
    return refuse();
  },
  "go-on": () => {
    stopDialog().close();
    if (!state.partial) return null;
    state.partial = false;
    return go(path().find((card) => card.coded && lacking(card, state.answers).length > 0)?.id ?? state.card);
  },
  "end-refused": refuse,
  seal,
});

document.addEventListener("language-changed", () => state && refresh());

