/** The cards on the screen: show one, say what is wrong, route taps to whoever acts on them. */

const acts = new Map();

export const one = (selector, within = document) => within.querySelector(selector);
export const all = (selector, within = document) => [...within.querySelectorAll(selector)];

let data = null;
const told = (id) => JSON.parse(one(id)?.textContent ?? "{}");
const joined = (outside, inside) => ({ ...outside, ...inside, words: { ...outside.words, ...inside.words }, urls: { ...outside.urls, ...inside.urls } });
/** What the page tells its scripts: words and addresses; the form and the scripts of consent too, once the cards are there; and what a practice says. */
export const pageData = () => (data ??= ["#page-data", "#cards-data", "#practice-data"].map(told).reduce(joined));
/** Forget it: the page, or a part of it, was exchanged. */
export const renewPageData = () => (data = null);
export const word = (name) => pageData().words[name];

/** Register handlers by `data-act`; each gets the button that was tapped. */
export const on = (handlers) => Object.entries(handlers).forEach(([name, act]) => acts.set(name, act));

const act = (name, target) => Promise.resolve(acts.get(name)?.(target)).catch(failed);

document.addEventListener("click", (event) => {
  const target = event.target.closest("[data-act]");
  if (target) act(target.dataset.act, target);
});

/** Something nobody foresaw: say so and keep what is there. The error itself may hold what was typed, so it is shown nowhere. */
export const failed = (error) => {
  if (error?.name === "VaultClosed" && error.reason === "locked") return; // the page was locked meanwhile, and shows that
  document.documentElement.dataset.failed = error?.name ?? "unknown";
  complain(word("failed"));
};

/** Do `work` while the button that asked for it cannot be tapped again. */
export const busy = async (button, work) => {
  button.disabled = true;
  button.dataset.busy = "";
  try {
    return await work();
  } finally {
    button.disabled = false;
    delete button.dataset.busy;
  }
};

/** The first tap asks, the second does. */
export const twice = (act) => async (button) => {
  if (button.dataset.sure) return act(button);
  complain(word("delete_sure"));
  button.dataset.sure = "1"; // until that sentence is gone: see complain
  return null;
};

export const currentCard = () => one("[data-card]:not([hidden])");
export const cardNamed = (name) => one(`[data-card="${name}"]`);

/** Show the card `name` alone and bring its heading into focus; what sounds on the one before it falls silent. */
export const show = (name) => {
  document.dispatchEvent(new CustomEvent("media-leaving"));
  all("[data-card]").forEach((card) => (card.hidden = card.dataset.card !== name));
  complain("");
  const card = cardNamed(name);
  document.body.dataset.mode = card.dataset.section ? "interview" : "outside";
  document.dispatchEvent(new CustomEvent("card-shown"));
  scrollTo(0, 0);
  one("h1, h2", card)?.focus({ preventScroll: true });
};

/** What is wrong belongs to the answers above it, for whoever hears the page; a field of the card may name its own. */
const tie = (wrong) => {
  all('[aria-describedby~="wrong"]').forEach((field) => (field.removeAttribute("aria-describedby"), field.removeAttribute("aria-invalid")));
  if (!wrong) return;
  for (const field of all("fieldset[data-field], [data-field] input[data-input], [data-field] textarea, [data-field] select", currentCard())) {
    field.setAttribute("aria-describedby", "wrong");
    if (field.tagName !== "FIELDSET") field.setAttribute("aria-invalid", "true");
  }
};

/**
 * The sentence that stops the card; "" takes it away. It stands in the card, where the answer is missing. A tap that was to be
 * confirmed by another is forgotten with the sentence that asked for it. `calm`: nothing is wrong, somebody should only know it. `below`: the question
 * that it is about, on a card of several.
 */
export const complain = (sentence, calm = false, below = null) => {
  all("[data-sure]").forEach((button) => delete button.dataset.sure);
  const place = one("[data-error]");
  (below ?? currentCard())?.after(place);
  place.textContent = sentence;
  place.toggleAttribute("data-calm", calm);
  tie(Boolean(sentence));
  if (sentence) requestAnimationFrame(() => place.scrollIntoView({ block: "nearest" })); // whatever grew above it meanwhile
};

/** Tell a screen reader. */
export const announce = (sentence) => (one("[data-live]").textContent = sentence);

export const flag = (name, value) => (document.documentElement.dataset[name] = value);

/** Enter in a single line acts like the card's main button; the form itself is never submitted. */
document.addEventListener("submit", (event) => event.preventDefault());
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.target.tagName !== "INPUT" || event.target.closest("dialog")) return;
  event.preventDefault();
  const main = one(".primary", currentCard()) ?? one('[data-act="next"]');
  act(main.dataset.act, main);
});

on({
  reveal: (button) => {
    const input = one("input", button.parentElement);
    const hidden = input.type === "password";
    input.type = hidden ? "text" : "password";
    button.setAttribute("aria-pressed", String(hidden));
  },
});
