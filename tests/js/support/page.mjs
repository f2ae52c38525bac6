/** A page without a browser: an element comes into being when somebody looks for it, and a tap finds who acts on it. */

/** The attribute that a selector ends with, as `dataset` calls it. */
const inWords = (name) => /\[data-([a-z-]+)\]$/.exec(name)?.[1].replaceAll(/-([a-z])/g, (_, letter) => letter.toUpperCase());

/** An element with no more than scripts of pages ask of one. */
export const element = (dataset = {}) => {
  const parts = {};
  const nothing = () => null;
  const made = {
    dataset, children: [], hidden: false, disabled: false, checked: false, textContent: "", value: "", classList: { toggle: nothing },
    setAttribute: nothing, removeAttribute: nothing, toggleAttribute: nothing, after: nothing, focus: nothing, scrollIntoView: nothing, replaceChildren: nothing, dispatchEvent: nothing,
    cloneNode: () => element(), closest: (name) => (inWords(name) in dataset ? made : null), querySelectorAll: () => [], querySelector: (name) => (name.endsWith(":focus") || name.startsWith(".options ") ? null : (parts[name] ??= element())),
  };
  return Object.defineProperty(made, "content", { get: () => ({ firstElementChild: element() }) });
};

/**
 * Make `document` a page with the cards named `names`, which tells its scripts `data`. `lists`: by selector what stands there more than once.
 * Gives {one, card, tap}: `one` finds as the page does, `card()` is the name of the card on the screen, `tap(act, dataset)` taps a button.
 */
export const openPage = (names, data, lists = {}) => {
  const acts = {};
  const listen = (kind, act) => (acts[kind] ??= []).push(act);
  const happen = (event) => (acts[event.type] ?? []).forEach((act) => act(event));
  const cards = names.map((card) => element({ card }));
  const whole = element();
  whole.querySelector("#page-data").textContent = JSON.stringify(data);
  for (const id of ["#cards-data", "#practice-data"]) whole.querySelector(id).textContent = "{}";
  const shown = () => cards.find(({ hidden }) => !hidden);
  const named = (selector) => cards.find(({ dataset }) => selector === `[data-card="${dataset.card}"]`);
  const one = (selector) => (selector === "[data-card]:not([hidden])" ? shown() : (named(selector) ?? whole.querySelector(selector)));
  globalThis.document = {
    documentElement: element(), body: element(), addEventListener: listen, dispatchEvent: happen,
    createElement: () => element(), querySelector: one, querySelectorAll: (selector) => (selector === "[data-card]" ? cards : (lists[selector] ?? [])),
  };
  document.documentElement.lang = "en";
  Object.assign(globalThis, { addEventListener: listen, scrollTo: () => null, requestAnimationFrame: () => null, setInterval: () => null, matchMedia: () => ({ matches: false }) });
  Object.defineProperty(globalThis, "navigator", { value: { locks: { request: async () => true } }, configurable: true });
  const tap = (act, dataset = {}) => happen({ type: "click", target: element({ ...dataset, act }) });
  return { one, card: () => shown().dataset.card, tap };
};
