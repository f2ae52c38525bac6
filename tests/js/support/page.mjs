/** A page without a browser: an element comes into being when somebody looks for it, and a tap finds who acts on it. */

/** An element with no more than scripts of pages ask of one. */
export const element = (dataset = {}) => {
  const parts = {};
  const nothing = () => null;
  const made = {
    dataset, hidden: false, disabled: false, checked: false, textContent: "", value: "", classList: { toggle: nothing },
    setAttribute: nothing, removeAttribute: nothing, toggleAttribute: nothing, after: nothing, focus: nothing, scrollIntoView: nothing, replaceChildren: nothing,
    cloneNode: () => element(), closest: () => made, querySelectorAll: () => [], querySelector: (name) => (parts[name] ??= element()),
  };
  return Object.defineProperty(made, "content", { get: () => ({ firstElementChild: element() }) });
};

/**
 * Make `document` a page with the cards named `names`, whose scripts say `words`. `lists`: by selector what stands there more than once.
 * Gives {one, card, tap}: `one` finds as the page does, `card()` is the name of the card on the screen, `tap(act, dataset)` taps a button.
 */
export const openPage = (names, words, lists = {}) => {
  const acts = {};
  const listen = (kind, act) => (acts[kind] ??= []).push(act);
  const happen = (event) => (acts[event.type] ?? []).forEach((act) => act(event));
  const cards = names.map((card) => element({ card }));
  const whole = element();
  whole.querySelector("#page-data").textContent = JSON.stringify({ words });
  for (const id of ["#cards-data", "#practice-data"]) whole.querySelector(id).textContent = "{}";
  const shown = () => cards.find(({ hidden }) => !hidden);
  const named = (selector) => cards.find(({ dataset }) => selector === `[data-card="${dataset.card}"]`);
  const one = (selector) => (selector === "[data-card]:not([hidden])" ? shown() : (named(selector) ?? whole.querySelector(selector)));
  globalThis.document = {
    documentElement: element(), body: element(), addEventListener: listen, dispatchEvent: happen,
    querySelector: one, querySelectorAll: (selector) => (selector === "[data-card]" ? cards : (lists[selector] ?? [])),
  };
  document.documentElement.lang = "en";
  Object.assign(globalThis, { addEventListener: listen, scrollTo: () => null, requestAnimationFrame: () => null, setInterval: () => null });
  Object.defineProperty(globalThis, "navigator", { value: { locks: { request: async () => true } }, configurable: true });
  const tap = (act, dataset = {}) => happen({ type: "click", target: element({ ...dataset, act }) });
  return { one, card: () => shown().dataset.card, tap };
};
