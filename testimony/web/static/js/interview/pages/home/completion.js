/** The ways out of an interview: sealed whole, sealed as far as it came, or deleted and counted as a refusal. */

import { all, cardNamed, complain, flag, on, one, pageData, word } from "../base/cards.js";
import { askIfTakenBack, endRecording, shownInPictures } from "../media/capture.js";
import { compose, standingIn } from "../../form/contents.js";
import { withEarlier } from "../../form/earlier_form.js";
import { furtherOf, packedKeys } from "../../form/further.js";
import { isAsked, lacking } from "../../form/flow.js";
import { evaluate } from "../../form/conditions.js";
import { fillNeeded } from "../cards/review.js";
import { sayParting } from "../cards/parting_words.js";
import { flush, leave, stopSaving } from "../cards/autosave.js";
import { clearPage, go } from "../cards/card.js";
import { answers, consentStands, newId, path, rosterSaid, sitting, spokenData, today } from "../base/interview_state.js";

const DAY = 24 * 60 * 60 * 1000;

const old = () => Date.now() - Date.parse(sitting.state.started) >= DAY;
/** Whether this witness gave a testimony before: it stays when this interview is deleted. */
const hasEarlier = () => Boolean(sitting.state.further);
const stopDialog = () => one('dialog[data-dialog="stop"]');

export const askToStop = () => {
  one("[data-keeping]").hidden = !consentStands();
  all("[data-deletes-all]").forEach((text) => (text.hidden = hasEarlier())); // that would not be true of both
  one("[data-deletes-later]").hidden = !hasEarlier();
  one("[data-old]").hidden = !old();
  one("[data-really]").hidden = true;
  stopDialog().showModal();
};

/** A draft that is older than a day is asked about before anything else. */
export const askIfOld = () => old() && askToStop();

/** What the row of the testimony `earlier` notes; undefined where it was withdrawn or is another person's. */
const noteOf = async (phone, earlier) => {
  const entry = await phone.outbox.find(earlier);
  if (!entry?.note) return undefined;
  return (await (await phone.vault()).call("openRowNotes", { notes: [{ id: earlier, note: entry.note }] }))[earlier];
};

/** The keys that are left of the code are in the note of the new row alone: no two testimonies get the same one. */
const handOnKeys = async (phone, earlier) => {
  const note = await noteOf(phone, earlier);
  if (note) await phone.outbox.rename(earlier, await (await phone.vault()).call("sealRowNote", { id: earlier, note: { ...note, keys: "" } }));
};

/** The earliest testimony of the witness, in the note of each that follows; nothing in a first one. */
const firstOf = async (phone, earlier) => (earlier ? { first: (await noteOf(phone, earlier))?.first ?? earlier } : {});

const end = async (entry, what) => {
  const { phone, wrap, state } = sitting;
  const earlier = hasEarlier();
  const stopped = what === "refused" ? (earlier ? null : "refused") : state.partial ? "kept" : null;
  const heard = state.answers.witness_language?.value;
  await phone.outbox.put(entry, wrap.id, phone.stock.ending(wrap.share));
  if (what === "sealed" && state.further) await handOnKeys(phone, state.further);
  leave();
  await phone.drafts.clear(wrap.id);
  await (await phone.vault()).call("forgetDraft", { draft: wrap.id });
  clearPage();
  if (stopped) await sayParting(stopped, heard);
  if (what === "sealed") sitting.further = furtherOf(state, { definition: pageData().form.definition, prompts: pageData().prompts }, entry.id);
  flag("saved", "");
  document.dispatchEvent(new CustomEvent("interview-ended"));
  return phone.over(wrap.id, what, { next: sitting.further?.further ?? null, earlier });
};

const refuse = async () => {
  await endRecording();
  await stopSaving();
  return end(await (await sitting.phone.vault()).call("refusal", { day: today(), draft: sitting.wrap.id }), "refused");
};

/** The fields about the talk that are not asked with the answers as they are now. What was said while it was safe to talk stays said. */
const skipped = () => {
  const closed = (card, field) => !evaluate(card.when, answers()) || !isAsked(card, field, answers());
  const fieldsOf = ({ id }) => all("[data-field]", cardNamed(id)).map((field) => field.dataset.field);
  return new Set(sitting.cards.filter(({ coded, id }) => !coded && id !== "safety").flatMap((card) => fieldsOf(card).filter((field) => closed(card, field))));
};

const QUESTION = "question.";
/** The questions of the form that have a sentence to say aloud. */
const saidAloud = () => [...new Set(all(`[data-said^="${QUESTION}"]`).map(({ dataset }) => dataset.said.slice(QUESTION.length)))];

/** The interview at work as an entry of the outbox. Without a code that was made, nobody can withdraw it by one. */
export const sealed = async () => {
  const { phone, state, person } = sitting;
  state.finished = new Date().toISOString();
  const { id: form, sha256: formSha256, definition } = pageData().form;
  const composed = compose(state, spokenData(), { day: today(), newId, person, skipped: skipped(), pictures: await shownInPictures(), asked: saidAloud() });
  const given = standingIn(composed.consent.events, today());
  const contents = withEarlier(composed, state.form?.asked, definition, state.answers, given);
  const asked = { contents, purposes: given, said: rosterSaid(), day: today(), at: state.finished, form, formSha256, withdraw: state.code?.publicHex ?? null };
  const recorded = (await phone.store.all("media")).some(({ draft }) => draft === sitting.id);
  const vault = await phone.vault();
  const entry = await (recorded ? (await import("../media/media.js")).seal(asked) : vault.call("seal", asked));
  const note = { time: state.finished, lang: state.answers.witness_language?.value ?? null, label: "", keys: packedKeys(state.code?.further), ...(await firstOf(phone, state.further)) };
  return { ...entry, note: await vault.call("sealRowNote", { id: entry.id, note }) };
};

const seal = async (button) => {
  if (fillNeeded(path(), answers()).length > 0) return one('dialog[data-dialog="needed"]').showModal();
  if (!consentStands()) return go("obstacles");
  if (await askIfTakenBack()) return null;
  button.disabled = true;
  all("[data-busy]").forEach((text) => (text.hidden = false));
  try {
    await flush();
    if (document.documentElement.dataset.signed === "online") await sitting.phone.renewTrust(); // whose keys ended since
    await end(await sealed(), "sealed");
    return null;
  } catch (error) {
    const full = error.name === "QuotaExceededError" ? "room_seal" : null; // nothing was put away, and the draft is still there
    const stopped = error.name === "SealingStopped" ? "sealing_stopped" : null;
    const said = full ?? stopped ?? { lawyers: "few_lawyers", size: "too_long", words: "words_old", revoked: "keys_ended", media: "media_damaged" }[error.reason];
    if (!said) throw error;
    return complain(word(said));
  } finally {
    button.disabled = false;
    all("[data-busy]").forEach((text) => (text.hidden = true));
  }
};

on({
  needed: () => {
    fillNeeded(path(), answers());
    one('dialog[data-dialog="needed"]').showModal();
  },
  "close-needed": () => one('dialog[data-dialog="needed"]').close(),
  correct: (button) => {
    one("dialog[open]")?.close();
    return go(button.dataset.goto);
  },
  stop: askToStop,
  keep: () => {
    stopDialog().close();
    sitting.state.partial = true;
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
    if (!sitting.state.partial) return null;
    sitting.state.partial = false;
    return go(path().find((card) => card.id === "unsafe" || (card.coded && lacking(card, answers()).length > 0))?.id ?? sitting.state.card);
  },
  "end-refused": refuse,
  seal,
});
