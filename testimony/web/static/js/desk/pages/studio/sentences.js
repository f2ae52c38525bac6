/** The sentences of one language on their page: what state each is in, what is said to everybody, where the focus goes. */

export const one = (selector, place = document) => place.querySelector(selector);
export const all = (selector, place = document) => [...place.querySelectorAll(selector)];

const words = JSON.parse(one("#wording-words").textContent);

/** The sentence of the page called `name`, with {n} and the like filled in. */
export const word = (name, values = {}) => Object.entries(values).reduce((text, [key, value]) => text.replace(`{${key}}`, value), words[name]);

/** Said where everybody sees and hears it; `tone` is "", "good" or "bad". */
export const say = (sentence, tone = "") => {
  const place = one("[data-said]");
  place.textContent = sentence;
  place.className = `note said ${tone}`;
};

export const rows = all("[data-sentence]");
export const rowOf = (element) => element.closest("[data-sentence]");
export const button = (row, act) => one(`[data-act="${act}"]`, row);
const questions = one("[data-questions]");
const numberOf = (row) => rows.indexOf(row) + 1;

/** 0:07 */
export const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;

const SHAPES = { kept: "✓", none: "○", stale: "!" };
const TONES = { kept: "good", none: "quiet", stale: "warn" };

/** A row says in words and by a shape whether its sentence is recorded. */
export const showState = (row, state, ms = 0) => {
  Object.assign(row.dataset, { state, ms });
  const place = one("[data-clip-state]", row);
  place.className = `state ${TONES[state]}`;
  one("[data-shape]", place).textContent = SHAPES[state];
  one("[data-clip-said]", place).textContent = word(`state_${state}`);
  one("[data-clip-time]", place).textContent = state === "kept" ? clock(ms / 1000) : "";
  button(row, "record").lastElementChild.textContent = word(state === "kept" ? "record_again" : "record");
  button(row, "play").hidden = state !== "kept";
  button(row, "remove").hidden = state === "none";
  showCount();
};

/** As it was before somebody began to record. */
export const showAgain = (row) => showState(row, row.dataset.state, Number(row.dataset.ms));

/** How many are recorded, wherever the page says it. */
export const showCount = () => {
  const n = rows.filter((row) => row.dataset.state === "kept").length;
  for (const place of all("[data-count]")) place.textContent = word("count", { n, of: rows.length });
};

/** The focus, and the page so that what follows can be read. */
export const goTo = (title) => {
  title.focus({ preventScroll: true });
  title.scrollIntoView({ block: "start" });
};

/** To the next sentence in sight; after the last one comes the part where everything is checked. */
export const goToNext = (row) => {
  const next = rows[numberOf(row)];
  if (next && (questions.open || !questions.contains(next))) {
    say(word("kept_next", { n: numberOf(next), of: rows.length }), "good");
    button(next, "record").focus();
  } else {
    say(word("kept_last"), "good");
    goTo(one("#checking-title"));
  }
};
