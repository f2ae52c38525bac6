/** What the page fetches of itself after somebody signed in: rendered by the node, parsed by the browser, never a string of markup. */

import { one, pageData, renewPageData } from "./cards.js";

/** A page as the service worker keeps it. */
export const fetchPage = (url) =>
  new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.responseType = "document";
    request.onload = () => (request.response?.body ? resolve(request.response) : reject(new Error("page")));
    request.onerror = () => reject(new Error("page"));
    request.open("GET", url);
    request.send();
  });

const place = (name, within = document) => one(`[data-place="${name}"]`, within);

/** Take the pieces of `cards`, a page of them, into `page`. */
const adopt = (cards, page) => {
  for (const piece of cards.querySelectorAll("[data-piece]")) {
    place(piece.dataset.piece, page).replaceChildren(...[...piece.childNodes].map((node) => page.adoptNode(node)));
  }
};

let loading = null;

const fetchCards = async () => {
  const cards = await fetchPage(pageData().urls.cards);
  if (cards.documentElement.lang !== document.documentElement.lang) return fetchCards(); // the language was changed meanwhile
  if (!cardsThere()) adopt(cards, document);
  return renewPageData();
};

const cardsThere = () => place("cards").childElementCount > 0;

/** Put the cards of an interview into the page, once a language: they are most of its weight, and nobody needs them to sign in. */
export const loadCards = () => {
  if (cardsThere()) return Promise.resolve();
  loading ??= fetchCards().finally(() => (loading = null));
  return loading;
};

/** The page at `url`, with its cards in it if this page has them. */
export const fetchWhole = async (url) => {
  const page = await fetchPage(url);
  if (cardsThere()) adopt(await fetchPage(JSON.parse(one("#page-data", page).textContent).urls.cards), page);
  return page;
};

let definition = null;
/** The form's definition, by which answers are judged: the cards only show it. Once a page; needs the cards. */
export const loadForm = async () => {
  definition ??= await (await fetch(pageData().form.url)).json();
  pageData().form.definition = definition;
};
