/** The interviewer's other languages: the words of the page are exchanged under the interview, which goes on with its keys and answers. */

import { complain, currentCard, flag, one, renewPageData, word } from "../base/cards.js";

const exchange = (page, url) => {
  const { mode } = document.body.dataset;
  const card = currentCard()?.dataset.card;
  document.body.replaceWith(document.adoptNode(page.body));
  document.documentElement.lang = page.documentElement.lang;
  document.documentElement.dir = page.documentElement.dir;
  document.title = page.title;
  document.body.dataset.mode = mode;
  renewPageData();
  history.replaceState(history.state, "", url);
  document.dispatchEvent(new CustomEvent("language-changed", { detail: card }));
};

const keep = async (lang) => {
  if (!navigator.serviceWorker?.controller) return;
  const { keepLanguage } = await import("./language_files.js");
  flag("offline", (await keepLanguage(lang)) ? "ready" : "no");
};

/**
 * A tap on another language keeps what is typed (`flush`), then exchanges the words. Where that page is neither here nor to be had,
 * this one says so and goes on: the browser's own page would end the interview.
 */
export const followLanguages = (flush) =>
  document.addEventListener("click", async (event) => {
    const link = event.target.closest("a[data-language]");
    if (!link) return;
    event.preventDefault();
    if (link.dataset.language === document.documentElement.lang) return;
    await flush();
    try {
      const { fetchWhole } = await import("../base/fragments.js"); // nobody needs it to sign in
      exchange(await fetchWhole(link.href), link.href);
      one(`a[data-language="${document.documentElement.lang}"]`, currentCard())?.focus({ preventScroll: true });
    } catch {
      complain(word("language_away"));
      return;
    }
    await keep(document.documentElement.lang);
  });
