/** The interviewer's other languages: the words of the page are exchanged under the interview, which goes on with its keys and answers. */

import { currentCard, one, renewPageData } from "./cards-page.js";

/** A page as the service worker keeps it; parsed by the browser, never as a string. */
export const fetchPage = (url) =>
  new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.responseType = "document";
    request.onload = () => (request.response?.body ? resolve(request.response) : reject(new Error("page")));
    request.onerror = () => reject(new Error("page"));
    request.open("GET", url);
    request.send();
  });

const exchange = (page, url) => {
  const { mode } = document.body.dataset;
  const card = currentCard()?.dataset.card;
  document.body.replaceWith(document.adoptNode(page.body));
  document.documentElement.lang = page.documentElement.lang;
  document.documentElement.dir = page.documentElement.dir;
  document.title = page.title;
  document.body.dataset.mode = mode;
  renewPageData();
  history.replaceState(null, "", url);
  document.dispatchEvent(new CustomEvent("language-changed", { detail: card }));
};

/** A tap on another language keeps what is typed (`flush`), then exchanges the words. Without that page the link just works. */
export const followLanguages = (flush) =>
  document.addEventListener("click", async (event) => {
    const link = event.target.closest("a[data-language]");
    if (!link) return;
    event.preventDefault();
    if (link.dataset.language === document.documentElement.lang) return;
    await flush();
    try {
      exchange(await fetchPage(link.href), link.href);
      one(`a[data-language="${document.documentElement.lang}"]`, currentCard())?.focus({ preventScroll: true });
    } catch {
      location.assign(link.href); // neither cached nor reachable: the browser says so
    }
  });
