/** Consent on the screen: what was said and heard noted as it is, no more questions when the witness has enough, help whenever it is due. */

import { all, currentCard, failed, on, one, pageData } from "../base/cards.js";
import { noted } from "../../consent/log.js";
import { after, lacking } from "../../form/flow.js";
import { due } from "../../form/harm.js";
import { showHeard } from "./playback.js";
import { askedIn } from "./review.js";
import { touch } from "./autosave.js";
import { hasSounds } from "./prompts.js";
import { go, showConditions, whenEntered } from "./card.js";
import { showField } from "../fields/fields.js";
import { answer, answers, interviewing, notePlayed, path, silent, sitting, today } from "../base/interview_state.js";

/** Write down what was answered to the purposes once its card is left: a changed mind is a second answer, not a correction. */
const noteConsent = () => {
  sitting.state.consent = noted(sitting.state.consent ?? [], answers(), pageData().purposes, today());
};

const helpOf = () => (sitting.state.help ??= {});

/** Show what came of each place of help; one that is seen for the first time counts as offered. */
const showPlaces = (within) => {
  for (const place of all("[data-place-of-help]", within)) {
    const id = place.dataset.placeOfHelp;
    helpOf()[id] ??= "offered";
    all('[data-act="want-help"]', place).forEach((button) => button.setAttribute("aria-pressed", String(helpOf()[id] === button.dataset.outcome)));
  }
  touch();
};

const openDialog = (name) => {
  const dialog = one(`dialog[data-dialog="${name}"]`);
  showPlaces(dialog);
  dialog.showModal();
};

const prompted = () => sitting.state.prompted ?? [];
/** The prompt whose moment has come, once an interview: after the answer that calls for it, before the next question. */
const promptDue = () => {
  if (one("dialog[open]")) return;
  const [next] = due(pageData().prompts, answers(), prompted());
  if (next !== undefined) openDialog(`prompt-${next}`);
};

/** Somebody closed the prompt. One that a lock or the quick exit took away was perhaps not read, and opens again. */
const noteClosed = ({ dataset: { prompt } }) => {
  if (prompted().includes(prompt)) return;
  sitting.state.prompted = [...prompted(), prompt];
  touch();
};
document.addEventListener("close", ({ target }) => {
  if (!interviewing() || !target.dataset.prompt || target.open) return;
  noteClosed(target);
  promptDue();
}, { capture: true });

const unasked = () => path().find((card) => card.section === "purposes" && (card.id === "uses-more" || lacking(card, answers()).length > 0));

/** What this witness heard to its end already, on the buttons that play it. */
const showPlayed = () => showHeard((key) => sitting.state.played?.[key] === answers().witness_language?.value);

document.addEventListener("said-played", ({ detail: { key, lang } }) => {
  if (!interviewing()) return;
  notePlayed(key, lang);
  touch();
});

const PLAYED = ["played", "both"];
/** Nothing was played in a language that has no recordings. What was answered stays to be seen. */
const offerPlayed = () => {
  const sounds = hasSounds(answers().witness_language?.value);
  for (const code of PLAYED) one(`[data-field="cs_heard"] [data-option="${code}"]`).hidden = !sounds && answers().cs_heard?.value !== code;
};

const listUnplayed = () => {
  const rows = silent().map((field) => {
    const row = one("[data-unplayed-row]").content.firstElementChild.cloneNode(true);
    const place = one(`[data-field="${CSS.escape(field)}"]`);
    one("span", row).textContent = askedIn(place);
    one("button", row).dataset.goto = place.closest("[data-card]").dataset.card;
    return row;
  });
  one("[data-unplayed]").replaceChildren(...rows);
};

const entering = { "talk-how": offerPlayed, obstacles: listUnplayed };

whenEntered((card) => {
  noteConsent();
  showPlayed();
  entering[card]?.();
  if (card === "referrals") showPlaces(currentCard());
  if (card === "witness_signature") import("./signature.js").catch(failed);
  promptDue();
});

/** The dialog of help opens by its own button; what it shows of places is this interview's. */
document.addEventListener("click", (event) => {
  const dialog = interviewing() && event.target.closest('[data-act="help"]') && one('dialog[data-dialog="help"]');
  if (!dialog) return;
  showPlaces(dialog);
  import("./wrong_sentences.js").then(({ showSentences }) => showSentences(dialog)).catch(failed);
});

on({
  "mark-wrong": async (button) => (await import("./wrong_sentences.js")).markWrong(button),
  "close-prompt": (button) => {
    const dialog = button.closest("dialog");
    noteClosed(dialog);
    dialog.close();
    promptDue();
  },
  "want-help": (button) => {
    helpOf()[button.dataset.help] = button.dataset.outcome;
    all("[data-places]").forEach((list) => list.closest("dialog[open], [data-card]:not([hidden])") && showPlaces(list));
  },
  "ask-no-more": () => {
    const at = sitting.state.card;
    answer("ask_no_more", { value: "yes" });
    return go(after(path(), sitting.cards, at)?.id);
  },
  "says-no": () => {
    answer("purpose_P01", { value: "no" });
    return go("refused");
  },
  "no-to-all": (button) => {
    const lines = all("[data-field]", button.closest("[data-card]")).filter((line) => !line.hidden);
    lines.forEach((line) => {
      answer(line.dataset.field, { value: "no" });
      showField(line, answers());
    });
    touch();
    return showConditions();
  },
  "ask-again": () => {
    answer("ask_no_more", undefined);
    return go(unasked()?.id ?? sitting.state.card);
  },
});
