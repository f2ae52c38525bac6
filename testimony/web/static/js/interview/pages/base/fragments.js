/** What the page fetches of itself when it is needed: rendered by the node, parsed by the browser, never a string of markup. */

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

/** The pages of pieces, by the name of their address and of the first place that they fill. */
const PIECES = ["cards", "practice"];

const place = (name, within = document) => one(`[data-place="${name}"]`, within);

/** Take the pieces of `cards`, a page of them, into `page`. */
const adopt = (cards, page) => {
  for (const piece of cards.querySelectorAll("[data-piece]")) {
    place(piece.dataset.piece, page).replaceChildren(...[...piece.childNodes].map((node) => page.adoptNode(node)));
  }
};

const loading = {};

const isThere = (name) => place(name).childElementCount > 0;

const fetchPiece = async (name) => {
  const piece = await fetchPage(pageData().urls[name]);
  if (piece.documentElement.lang !== document.documentElement.lang) return fetchPiece(name); // the language was changed meanwhile
  if (!isThere(name)) adopt(piece, document);
  return renewPageData();
};

const load = (name) => {
  if (isThere(name)) return Promise.resolve();
  loading[name] ??= fetchPiece(name).finally(() => (loading[name] = null));
  return loading[name];
};

/** Put the cards of an interview into the page, once a language: they are most of its weight, and nobody needs them to sign in. */
export const loadCards = () => load("cards");

/** The same for the guide and for what turns the cards into a practice. */
export const loadPractice = () => load("practice");

/** The page at `url`, with the pieces in it that this page has. */
export const fetchWhole = async (url) => {
  const page = await fetchPage(url);
  const { urls } = JSON.parse(one("#page-data", page).textContent);
  for (const name of PIECES.filter(isThere)) adopt(await fetchPage(urls[name]), page);
  return page;
};

let definition = null;
/** The form's definition, by which answers are judged: the cards only show it. Once a page; needs the cards. */
export const loadForm = async () => {
  definition ??= await (await fetch(pageData().form.url)).json();
  pageData().form.definition = definition;
};
