/**
 * An exchange with headquarters that goes on beside the reading: how far it is, a button to stop it, how it ended.
 * Of those that the desk begins by itself: how the link stands, what a reader has to know, and that something came.
 */

import { askingDesk, DeskRefused } from "../../calls.js";

const EVERY = 1000; // ms
const LOOK = 10_000; // asking is no use of the key: the desk locks all the same
const place = document.querySelector("[data-exchange]");
const said = place.querySelector("[data-exchange-said]");
const going = place.querySelector("[data-exchange-going]");
const progress = place.querySelector("[data-exchange-progress]");
const far = place.querySelector("[data-exchange-far]");
const synced = document.querySelector("[data-synced]");
const stop = place.querySelector("[data-act=stop-exchange]");
const { ask, post } = askingDesk({ csrf: place.dataset.csrf, lang: document.documentElement.lang });
let watching = false;
let arrivals = Number(place.dataset.arrivals);
let silent = false; // the last look had no answer: once may be a desk that starts anew

const say = (sentences) => {
  const lines = sentences.map(({ sentence, kind }) => {
    const line = document.createElement("p");
    line.textContent = sentence;
    line.className = kind === "refused" ? "warn" : "";
    return line;
  });
  said.replaceChildren(...lines);
  place.classList.toggle("warn", sentences.some(({ kind }) => kind === "refused"));
  place.hidden = !sentences.length;
};

/** A warning that nobody asked for appears above what is read, and the page is scrolled so that nothing moves. */
const sayAside = (sentences) => {
  const { style } = document.documentElement;
  const below = place.nextElementSibling ?? place;
  const before = below.getBoundingClientRect().top;
  style.overflowAnchor = "none"; // the browser would do the same once more
  say(sentences);
  const moved = below.getBoundingClientRect().top - before;
  document.body.style.minBlockSize = `${innerHeight + scrollY + moved}px`; // a short page could not be scrolled
  scrollBy({ top: moved, behavior: "instant" });
  requestAnimationFrame(() => (style.overflowAnchor = ""));
};

/** The header, and news for the list. */
const follow = (state) => {
  if (synced) {
    if (synced.textContent !== state.synced) {
      synced.textContent = state.synced;
      document.dispatchEvent(new CustomEvent("synced"));
    }
    synced.classList.toggle("warns", state.warns);
  }
  if (state.arrivals === arrivals) return;
  arrivals = state.arrivals;
  document.dispatchEvent(new CustomEvent("arrived"));
};

const show = (state) => {
  place.dataset.going = state.going ? "yes" : "no";
  going.hidden = !state.going;
  far.textContent = state.far.join(" ");
  if (state.share === null) progress.removeAttribute("value");
  else progress.value = state.share;
  if (state.told.length) say(state.told);
};

const complain = (error) => {
  place.dataset.going = "no";
  going.hidden = true;
  say([{ sentence: (error instanceof DeskRefused && error.sentence) || place.dataset.failed, kind: "refused" }]);
};

const wait = (ms) => new Promise((done) => setTimeout(done, ms));

/** Until it ended. A locked desk says so, and the next exchange goes on where this one stopped. */
const watch = async (first) => {
  if (watching) return;
  watching = true;
  try {
    let state = first ?? (await (await ask(place.dataset.state)).json());
    if (state.going) say([{ sentence: place.dataset.begun, kind: "message" }]);
    show(state);
    while (state.going) {
      await wait(EVERY);
      state = await (await ask(place.dataset.state)).json();
      show(state);
    }
    arrivals = state.arrivals; // the list shows at once what its reader asked for
    follow(state);
    if (state.told.length) document.dispatchEvent(new CustomEvent("exchanged"));
  } catch (error) {
    complain(error);
  }
  watching = false;
};

const begin = async (media) => {
  stop.disabled = false;
  try {
    const state = await post(place.dataset.begin, { media });
    place.hidden = false;
    await watch(state);
  } catch (error) {
    complain(error);
  }
};

document.querySelectorAll("form[data-exchanges]").forEach((form) =>
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    begin(form.elements.media?.value === "yes");
  }),
);
stop.addEventListener("click", async () => {
  stop.disabled = true;
  await post(place.dataset.stop, {}).then(show).catch(complain);
});
/** Whatever the desk did by itself since the last look. */
const look = async () => {
  if (watching || document.hidden) return;
  try {
    const state = await (await ask(place.dataset.state)).json();
    silent = false;
    if (state.going) return watch(state);
    if (watching) return;
    if (state.told.length && !state.aside) show(state);
    else if (state.told.length) sayAside(state.told);
    follow(state);
  } catch (error) {
    if (error instanceof DeskRefused && error.locked) return; // idle.js leaves the page
    if (silent) complain(error);
    silent = true;
  }
};

if (place.dataset.going === "yes") watch();
else if (synced) look();
if (synced) {
  setInterval(look, LOOK);
  document.addEventListener("visibilitychange", look);
} // else the desk is locked
